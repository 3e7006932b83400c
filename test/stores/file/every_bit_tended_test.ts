/**
 * Every bit of the files of a store that was archived and erased in turned over, and each file cut
 * off at every byte: archives, erased segments, and the segments whose manifests name them. All of
 * them with LEFTFOLD_SOAK=1.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { namesOf } from "../../support/disk.ts";
import {
  assertNamed,
  assertReads,
  assertWrites,
  cuts,
  eachDamage,
  fileOf,
  flips,
  type KnownStore,
  type Tally,
  tendedStore,
} from "../../support/every_bit.ts";

describe("in a store that was archived and erased in", () => {
  let store: KnownStore;
  before(async () => {
    store = await tendedStore();
    assert.equal(namesOf(store.files, "archive").length, 1);
    assert.equal(namesOf(store.files, "erased").length, 1);
    assert.ok(store.answers[0]![1].some(({ erased }) => erased));
  });

  // An archive whose own word for its segment is damaged leaves that segment without a file.
  const segment = "segment-0000000001-0000000001.log";

  for (
    const [kind, what] of [
      ["archive", "an archive"],
      ["erased", "an erased segment"],
      ["segment", "a segment with a manifest"],
    ] as const
  ) {
    test(`a bit of ${what}, or a cut, is told, and is never another answer`, async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, kind)) {
        const bytes = fileOf(store, name);
        for (const damages of [flips(bytes, 23), cuts(bytes, 61)]) {
          await eachDamage(store, name, damages, async (damaged) => {
            await assertReads(store, damaged, tally);
            await assertWrites(store, damaged, tally);
            await assertNamed(damaged, name, {
              isArchived: true,
              ...(kind === "archive" && { orNames: segment }),
            });
          });
        }
      }
      assert.ok(tally.told > 0);
    });
  }
});
