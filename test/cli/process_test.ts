import type { ChildProcessWithoutNullStreams } from "node:child_process";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cloudEvents, leftfold, spawned } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-process-"));
after(() => rmSync(folder, { recursive: true }));

/** So many that an import can be killed on its way, and that an export does not fit in a pipe. */
const count = 5_000;
const lines = cloudEvents(count);
const input = join(folder, "in.ndjson");
writeFileSync(input, lines);

/** Bun gives a test 5 s otherwise, which a busy machine may need for the starts alone. */
const limit = { timeout: 60_000 };

/** Waits until the log of a store has so many bytes. */
async function logReaches(
  store: string,
  bytes: number,
  child: ChildProcessWithoutNullStreams,
): Promise<void> {
  const size = (): number =>
    existsSync(store)
      ? readdirSync(store).filter((name) => name.startsWith("segment-"))
        .reduce((sum, name) => sum + statSync(join(store, name)).size, 0)
      : 0;
  while (size() < bytes) {
    assert.equal(child.exitCode, null, "the import ended before it was far enough");
    await sleep(2);
  }
}

/** Imports all again, and looks that nothing is missing and nothing doubled. */
async function goesOn(store: string): Promise<void> {
  const ran = await leftfold(["import", input, "--store", store, "--json"]);
  assert.equal(ran.code, 0, ran.err);
  const { added, repeated } = JSON.parse(ran.out);
  assert.equal(added + repeated, count);
  assert(added > 0 && repeated > 0, `${added} added, ${repeated} repeated`);
  const exported = await leftfold(["export", "--store", store]);
  assert(exported.out === lines, "the export is not what was imported");
}

describe("leftfold as a process", () => {
  it(
    "goes on with an import that was killed, or ended by Ctrl-C, and doubles nothing",
    limit,
    async () => {
      for (const signal of ["SIGKILL", "SIGINT"] as const) {
        const store = join(folder, signal);
        const { child, send, end } = spawned(["import", input, "--store", store]);
        await logReaches(store, 300_000, child);
        send(signal);
        const { code, err } = await end;
        if (signal === "SIGINT") {
          assert.equal(code, 130);
          assert.match(err, /^The import stopped at line \d+, .*; import again to go on\n$/);
          const { torn } = JSON.parse((await leftfold(["stats", "--store", store, "--json"])).out);
          assert.deepEqual(torn, [], "a store that is closed cleanly has no torn tail");
        }
        await goesOn(store);
      }
    },
  );

  it("follows what another process appends, until it is asked to end", limit, async () => {
    const store = join(folder, "followed");
    await leftfold(["import", "-", "--store", store], cloudEvents(10));
    const args = ["follow", "--store", store, "--type", "ShowOpened", "--json"];
    const interrupted = spawned(args);
    const terminated = spawned([...args, "--after", "1"]);
    // Nothing may go on behind the test's back, should it fail.
    after(() => [interrupted, terminated].forEach(({ send }) => send("SIGKILL")));
    await interrupted.printed(1);
    await leftfold(["import", "-", "--store", store], cloudEvents(20));
    await Promise.all([interrupted.printed(2), terminated.printed(1)]);
    interrupted.send("SIGINT");
    terminated.send("SIGTERM");
    const ends = [interrupted.end, terminated.end];
    const told = (await Promise.all(ends)).map(({ code, out, err }) => {
      const positions = out.trim().split("\n").map((line) => JSON.parse(line).position);
      return { code, err, positions };
    });
    assert.deepEqual(told, [
      { code: 0, err: "", positions: [1, 11] },
      { code: 143, err: "", positions: [11] },
    ]);
  });

  it("ends quietly when its reader has seen enough", limit, async () => {
    // Filled by the first test.
    const store = join(folder, "SIGKILL");
    const children = [["export"], ["read"], ["read", "--json"]].map((args) => {
      const { child, end } = spawned([...args, "--store", store]);
      child.stdout.once("data", () => child.stdout.destroy());
      return end;
    });
    for (const { code, err } of await Promise.all(children)) {
      assert.deepEqual({ code, err }, { code: 0, err: "" });
    }
  });

  it(
    "answers wrong use with 2, help with 0, and a missing store with one sentence",
    limit,
    async () => {
      const [wrong, help, missing] = await Promise.all([
        spawned(["read", "--store", folder, "--limit", "many"]).end,
        spawned(["--version"]).end,
        spawned(["read", "--store", join(folder, "none")]).end,
      ]);
      assert.equal(wrong.code, 2);
      assert.match(wrong.err, /'many' is invalid. Wanted a whole number, 1 or more.\n.*--help/);
      assert.deepEqual([help.code, help.err], [0, ""]);
      assert.match(help.out, /^\d+\.\d+\.\d+\n$/);
      assert.equal(missing.code, 1);
      assert.match(missing.err, /^There is no store in [^\n]+\n$/);
    },
  );
});
