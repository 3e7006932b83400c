/**
 * Every bit of every file of a small store turned over, and every file cut off at every byte: the
 * answers are the same, or a fault tells of the damage. All of them with LEFTFOLD_SOAK=1.
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fileStates, openFileStore } from "../../../stores/file/mod.ts";
import { diskOf, type Files, namesOf, withFile } from "../../support/disk.ts";
import {
  assertNamed,
  assertReads,
  assertReadsMost,
  assertWrites,
  cuts,
  eachDamage,
  fileOf,
  flips,
  type KnownStore,
  knownStore,
  savedState,
  type Tally,
} from "../../support/every_bit.ts";

for (const end of ["closed", "killed"] as const) {
  describe(`in a store that was ${end}`, () => {
    let store: KnownStore;
    before(async () => {
      store = await knownStore(end);
      assert.equal(namesOf(store.files, "segment").length, 2);
      assert.equal(namesOf(store.files, "index").length, end === "closed" ? 2 : 1);
    });

    test("a bit of a segment that is turned over is told, by readers, writers and verify", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "segment")) {
        await eachDamage(store, name, flips(fileOf(store, name), 11), async (damaged) => {
          await assertReads(store, damaged, tally);
          await assertWrites(store, damaged, tally);
          await assertNamed(damaged, name);
        });
      }
      assert.ok(tally.told > 0);
    });

    test("a segment that is cut off anywhere is told", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "segment")) {
        await eachDamage(store, name, cuts(fileOf(store, name), 29), async (damaged) => {
          await assertReads(store, damaged, tally);
          await assertWrites(store, damaged, tally);
          await assertNamed(damaged, name);
        });
      }
      assert.ok(tally.told > 0);
    });

    test("a bit of STORE, or a cut, is Corrupt", async () => {
      const bytes = fileOf(store, "STORE");
      for (const damages of [flips(bytes, 11), cuts(bytes, 37)]) {
        await eachDamage(store, "STORE", damages, async (damaged) => {
          for (const mode of ["existing", "readOnly"] as const) {
            const opened = await openFileStore(await diskOf(damaged), { mode })();
            assert.ok(E.isLeft(opened) && opened.left._tag === "Corrupt");
          }
          await assertNamed(damaged, "STORE");
        });
      }
    });

    test("a bit of an index run, or a cut, changes no answer in silence", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "index")) {
        const bytes = fileOf(store, name);
        // The run of the first segment is the same, byte for byte, whatever the end was.
        const bits = end === "closed" ? "each bit" : "a bit of each byte";
        for (const damages of [flips(bytes, 397, bits), cuts(bytes, 1511)]) {
          await eachDamage(store, name, damages, (damaged) => assertReads(store, damaged, tally));
        }
      }
      assert.ok(tally.same > 0);
    });

    test("a bit of an index run, or a cut, keeps no writer from the whole log", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "index")) {
        const bytes = fileOf(store, name);
        for (const damages of [flips(bytes, 1009, "a bit of each byte"), cuts(bytes, 3511)]) {
          await eachDamage(store, name, damages, (damaged) => assertWrites(store, damaged, tally));
        }
      }
      assert.ok(tally.same > 0);
    });

    test("a bit of a claim costs a writer nothing, and a reader at most the last group", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "writer")) {
        await eachDamage(store, name, flips(fileOf(store, name), 37), async (damaged) => {
          // A close says the last word twice; of a killed writer the copy before says one group less.
          await assertReadsMost(store, damaged, end === "closed" ? 0 : 1);
          await assertWrites(store, damaged, tally);
        });
      }
      assert.equal(tally.told, 0);
    });

    test("a claim that is cut off costs a writer nothing, and a reader at most the last group", async () => {
      const tally: Tally = { same: 0, told: 0 };
      for (const name of namesOf(store.files, "writer")) {
        await eachDamage(store, name, cuts(fileOf(store, name), 97), async (damaged) => {
          // Without a watermark, what the last frame says was flushed: one commit less.
          await assertReadsMost(store, damaged, 1);
          await assertWrites(store, damaged, tally);
        });
      }
      assert.equal(tally.told, 0);
    });

    test("a bit of a state, or a cut, never gives another state", async () => {
      const [name] = namesOf(store.files, "projection");
      const bytes = fileOf(store, name!);
      for (const damages of [flips(bytes, 1), cuts(bytes, 1)]) {
        await eachDamage(store, name!, damages, async (damaged) => {
          const loaded = await fileStates(await diskOf(damaged)).load("seats")();
          if (E.isLeft(loaded)) {
            assert.ok(loaded.left._tag === "Corrupt" || loaded.left._tag === "NewerFormat");
          } else if (O.isSome(loaded.right)) {
            const { revision: _, ...saved } = loaded.right.value;
            assert.deepEqual(saved, savedState);
          }
        });
      }
    });
  });
}

describe("behind the end of a log", () => {
  test("zeros, garbage and copies of its own frames change nothing", async () => {
    const store = await knownStore("closed");
    const tally: Tally = { same: 0, told: 0 };
    const names = namesOf(store.files, "segment");
    for (const [nth, name] of names.entries()) {
      const bytes = fileOf(store, name);
      const frames = bytes.subarray(128);
      const other = fileOf(store, names[1 - nth]!).subarray(128);
      const tails = [
        new Uint8Array(1),
        new Uint8Array(4096),
        new Uint8Array(40).fill(0xa5),
        Uint8Array.from({ length: 999 }, (_, at) => at * 7919 % 256),
        frames, // The first frame of this very segment, and those behind it.
        frames.subarray(frames.length - 200), // Not at the beginning of a frame.
        other, // Frames of another segment.
        bytes, // The whole file once more.
      ];
      for (const tail of tails) {
        const longer = new Uint8Array(bytes.length + tail.length);
        longer.set(bytes);
        longer.set(tail, bytes.length);
        const damaged: Files = withFile(store.files, name, longer);
        await assertReads(store, damaged, tally);
        await assertWrites(store, damaged, tally);
        for (const index of namesOf(store.files, "index")) {
          await assertReads(store, withFile(damaged, index, undefined), tally);
        }
      }
    }
    assert.equal(tally.told, 0);
  });
});
