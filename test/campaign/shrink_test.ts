import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoragePort } from "../../stores/file/mod.ts";
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { profiles } from "../../stores/storage/simulated.ts";
import { life, type StoreUnderTest, type Verdict } from "./life.ts";
import { shrink } from "./shrink.ts";

/** A storage whose files are never flushed, whatever it says. */
function unflushed(storage: StoragePort): StoragePort {
  return {
    ...storage,
    create: async (name) => {
      const file = await storage.create(name);
      return file === "exists" ? file : { ...file, datasync: () => Promise.resolve() };
    },
    openAppend: async (name) => {
      const file = await storage.openAppend(name);
      return file === "missing" ? file : { ...file, datasync: () => Promise.resolve() };
    },
  };
}

const broken: StoreUnderTest = {
  fileStates,
  openFileStore: (storage, options) => openFileStore(unflushed(storage), options),
};

/** The first lives that break a promise. */
async function failures(count: number): Promise<ReadonlyArray<Verdict>> {
  const found: Verdict[] = [];
  for (let seed = 1; found.length < count; seed++) {
    assert.ok(seed <= 500, `only ${found.length} of 500 lives of a store without flushes fail`);
    const verdict = await life(seed, profiles.power, broken);
    if (verdict.violations.length > 0) found.push(verdict);
  }
  return found;
}

test("a life that breaks a promise is cut down to one that somebody can read", async () => {
  for (const verdict of await failures(3)) {
    const least = await shrink(verdict, profiles.power, broken);
    const [wanted] = verdict.violations;
    const where = `seed ${verdict.seed}`;
    assert.equal(least.violations[0]?.invariant, wanted?.invariant, where);
    // A commit, and the one power cut that loses it; the last of them may be part of the plan.
    assert.ok(least.plan.steps.length <= 3 && least.struck.length <= 2, JSON.stringify(least.plan));
    const { plan, struck } = least;
    const again = await life(verdict.seed, profiles.power, broken, { plan, struck });
    assert.deepEqual([again.hash, again.violations], [least.hash, least.violations], where);
  }
});

test("a life that keeps its promises is not cut down", async () => {
  const kept = await life(1, profiles.power, { openFileStore, fileStates });
  assert.deepEqual(kept.violations, []);
  const least = await shrink(kept, profiles.power, { openFileStore, fileStates });
  assert.equal(least.plan, kept.plan);
});
