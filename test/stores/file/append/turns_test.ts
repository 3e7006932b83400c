/** Turns of the event loop beside a writer whose storage gives none. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openFileStore } from "../../../../stores/file/mod.ts";
import { ok } from "../../../../stores/conformance/words.ts";
import { diskOf } from "../../../support/disk.ts";
import { sampleCommit } from "../../../support/life_of_a_store.ts";

describe("who appends without an end, to a storage that answers at once", () => {
  for (const durability of ["sync", "os"] as const) {
    test(`gives others a turn every few milliseconds: ${durability}`, async () => {
      const disk = await diskOf();
      let elapsed = 0;
      let turns = 0;
      const clock = {
        ...disk.clock,
        // A millisecond passes between two looks.
        monotonic: () => elapsed += 1,
        wake: (ms: number, call: () => void) => {
          if (ms === 0) turns += 1;
          return disk.clock.wake(ms, call);
        },
      };
      const store = await ok(openFileStore({ ...disk, clock }, { durability }));
      for (let nth = 0; nth < 100; nth++) await ok(store.append(sampleCommit(`c${nth}`, ["a-1"])));
      assert.ok(turns >= 8, `${turns} turns`);
      await ok(store.close);
    });
  }
});
