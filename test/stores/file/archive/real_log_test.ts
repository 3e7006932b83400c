import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { declarationEvents } from "../../../../examples/declarations/events.ts";
import {
  differing,
  published,
  rejectionRates,
} from "../../../../examples/declarations/rejection_rates.ts";
import { exportCloudEvents, fold, importCloudEvents, run } from "../../../../mod.ts";
import { ofRecords } from "../../../../src/view.ts";
import { ok } from "../../../../stores/conformance/words.ts";
import {
  coldStorage,
  type FileStore,
  openFileStore,
  storeStats,
} from "../../../../stores/file/mod.ts";
import { directory } from "../../../../stores/storage/node.ts";

const log = `${process.env["LEFTFOLD_DATA"] ?? ""}/domestic-declarations.ndjson.gz`;

/** It takes its time, and tells nothing else elsewhere. */
function whySkipped(): string | false {
  const { deno, bun } = process.versions;
  if (deno !== undefined || bun !== undefined) return "Node tries it";
  return existsSync(log) ? false : `there is no ${log}: set LEFTFOLD_DATA`;
}

/** Everything of the real log that must not change: what it exports, its table, places, conditions. */
async function answersOf(store: FileStore): Promise<unknown> {
  const digest = createHash("sha256");
  for await (const line of exportCloudEvents({ store })) digest.update(`${line}\n`);
  const rates = await run(fold({
    store,
    codec: declarationEvents,
    view: ofRecords(rejectionRates),
    query: {},
  }));
  assert.deepEqual(differing(rates.state, published.rates), []);
  const bookmarks = await Promise.all([1, 20_000, 55_628].map((at) => ok(store.bookmark(at))));
  const [first] = (await ok(store.read({}, { recordsMax: 1 }))).records;
  const condition = { failIfEventsMatch: { stream: first!.stream } };
  const refused = await store.append({ writes: [], condition })();
  assert.match(JSON.stringify(refused), /"_tag":"Conflict".*"matching":\[1,/);
  return {
    export: digest.digest("hex"),
    bookmarks,
    info: await ok(store.streamInfo(first!.stream)),
    asOf: await ok(store.positionAt(new Date("2018-01-01T00:00:00Z"))),
    refused: JSON.stringify(refused),
  };
}

test("the real log, archived but for its last two segments, answers as before", {
  skip: whySkipped(),
}, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "leftfold-real-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const disk = directory(join(folder, "store"));
  const cold = coldStorage(directory(join(folder, "cold")));
  const options = { cold, segmentBytesMax: 1_048_576, durability: "os" } as const;
  const store = await ok(openFileStore(disk, options));
  const lines = gunzipSync(readFileSync(log)).toString().trimEnd().split("\n");
  const imported = await run(importCloudEvents({
    store,
    lines: async function* () {
      yield* lines;
    },
  }));
  assert.equal(imported.added, 55_628);
  const before = await answersOf(store);
  const { segments } = await ok(storeStats(disk));
  const archival = await ok(store.archive({ through: { segment: segments - 2 } }));
  assert.equal(archival.segments.length, segments - 2);
  assert.ok(archival.archiveBytes < archival.bytes / 6, "it compresses well");
  assert.deepEqual(await answersOf(store), before);
  await ok(store.close);
  const after = await ok(storeStats(disk, { cold }));
  assert.equal(after.segments, 2);
  assert.ok(after.segmentBytes + after.indexBytes < archival.bytes / 3);
  const again = await ok(openFileStore(disk, { ...options, mode: "existing" }));
  assert.deepEqual(await answersOf(again), before);
  await ok(again.close);
});
