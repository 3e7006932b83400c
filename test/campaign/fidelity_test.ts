import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { recordsOf } from "../../stores/conformance/words.ts";
import { type FileStoreOptions, openFileStore, type StoragePort } from "../../stores/file/mod.ts";
import { directory as directoryAt } from "../../stores/storage/node.ts";
import { generator, simulatedDisk } from "../../stores/storage/simulated.ts";
import { drawPlan } from "./draw.ts";
import type { CommitPlan } from "./plan.ts";

/** What a script comes to: its answers, and what is read after each part of it. */
async function lived(storage: StoragePort, seed: number): Promise<ReadonlyArray<unknown>> {
  const draws = generator(seed);
  const options: FileStoreOptions = { ...drawPlan(draws, 0).options, durability: "sync" };
  const answers: unknown[] = [];
  for (let part = 0; part < 2; part++) {
    const opened = await openFileStore(storage, options)();
    assert(opened._tag === "Right");
    const store = opened.right;
    for (const [nth, plan] of appends(draws).entries()) {
      const answer = await store.append(commitOf(plan, `${part}-${nth}`))();
      answers.push(
        answer._tag === "Left"
          ? answer.left
          : { ...answer.right, versions: [...answer.right.versions], time: 0 },
      );
    }
    const records = await recordsOf(store);
    answers.push(records.map((record) => ({ ...record, time: 0 })));
    answers.push(await recordsOf(store, { tags: ["t1"] }).then((found) => found.length));
    answers.push(await store.head(), await store.streamInfo("c")().then(({ _tag }) => _tag));
    answers.push((await store.close())._tag);
  }
  return answers;
}

function appends(draws: ReturnType<typeof generator>): ReadonlyArray<CommitPlan> {
  return Array.from({ length: 6 }, () => drawPlan(draws, 0)).flatMap(({ steps }) =>
    steps.flatMap((step) => step._tag === "Append" ? step.commits : [])
  );
}

function commitOf({ streams, events, bytes, expects }: CommitPlan, id: string) {
  return {
    commitId: id,
    writes: streams.map((stream) => ({
      stream,
      expected: expects === "right" ? "noStream" as const : "any" as const,
      events: Array.from({ length: events }, (_, nth) => ({
        event: {
          type: `T${nth % 3}`,
          schemaVersion: 1,
          data: { text: "x".repeat(bytes) },
          tags: [`t${events % 4}`],
        },
      })),
    })),
  };
}

test("the simulated disk answers as a real one, and holds files of the same sizes", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const directory = mkdtempSync(join(tmpdir(), "leftfold-fidelity-"));
    try {
      const disk = simulatedDisk({ seed });
      const simulated = await disk.until(lived(disk.start().storage, seed));
      assert(simulated._tag === "Done", `seed ${seed}: ${simulated._tag}`);
      const real = await lived(directoryAt(directory), seed);
      assert.deepEqual(withoutIds(simulated.value), withoutIds(real), `seed ${seed}`);
      const sizes = new Map(
        readdirSync(directory).map((name) => [name, statSync(join(directory, name)).size]),
      );
      const modelled = new Map([...disk.files()].map(([name, bytes]) => [name, bytes.length]));
      assert.deepEqual([...modelled].sort(), [...sizes].sort(), `seed ${seed}`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
});

/** Ids of records are random, and times are the platform's. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, one: unknown) => {
    return key === "id" || key === "recordedAt" || key === "eventId" ? 0 : one;
  }));
}
