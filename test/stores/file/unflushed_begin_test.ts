/** A segment of which the begin could not be flushed, nor the file be removed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import { type SimulatedDisk, simulatedDisk } from "../../../stores/storage/simulated.ts";
import { filled, positionsOf, small, upTo } from "../../support/dropped_store.ts";

async function done<Value>(disk: SimulatedDisk, work: Promise<Value>): Promise<Value> {
  const answer = await disk.until(work);
  assert(answer._tag === "Done", JSON.stringify(answer));
  return answer.value;
}

/** Appends until the flush so many of a new segment fails, and cannot remove it either. */
async function failToBegin(disk: SimulatedDisk, nthFlush: number): Promise<number> {
  const process = disk.start();
  const store = await filled(process.storage);
  await ok(store.dropBelow(15));
  let begun = "";
  let flushes = 0;
  disk.befall(({ operation, name }) => {
    if (operation === "create" && name.startsWith("segment-")) begun = name;
    if (name !== begun) return undefined;
    if (operation === "remove") return { _tag: "Fails", code: "EIO" };
    const isFailing = operation === "datasync" && ++flushes === nthFlush;
    return isFailing ? { _tag: "FlushFails", cache: "keeps" } : undefined;
  });
  let last = 40;
  while (flushes < nthFlush) {
    const answer = await store.append(toStream("s-0", ["T"]))();
    if (answer._tag === "Right") last = answer.right.last;
  }
  disk.befall();
  await store.close();
  process.kill();
  return last;
}

describe("a segment that could be neither flushed nor removed", () => {
  for (const [what, nthFlush] of [["its header", 1], ["its manifest", 2]] as const) {
    test(`because of ${what} is nothing that the next writer goes on behind`, async () => {
      const disk = simulatedDisk({ seed: 1 });
      const last = await done(disk, failToBegin(disk, nthFlush));
      const next = disk.start();
      const head = await done(
        disk,
        (async () => {
          const store = await ok(openFileStore(next.storage, small));
          return (await ok(store.append(toStream("s-1", ["T"])))).last;
        })(),
      );
      assert.equal(head, last + 1);
      disk.cutPower({ bytes: "none", names: "all", seed: 1 });
      const { storage } = disk.start();
      const read = await done(
        disk,
        (async () => ({
          problems: (await ok(verifyStore(storage))).problems,
          positions: positionsOf(await recordsOf(await ok(openFileStore(storage, small)))),
        }))(),
      );
      assert.deepEqual(read, { problems: [], positions: upTo(read.positions[0]!, head) });
    });
  }
});
