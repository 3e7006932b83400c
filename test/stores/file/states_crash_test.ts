import * as E from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventCodec, type EventOf, schema } from "../../../src/codec.ts";
import type { EventStore } from "../../../src/event_store.ts";
import { projection } from "../../../src/projection.ts";
import type { ProjectionStore } from "../../../src/projection_store.ts";
import { run } from "../../../src/run.ts";
import { ofRecords, view } from "../../../src/view.ts";
import { fileStates } from "../../../stores/file/states.ts";
import { memoryStore } from "../../../stores/memory.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { watchedStorage } from "../../support/watched_storage.ts";

describe("a program that stops at any call to its storage", () => {
  const codec = eventCodec({ Added: schema(1, t.type({ n: t.number })) });
  const sum = view({ initialState: 0, evolve: (sum, { n }: EventOf<typeof codec>) => sum * 2 + n });
  const sumIn = (store: EventStore, states: ProjectionStore) =>
    projection({ name: "sum", codec, view: ofRecords(sum), store, states, state: t.number });
  const foldOf = (numbers: ReadonlyArray<number>) => numbers.reduce((sum, n) => sum * 2 + n, 0);
  const numbers = [3, 1, 4, 1, 5, 9];

  for (const what of ["catchUp", "rebuild"] as const) {
    it(`leaves a fold of a prefix and its checkpoint (${what})`, async () => {
      const store = memoryStore();
      for (const n of numbers) {
        const event = { type: "Added", schemaVersion: 1, data: { n }, tags: [] };
        await run(
          store.append({ writes: [{ stream: "s", expected: "any", events: [{ event }] }] }),
        );
      }
      const options = { pageRecordsMax: 2, saveEveryPositions: 2 };
      let stops = 0;
      for (let limit = 1;; limit++) {
        const disk = memoryStorage();
        // A state from an earlier run, with what a crash of it has left behind.
        await run(sumIn(store, fileStates(disk)).catchUp({ through: 1, pageRecordsMax: 1 }));
        const torn = await disk.create("projection-sum-0000000002.state");
        assert(torn !== "exists");
        await torn.write(0, new Uint8Array(4));
        let calls = 0;
        const dying = watchedStorage(disk, (call, half) => {
          calls += 1;
          if (calls === limit && call === "write") half();
          if (calls >= limit) throw new Error("the program is gone");
        });
        const ended = await sumIn(store, fileStates(dying))[what](options)();
        if (calls < limit) {
          assert(E.isRight(ended));
          break;
        }
        stops += 1;
        const { state, position } = await run(sumIn(store, fileStates(disk)).read);
        assert.equal(state, foldOf(numbers.slice(0, position)), `stopped at call ${limit}`);
        assert(position >= 1, "the earlier state is lost");
        if (what === "rebuild") assert(position === 1 || position === numbers.length);
        const mended = await run(sumIn(store, fileStates(disk))[what](options));
        assert.deepEqual(mended, { state: foldOf(numbers), position: numbers.length });
        const left = (await disk.list()).filter((name) => name.endsWith(".state"));
        assert(left.length <= 2, `${left.length} files are left`);
      }
      assert(stops >= 8, `it was stopped ${stops} times only`);
    });
  }
});
