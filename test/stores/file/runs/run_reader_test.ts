import { describe, test } from "node:test";
import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import { FaultError } from "../../../../src/run.ts";
import { type BlockCache, blockCache } from "../../../../stores/file/runs/block_cache.ts";
import { BLOCK_BYTES } from "../../../../stores/file/runs/index_block.ts";
import { encodeRun, type SegmentTerms } from "../../../../stores/file/runs/index_run.ts";
import type { SegmentPostings } from "../../../../stores/file/runs/run_lookup.ts";
import type { RunEntry } from "../../../../stores/file/runs/run_page.ts";
import { openRun, type RunReader } from "../../../../stores/file/runs/run_reader.ts";
import { compareNames } from "../../../../stores/file/runs/run_rows.ts";
import type { ReadFile } from "../../../../stores/file/storage.ts";
import { termKinds } from "../../../../stores/file/runs/term.ts";
import {
  compareHashes,
  type TermHash,
  type TermHasher,
  termHasher,
} from "../../../../stores/file/runs/term_hash.ts";
import {
  awkwardNames,
  fileOf,
  frames,
  hashers,
  type ModelTerm,
  segmentOf,
  storeKey,
} from "../../../support/index_samples.ts";

const keyed = termHasher(storeKey);
const MIB = 2 ** 20;

async function opened(
  bytes: Uint8Array,
  hash: TermHasher = keyed,
  cache: BlockCache = blockCache(MIB),
  file: ReadFile = fileOf(bytes),
): Promise<RunReader> {
  const run = await openRun(file, "a run", hash, cache);
  assert.ok(E.isRight(run), E.isLeft(run) ? JSON.stringify(run.left) : "");
  return run.right;
}

/** The only list of an entry, of a file that answers at once. */
function postingsOf(run: RunReader, entry: RunEntry): SegmentPostings {
  const found = run.postings(entry);
  assert.ok(!(found instanceof Promise) && found.length === 1);
  return found[0]!;
}

/** Asks a run for everything that a model knows, and for what it does not. */
async function answersAs(
  run: RunReader,
  { row, terms, model }: SegmentTerms & { readonly model: ReadonlyMap<string, ModelTerm> },
): Promise<void> {
  for (const { kind, name, events, frames } of model.values()) {
    assert.equal(await run.mayHold({ kind, name }), true);
    const entry = await run.find({ kind, name });
    assert.ok(entry !== undefined, `${kind} ${name}`);
    assert.deepEqual([entry.kind, entry.name, entry.events], [kind, name, events]);
    if (kind === "stream") assert.equal(entry.firstVersion, 1);
    const [postings, ...others] = await run.postings(entry);
    assert.equal(others.length, 0);
    assert.equal(postings!.segment, row.number);
    const { offsets8, events: counts } = await run.frames(postings!);
    assert.deepEqual(Array.from(offsets8), [...frames.keys()]);
    assert.deepEqual(Array.from(counts), [...frames.values()]);
  }
  for (const kind of termKinds) {
    for (const name of [...awkwardNames, "not there", "account-41"]) {
      if (!model.has(`${kind} ${name}`)) assert.equal(await run.find({ kind, name }), undefined);
    }
  }
  for (const [id, offset8] of terms.commitIds()) {
    const found = await run.commits(id);
    assert.ok(found.some((place) => place.segment === row.number && place.offset8 === offset8), id);
  }
}

describe("a reader of an index run", () => {
  for (const [by, hash] of Object.entries(hashers)) {
    test(`finds what a map would, with ${by}`, async () => {
      await fc.assert(
        fc.asyncProperty(frames, fc.boolean(), async (list, isLater) => {
          const segment = segmentOf(list);
          const { bytes } = encodeRun({ hash, segments: [segment] });
          const file = fileOf(bytes, isLater ? "later" : "at once");
          await answersAs(await opened(bytes, hash, blockCache(MIB), file), segment);
        }),
        { numRuns: 40 },
      );
    });

    test(`lists every stream once and in hash order, with ${by}`, async () => {
      const { row, terms } = segmentOf([]);
      for (let at = 0; at < 600; at++) {
        terms.add("stream", `s-${at}`, 16 + at, 1, 1);
        terms.add("tag", `s-${at}`, 16 + at, 1);
      }
      const run = await opened(encodeRun({ hash, segments: [{ row, terms }] }).bytes, hash);
      const names: string[] = [];
      let before: (TermHash & { readonly name: string }) | undefined;
      for (;;) {
        const page = await run.streams(before);
        if (page.length === 0) break;
        for (const entry of page) {
          const order = before === undefined
            ? 1
            : compareHashes(entry, before) || compareNames(entry.name, before.name);
          assert.ok(order > 0, entry.name);
          names.push(entry.name);
          before = entry;
        }
      }
      assert.deepEqual(names.sort(), Array.from(terms.streams(), ({ name }) => name).sort());
    });
  }

  test("looks through full pages and what spills from the last one", async () => {
    for (const [by, hash] of Object.entries(hashers)) {
      for (const count of [126, 127, 128, 254, 255, 1000]) {
        const { row, terms } = segmentOf([]);
        for (let at = 0; at < count; at++) {
          terms.add("tag", "x".repeat(at % 40) + at, 16 + at, 1);
          terms.addCommit(`c-${at}`, { offset8: 16 + at, position: 1 + at, events: 1, time: 0 });
        }
        const run = await opened(encodeRun({ hash, segments: [{ row, terms }] }).bytes, hash);
        for (let at = 0; at < count; at++) {
          const entry = await run.find({ kind: "tag", name: "x".repeat(at % 40) + at });
          assert.ok(entry, `${by}: ${at} of ${count}`);
          const [postings] = await run.postings(entry);
          assert.equal((await run.frames(postings!)).offsets8[0], 16 + at);
          const places = await run.commits(`c-${at}`);
          assert.ok(places.some(({ offset8 }) => offset8 === 16 + at), `${by}: commit ${at}`);
        }
        assert.equal(await run.find({ kind: "tag", name: "no" }), undefined);
      }
    }
  });

  test("holds 100,000 terms, and finds each with one page and one block of names", async () => {
    const { row, terms } = segmentOf([]);
    const count = 100_000;
    for (let at = 0; at < count; at++) terms.add("stream", `account-${at}`, 16 + at, 1, at + 1);
    const { bytes } = encodeRun({ hash: keyed, segments: [{ row, terms }] });
    const cache = blockCache(0);
    const run = await opened(bytes, keyed, cache);
    await run.mayHold({ kind: "stream", name: "account-0" });
    let spilled = 0;
    for (let at = 0; at < count; at += 7) {
      const before = cache.counts().blocksRead;
      const entry = await run.find({ kind: "stream", name: `account-${at}` });
      assert.equal(entry?.firstVersion, at + 1);
      // A name may lie across two blocks, and one page in some thousands goes on in the next.
      const blocks = cache.counts().blocksRead - before;
      assert.ok(blocks >= 2 && blocks <= 4, `${blocks} blocks`);
      if (blocks > 2) spilled++;
    }
    assert.ok(spilled < count / 7 / 50, `${spilled} of ${count / 7} took more than two blocks`);
    let maybe = 0;
    for (let at = 0; at < 20_000; at++) {
      if (await run.mayHold({ kind: "tag", name: `account-${at}` })) maybe++;
    }
    assert.ok(maybe / 20_000 < 0.01, `${maybe} of 20,000`);
  });

  test("counts above 32 bits", async () => {
    const { row, terms } = segmentOf([]);
    for (const offset8 of [16, 17, 18]) terms.add("type", "Opened", offset8, 2 ** 32 - 1);
    const run = await opened(encodeRun({ hash: keyed, segments: [{ row, terms }] }).bytes);
    const entry = await run.find({ kind: "type", name: "Opened" });
    assert.equal(entry?.events, 3 * (2 ** 32 - 1));
  });

  test("opens with its first and its last block", async () => {
    const { row, terms } = segmentOf([]);
    for (let at = 0; at < 5000; at++) terms.add("stream", `a-${at}`, 16 + at, 1, 1);
    const { bytes } = encodeRun({ hash: keyed, segments: [{ row, terms }] });
    const cache = blockCache(MIB);
    const run = await opened(bytes, keyed, cache);
    assert.deepEqual(cache.counts(), { reads: 2, blocksRead: 2, bytesRead: 8192, hits: 1 });
    assert.deepEqual(
      [run.name, run.firstPosition, run.lastPosition, run.segments.length, run.manifest],
      ["a run", 1, 0, 1, undefined],
    );
    const { firstSparse: _, ...found } = { firstSparse: 0, ...run.segments[0]! };
    assert.deepEqual(found, row);
  });

  test("answers at once when the storage does, and from the cache without a read", async () => {
    const { row, terms } = segmentOf([]);
    terms.add("stream", "a", 16, 1, 1);
    terms.addCommit("c", { offset8: 16, position: 1, events: 1, time: 5 });
    const { bytes } = encodeRun({ hash: keyed, segments: [{ row, terms }] });
    const cache = blockCache(MIB);
    const run = await opened(bytes, keyed, cache);
    const ask = (): ReadonlyArray<unknown> => {
      const entry = run.find({ kind: "stream", name: "a" });
      assert.ok(entry !== undefined && !(entry instanceof Promise));
      return [entry, run.postings(entry), run.commits("c"), run.sparseFor(1), run.streams()];
    };
    const first = ask();
    assert.ok(first.every((answer) => !(answer instanceof Promise)));
    const { blocksRead } = cache.counts();
    assert.deepEqual(ask(), first);
    assert.equal(cache.counts().blocksRead, blocksRead);
  });

  test("says where a scan begins for a position and for a time", async () => {
    await fc.assert(fc.asyncProperty(frames, async (list) => {
      const segment = segmentOf(list);
      const run = await opened(encodeRun({ hash: keyed, segments: [segment] }).bytes);
      const rows = segment.terms.sparse();
      let position = 1;
      let greatest = 0;
      for (const { offset8, events, time } of list) {
        const wanted = rows.filter((row) => row.position <= position).pop();
        assert.deepEqual(await run.sparseFor(position), { segment: 1, ...wanted });
        assert.ok(wanted !== undefined && wanted.offset8 <= offset8);
        assert.ok(Math.floor(wanted.offset8 / 2048) === Math.floor(offset8 / 2048));
        if (time > greatest) {
          const place = await run.sparseForTime(greatest);
          assert.ok(
            place !== undefined && place.offset8 <= offset8 && place.timeBefore <= greatest,
          );
        }
        greatest = Math.max(greatest, time);
        position += events;
      }
      assert.equal(await run.sparseFor(0), undefined);
      assert.equal(await run.sparseForTime(greatest), undefined);
    }));
  });

  test("finds terms and places in a run of several segments", async () => {
    const segments = [4, 5, 6, 7].map((number, at) => {
      // The second segment has no commit at all.
      const list = at === 1 ? [] : Array.from({ length: 50 }, (_, index) => ({
        offset8: 16 + index * 500,
        events: 1,
        time: at * 100 + index,
        commitId: `c-${number}-${index}`,
        uses: [],
      }));
      const firstPosition = [1, 51, 51, 101][at]!;
      const made = segmentOf(list, { number, firstPosition });
      if (at !== 1) made.terms.add("type", "Opened", 25_000, 2);
      if (at !== 1) made.terms.add("stream", "s", 25_001, 1, [1, 0, 2, 3][at]!);
      return made;
    });
    const run = await opened(encodeRun({ hash: keyed, segments }).bytes);
    assert.deepEqual([run.firstPosition, run.lastPosition], [1, 150]);
    const entry = await run.find({ kind: "type", name: "Opened" });
    assert.equal(entry?.events, 6);
    assert.deepEqual((await run.postings(entry!)).map(({ segment }) => segment), [4, 6, 7]);
    const stream = await run.find({ kind: "stream", name: "s" });
    assert.deepEqual([stream?.firstVersion, stream?.events], [1, 3]);
    assert.deepEqual(await run.commits("c-6-3"), [{ segment: 6, offset8: 1516 }]);
    assert.equal((await run.sparseFor(50))?.segment, 4);
    assert.equal((await run.sparseFor(51))?.segment, 6);
    assert.equal((await run.sparseFor(150))?.segment, 7);
    assert.equal((await run.sparseForTime(49))?.segment, 6);
    assert.equal((await run.sparseForTime(249))?.segment, 7);
    assert.equal(await run.sparseForTime(349), undefined);
    const ends = await opened(encodeRun({ hash: keyed, segments: segments.slice(0, 2) }).bytes);
    assert.equal((await ends.sparseFor(51))?.segment, 4);
  });
});

describe("a reader of a damaged index run", () => {
  const segment = segmentOf(Array.from({ length: 30 }, (_, at) => ({
    offset8: 16 + at * 700,
    events: 1,
    time: at,
    commitId: `c-${at}`,
    uses: [{ kind: "stream", name: `account-${at % 9}`, events: 1 }],
  })));
  const { bytes } = encodeRun({ hash: keyed, segments: [segment] });

  async function ask(damaged: Uint8Array): Promise<"right" | "told"> {
    const run = await openRun(fileOf(damaged), "a run", keyed, blockCache(MIB));
    if (E.isLeft(run)) return "told";
    try {
      await answersAs(run.right, segment);
      assert.deepEqual((await run.right.sparseFor(1))?.offset8, 16);
      return "right";
    } catch (thrown) {
      if (!(thrown instanceof FaultError)) throw thrown;
      assert.equal(thrown.fault._tag, "Corrupt");
      assert.equal(thrown.fault.file, "a run");
      assert.equal(thrown.fault.offset % BLOCK_BYTES, 0);
      return "told";
    }
  }

  test("tells it, and never answers from it", async () => {
    assert.equal(await ask(bytes), "right");
    const damaged = Uint8Array.from(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += bit < 400 * 8 ? 1 : 401) {
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(await ask(damaged), "told", `bit ${bit}`);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
    }
  });

  test("tells it when a filter or a list of several blocks is damaged in the last of them", async () => {
    const { row, terms } = segmentOf([]);
    for (let at = 0; at < 9000; at++) {
      terms.add("stream", `s-${at}`, 16 + at * 300, 1, 1);
      terms.add("type", "Opened", 16 + at * 300, 1);
    }
    const sound = encodeRun({ hash: keyed, segments: [{ row, terms }] }).bytes;
    const type = { kind: "type", name: "Opened" } as const;
    const entry = await (await opened(sound)).find(type);
    assert.equal(entry?.events, 9000);
    let toldByFilter = 0;
    let toldByPostings = 0;
    for (let block = 1; block < sound.length / BLOCK_BYTES - 1; block++) {
      const damaged = Uint8Array.from(sound).fill(0, block * BLOCK_BYTES, block * BLOCK_BYTES + 9);
      const run = await opened(damaged);
      const isTold = (ask: () => unknown): boolean => {
        try {
          ask();
          return false;
        } catch (thrown) {
          assert.ok(thrown instanceof FaultError);
          assert.equal(thrown.fault.offset, block * BLOCK_BYTES);
          return true;
        }
      };
      if (isTold(() => run.mayHold(type))) toldByFilter++;
      else if (isTold(() => run.frames(postingsOf(run, entry)))) toldByPostings++;
    }
    // 9,001 terms at 1.5 bytes; and a list of about 18,000 bytes, among shorter ones.
    assert.equal(toldByFilter, 4);
    assert.ok(toldByPostings >= 5, `${toldByPostings} blocks`);
  });

  test("tells a file of another length", async () => {
    for (
      const size of [0, 1, 143, 144, BLOCK_BYTES, bytes.length - BLOCK_BYTES, bytes.length - 1]
    ) {
      assert.equal(await ask(bytes.slice(0, size)), "told", `${size} bytes`);
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    assert.equal(await ask(longer), "told");
  });

  test("tells a run that was made with another key", async () => {
    const other = termHasher(storeKey.map((byte) => byte ^ 1));
    let isClosed = false;
    const file = {
      ...fileOf(bytes),
      close: () => {
        isClosed = true;
      },
    };
    const run = await openRun(file, "a run", other, blockCache(MIB));
    assert.ok(E.isLeft(run) && run.left.found === "another key");
    assert.ok(isClosed);
  });

  test("loads the filter again after a read that failed", async () => {
    let fails = false;
    const whole = fileOf(bytes, "later");
    const file: ReadFile = {
      ...whole,
      read: (at, into) => fails ? Promise.reject(new Error("EIO")) : whole.read(at, into),
    };
    const run = await opened(bytes, keyed, blockCache(MIB), file);
    fails = true;
    await assert.rejects(async () => await run.find({ kind: "stream", name: "account-1" }), /EIO/);
    fails = false;
    assert.equal((await run.find({ kind: "stream", name: "account-1" }))?.name, "account-1");
  });
});
