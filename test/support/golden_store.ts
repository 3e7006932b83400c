/**
 * The store of the golden files: one life with all that format version 1 has, the same to the byte
 * each time it is lived.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import type { Commit } from "../../src/event_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { appendAll, ok, recordsOf } from "../../stores/conformance/words.ts";
import { bytesOf, diskOf, epochMs, type Files, filesIn, namesOf, withFile } from "./disk.ts";

export interface Golden {
  readonly files: Files;
  readonly records: ReadonlyArray<Recorded<Encoded>>;
}

/** Lives the life and gives what is on the disk after it. */
export async function goldenStore(chain: "sha256" | "none"): Promise<Golden> {
  const options = { segmentBytesMax: 1024, chain };
  const disk = await diskOf(new Map(), { seed: 1 });
  const first = await ok(openFileStore(disk, options));
  await appendAll(first, ...firstSession);
  await ok(first.close);
  // The second opening goes on in the last segment.
  const second = await ok(openFileStore(disk, options));
  await appendAll(second, ...secondSession);
  await ok(second.close);
  // What was never acknowledged stands behind it: the third one leaves that outside the log.
  const files = filesIn(disk);
  const last = namesOf(files, "segment").at(-1)!;
  const torn = new Uint8Array([...bytesOf(files, last), ...new Uint8Array(50).fill(0xee)]);
  const killed = await diskOf(withFile(files, last, torn), { seed: 2 });
  const third = await ok(openFileStore(killed, options));
  await appendAll(third, ...thirdSession);
  const records = await recordsOf(third);
  const bookmark = await ok(third.bookmark(5));
  await ok(third.close);
  const saved = { definition: "doors 1", bookmark, state: { open: ["door-1"], count: 2 } };
  assert.ok(E.isRight(await fileStates(killed).save("doors", saved, 0)()));
  return { files: filesIn(killed), records };
}

function opened(stream: string, nth: number): Commit<Encoded> {
  const data = { by: "Ada", nth, note: "x".repeat(60) };
  return {
    writes: [{
      stream,
      expected: "any",
      events: [{ event: { type: "Opened", schemaVersion: 1, data, tags: [] } }],
    }],
  };
}

const firstSession: ReadonlyArray<Commit<Encoded>> = [
  opened("door-1", 1),
  {
    commitId: "move-7",
    recordedAt: new Date(epochMs - 86_400_000),
    writes: [
      {
        stream: "door-1",
        expected: 1,
        events: [{
          event: { type: "Closed", schemaVersion: 2, data: null, tags: ["house:north"] },
          id: "01890a5d-ac96-774b-bcce-b302099a8057",
          tags: ["by:Ada"],
          metadata: {
            correlationId: "c-1",
            causationId: "e-1",
            actor: "Ada",
            validTime: new Date(epochMs + 1),
            attributes: { source: "/gate", retries: 3, isTest: false },
          },
        }],
      },
      {
        stream: "gate-\u00e9",
        expected: "noStream",
        events: [
          {
            event: { type: "Opened", schemaVersion: 1, data: [1, "\u{1f600}"], tags: [] },
            id: "own id",
          },
          { event: { type: "Locked", schemaVersion: 1, data: {}, tags: ["house:north"] } },
        ],
      },
    ],
  },
  ...[2, 3, 4, 5, 6].map((nth) => opened("door-2", nth)),
];

const secondSession: ReadonlyArray<Commit<Encoded>> = [
  opened("plain", 7),
  { ...opened("door-1", 8), commitId: "8" },
];

const thirdSession: ReadonlyArray<Commit<Encoded>> = [opened("door-1", 9)];
