import assert from "node:assert/strict";
import { test } from "node:test";
import { ok, recordsOf, toStream } from "../../../stores/conformance/words.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import { type Fate, type Misfortune, simulatedDisk } from "../../../stores/storage/simulated.ts";

/** What befalls the flush of the file that says what the store is, once. */
function atItsFlush(misfortune: Misfortune): Fate {
  let isOver = false;
  return ({ operation, name }) => {
    if (isOver || operation !== "datasync" || name !== "STORE") return undefined;
    isOver = true;
    return misfortune;
  };
}

const ends: Readonly<Record<string, Misfortune>> = {
  "whose maker is killed before its flush": { _tag: "Killed", done: 0 },
  "whose flush fails, while the page cache keeps it": { _tag: "FlushFails", cache: "keeps" },
};

for (const [name, misfortune] of Object.entries(ends)) {
  test(`a store file ${name} is on the disk before a segment is`, async () => {
    const disk = simulatedDisk({ seed: 1, fate: atItsFlush(misfortune) });
    const maker = disk.start();
    await disk.until(openFileStore(maker.storage)(), maker);
    maker.kill();
    const writer = disk.start();
    const written = await disk.until((async () => {
      const store = await ok(openFileStore(writer.storage));
      await ok(store.append(toStream("a-1", ["T"])));
    })());
    assert.equal(written._tag, "Done");
    disk.cutPower({ bytes: "none", names: "none", seed: 1 });
    const records = await disk.until((async () => {
      return await recordsOf(await ok(openFileStore(disk.start().storage)));
    })());
    assert(records._tag === "Done", JSON.stringify(records));
    assert.equal(records.value.length, 1);
  });
}
