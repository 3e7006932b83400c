import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { decodeStoreFile } from "../../../stores/file/format/store_file.ts";
import {
  fileStates,
  openFileStore,
  type Verification,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { decodeRun } from "../../../stores/file/runs/index_decode.ts";
import { encodeRun } from "../../../stores/file/runs/index_run.ts";
import { memoryTerms } from "../../../stores/file/runs/memory_terms.ts";
import { scanSegment } from "../../../stores/file/scan.ts";
import { filesOf } from "../../../stores/file/files.ts";
import { FRAME_COMMIT, FRAME_SEAL } from "../../../stores/file/format/frame.ts";
import { segmentName } from "../../../stores/file/format/layout.ts";
import { decodeSegmentHeader, scanStart } from "../../../stores/file/format/segment.ts";
import { termHasher } from "../../../stores/file/runs/term_hash.ts";
import { type ClosedStore, smallStore } from "../../support/closed_store.ts";
import { putTogether, takenApart } from "../../support/forger.ts";
import { fault, ok } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";

let store: ClosedStore;
let runs: ReadonlyArray<string>;
before(async () => {
  store = await smallStore();
  runs = namesOf(store.files, "index");
});

const verified = async (files: Files, isDeep: boolean): Promise<Verification> =>
  await ok(verifyStore(await diskOf(files), { isDeep }));

/** The run of a segment from which the last frame is left out, with every checksum right. */
async function withoutLastFrame(files: Files, name: string): Promise<Uint8Array> {
  const identity = decodeStoreFile(bytesOf(files, "STORE"));
  assert(E.isRight(identity));
  const hash = termHasher(identity.right.hashKey);
  const run = decodeRun(bytesOf(files, name), name, hash);
  assert(E.isRight(run));
  const { row } = run.right.segments[0]!;
  const file = segmentName(row.number, row.epoch);
  const header = decodeSegmentHeader(bytesOf(files, file), false);
  assert(E.isRight(header));
  const { salt } = header.right;
  const terms = memoryTerms({ segment: row.number, offset: 0 }, hash);
  const lent = filesOf(await diskOf(files), 4);
  await scanSegment(lent, { file, salt }, scanStart(header.right), row.endOffset, terms);
  terms.cut([...terms.marks()].at(-1)!.offset8);
  return encodeRun({ hash, segments: [{ row, terms }] }).bytes;
}

describe("verify", () => {
  test("finds nothing wrong with a sound store, deep or not, and tells how far it is", async () => {
    for (const isDeep of [false, true]) {
      const told: Array<{ readonly bytes: number; readonly bytesTotal: number }> = [];
      const onProgress = (progress: (typeof told)[number]): void => void told.push(progress);
      const found = await ok(verifyStore(await diskOf(store.files), { isDeep, onProgress }));
      assert.deepEqual(found.problems, []);
      assert.deepEqual([found.torn, found.outside, found.strays, found.unused], [[], [], [], []]);
      assert.equal(found.records, store.records.length);
      const frames = takenApart(store.files).flatMap((segment) => segment.frames);
      assert.equal(
        found.commits,
        frames.filter(({ header }) => header.type === FRAME_COMMIT).length,
      );
      assert.equal(found.indexRuns, runs.length);
      assert(told.length > 3);
      const [last] = told.slice(-1);
      assert.deepEqual(last, { bytes: found.bytes, bytesTotal: found.bytes });
    }
  });

  test("ends with Cancelled when its signal says so", async () => {
    const signal = { aborted: false };
    const onProgress = (): void => void (signal.aborted = true);
    const disk = await diskOf(store.files);
    await fault(verifyStore(disk, { signal, onProgress }), "Cancelled");
  });

  test("names every damage of a log that is damaged in several places", async () => {
    const [first, second, third] = namesOf(store.files, "segment");
    let files = withFile(store.files, first!, flipped(bytesOf(store.files, first!), 300, 1));
    files = withFile(files, second!, flipped(bytesOf(store.files, second!), 20, 1));
    files = withFile(files, third!, flipped(bytesOf(store.files, third!), 200, 1));
    const { problems } = await verified(files, false);
    const names = new Set(problems.map(({ file }) => file));
    for (const name of [first!, second!, third!]) assert(names.has(name), name);
  });

  test("tells a frame whose body is none, though all its checksums and hashes are right", async () => {
    const loose = takenApart(store.files);
    const kinds = new Set<number>();
    for (const [at, { name, frames }] of loose.entries()) {
      for (const [nth, { header, body }] of frames.entries()) {
        if (header.type === FRAME_SEAL || kinds.has(header.type)) continue;
        kinds.add(header.type);
        // A length, or the bracket of an object: whatever stands first in a body, it is gone.
        const none = { header, body: body.slice().fill(0xff) };
        const changed = { ...loose[at]!, frames: frames.map((one, of) => of === nth ? none : one) };
        const segments = loose.map((one, of) => of === at ? changed : one);
        const { problems } = await verified(putTogether(store.files, segments, true), false);
        assert.deepEqual(problems.map(({ file }) => file), [name], `type ${header.type}`);
        assert.match(problems[0]!.found, /a body that is none|a sound frame with another content/);
      }
    }
    assert(kinds.has(FRAME_COMMIT));
  });

  test("tells a run that lacks a posting only where it looks deep", async () => {
    for (const name of runs) {
      const files = withFile(store.files, name, await withoutLastFrame(store.files, name));
      assert.deepEqual((await verified(files, false)).problems, []);
      const { problems } = await verified(files, true);
      assert.deepEqual(problems.map(({ file }) => file), [name]);
      assert.match(problems[0]!.wanted, /the index run that its segments give/);
    }
  });

  test("tells runs that answer nothing, and does not call them damaged", async () => {
    const other = await smallStore({ seed: 31 });
    const [first, second] = runs;
    const swapped = withFile(store.files, first!, bytesOf(other.files, first!));
    const unfinished = withFile(swapped, second!, bytesOf(store.files, second!).slice(0, 4096));
    const found = await verified(unfinished, true);
    assert.deepEqual(found.problems, []);
    assert.deepEqual(found.unused, [first, second]);
    assert.equal(found.indexRuns, runs.length - 2);
  });
});

describe("verify looks at saved states", () => {
  /** The store with a state that was saved with this bookmark, damaged if wanted. */
  async function withState(position: number, hash: string | undefined): Promise<Files> {
    const disk = await diskOf(store.files);
    const opened = await ok(openFileStore(disk, { mode: "readOnly" }));
    const bookmark = hash === undefined ? await ok(opened.bookmark(position)) : { position, hash };
    await ok(opened.close);
    await ok(fileStates(disk).save("seats", { definition: "1", bookmark, state: 3 }, 0));
    return filesIn(disk);
  }

  test("whose history is compared where it looks deep", async () => {
    const sound = await withState(3, undefined);
    assert.deepEqual((await verified(sound, true)).problems, []);
    for (const [position, hash] of [[3, "0102-aa"], [999, "0102-aa"]] as const) {
      const strange = await withState(position, hash);
      assert.deepEqual((await verified(strange, false)).problems, []);
      const [problem, ...more] = (await verified(strange, true)).problems;
      assert.deepEqual(more, []);
      assert.equal(problem?.file, "projection-seats-0000000001.state");
      assert.match(problem.found, /another one, which had 0102-aa/);
    }
  });

  test("which are damage if a bit is flipped, and none if their end is missing", async () => {
    const files = await withState(3, undefined);
    const [name] = namesOf(files, "projection");
    const bytes = bytesOf(files, name!);
    const damaged = withFile(files, name!, flipped(bytes, bytes.length - 3, 1));
    assert.deepEqual((await verified(damaged, false)).problems.map(({ file }) => file), [name]);
    const torn = withFile(files, name!, bytes.slice(0, -2));
    assert.deepEqual((await verified(torn, true)).problems, []);
  });
});
