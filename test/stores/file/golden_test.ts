/**
 * The bytes of format version 1, frozen. These files are read by every later version of this
 * library; if this test fails, the format has changed, and stores of users can no longer be read.
 *
 * To make them again deliberately, before the first release or for a new version of the format:
 *
 *     LEFTFOLD_WRITE_GOLDEN=1 node --import tsx --test test/stores/file/golden_test.ts
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { fileStates, openFileStore, storeStats, verifyStore } from "../../../stores/file/mod.ts";
import { readingOf } from "../../support/closed_store.ts";
import { ok, recordsOf } from "../../../stores/conformance/words.ts";
import { diskOf, type Files, filesIn } from "../../support/disk.ts";
import { type Golden, goldenStore } from "../../support/golden_store.ts";

/** Each store of the version, and whether a chain of SHA-256 leads through it. */
const kept = { "v1": "none", "v1-sha256": "sha256" } as const;

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../golden/${name}`, import.meta.url));
}

function goldenFiles(folder: string): Files {
  const storeFolder = join(folder, "store");
  return new Map(
    readdirSync(storeFolder).sort().map((name) => {
      return [name, new Uint8Array(readFileSync(join(storeFolder, name)))];
    }),
  );
}

function writeGolden(folder: string, { files, records }: Golden): void {
  const storeFolder = join(folder, "store");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(storeFolder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(storeFolder, name), bytes);
  writeFileSync(join(folder, "records.json"), `${JSON.stringify(records, undefined, 2)}\n`);
}

for (const [name, chain] of Object.entries(kept)) {
  const folder = folderOf(name);

  describe(`format version 1, as in ${name}`, () => {
    let written: Golden;
    before(async () => {
      written = await goldenStore(chain);
      if (process.env.LEFTFOLD_WRITE_GOLDEN === "1") writeGolden(folder, written);
    });

    test("is written to the byte as it was when it was frozen", () => {
      const golden = goldenFiles(folder);
      assert.deepEqual([...written.files.keys()].sort(), [...golden.keys()]);
      for (const [name, bytes] of golden) {
        const now = written.files.get(name)!;
        const at = bytes.findIndex((byte, index) => byte !== now[index]);
        assert.deepEqual(
          { name, size: now.length, differsAt: at },
          { name, size: bytes.length, differsAt: -1 },
        );
      }
    });

    test("is read as it was written: every record, with and without its index", async () => {
      const golden = goldenFiles(folder);
      const wanted: unknown = JSON.parse(readFileSync(join(folder, "records.json"), "utf8"));
      const bare = new Map([...golden].filter(([name]) => !name.startsWith("index")));
      for (const files of [golden, bare]) {
        const { records, fault } = await readingOf(files);
        assert.equal(fault, undefined);
        assert.deepEqual(JSON.parse(JSON.stringify(records)), wanted);
      }
    });

    test("holds what it should: segments, runs, claims, a torn tail and a state", async () => {
      const disk = await diskOf(goldenFiles(folder));
      const verified = await ok(verifyStore(disk));
      assert.deepEqual(verified.problems, []);
      assert.equal(verified.torn.length, 1);
      const stats = await ok(storeStats(disk));
      assert.ok(stats.segments >= 3 && stats.indexRuns === stats.segments);
      assert.deepEqual(stats.torn, verified.torn);
      const kept = await ok(fileStates(disk).load("doors"));
      assert.equal(kept._tag, "Some");
    });

    test("is written on by this version", async () => {
      const disk = await diskOf(goldenFiles(folder), { seed: 3 });
      const store = await ok(openFileStore(disk));
      const before = await recordsOf(store);
      const event = { type: "Opened", schemaVersion: 1, data: 1, tags: [] };
      await ok(
        store.append({
          writes: [{ stream: "door-1", expected: "streamExists", events: [{ event }] }],
        }),
      );
      await ok(store.close);
      const again = await readingOf(filesIn(disk));
      assert.equal(again.records.length, before.length + 1);
      assert.deepEqual(again.records.slice(0, -1), before);
    });
  });
}
