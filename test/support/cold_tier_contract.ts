/**
 * What every cold tier owes, as tests.
 *
 * @module
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ColdTier } from "../../stores/file/archive/cold_tier.ts";

/** How a tier is made; `end` after the last test. */
export interface TierUnderTest {
  /** An empty tier, with nothing of another one in it. */
  readonly make: () => Promise<ColdTier>;
  readonly end?: () => Promise<void>;
  readonly skip?: string | undefined;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const whole = (answer: Uint8Array | "missing"): string => {
  return answer === "missing" ? answer : new TextDecoder().decode(answer);
};

export function coldTierContract(name: string, { make, end, skip }: TierUnderTest): void {
  // Each test is skipped, and not the suite: a suite that is skipped tells of no test.
  const options = skip === undefined ? {} : { skip };
  const it = (title: string, run: () => Promise<void>): void => void test(title, options, run);
  describe(name, () => {
    it("creates what is not there, and never overwrites", async () => {
      const tier = await make();
      assert.equal(await tier.put("a", [bytes("one, "), bytes("two")]), "stored");
      assert.equal(await tier.put("a", [bytes("other")]), "exists");
      assert.equal(whole(await tier.read("a", 0, 100)), "one, two");
    });

    it("lets one of many win that put the same name at once", async () => {
      const tier = await make();
      const puts = Array.from({ length: 8 }, (_, nth) => tier.put("a", [bytes(`put ${nth}`)]));
      const answers = await Promise.all(puts);
      assert.equal(answers.filter((answer) => answer === "stored").length, 1);
      const winner = answers.indexOf("stored");
      assert.equal(whole(await tier.read("a", 0, 100)), `put ${winner}`);
    });

    it("gives any part, shorter at the end, nothing behind it", async () => {
      const tier = await make();
      await tier.put("a", [bytes("0123456789")]);
      assert.equal(await tier.size("a"), 10);
      assert.equal(whole(await tier.read("a", 3, 4)), "3456");
      assert.equal(whole(await tier.read("a", 8, 4)), "89");
      assert.equal(whole(await tier.read("a", 10, 4)), "");
      assert.equal(whole(await tier.read("a", 50, 4)), "");
      assert.equal(whole(await tier.read("a", 5, 0)), "");
    });

    it("keeps every byte", async () => {
      const tier = await make();
      const part = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 31) >>> 3);
      await tier.put("a", [part, part]);
      assert.equal(await tier.size("a"), 200_000);
      assert.deepEqual(await tier.read("a", 100_000, 100_000), part);
    });

    it("tells what is missing", async () => {
      const tier = await make();
      assert.equal(await tier.size("a"), "missing");
      assert.equal(await tier.read("a", 0, 10), "missing");
      await tier.remove("a");
    });

    it("lists all names, and forgets what is removed", async () => {
      const tier = await make();
      const names = Array.from({ length: 12 }, (_, nth) => `archive-${nth}.arc`);
      for (const one of names) await tier.put(one, [bytes(one)]);
      assert.deepEqual([...await tier.list()].sort(), [...names].sort());
      await tier.remove(names[3]!);
      assert.equal(await tier.size(names[3]!), "missing");
      assert.equal((await tier.list()).length, 11);
    });

    if (end) it("is put away", end);
  });
}
