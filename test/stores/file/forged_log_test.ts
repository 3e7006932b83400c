import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { FRAME_COMMIT } from "../../../stores/file/format/frame.ts";
import { type Anchor, openFileStore, type Verification } from "../../../stores/file/mod.ts";
import { fault } from "../../../stores/conformance/words.ts";
import { type ClosedStore, closedStore, readingOf } from "../../support/closed_store.ts";
import { chainedStore, headIn, verified } from "../../support/chained_store.ts";
import { diskOf, type Files, namesOf } from "../../support/disk.ts";
import {
  type LooseFrame,
  type LooseSegment,
  putTogether,
  takenApart,
  withFrame,
} from "../../support/forger.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const isSoak = process.env.LEFTFOLD_SOAK === "1";

const damagedIn = ({ problems }: Verification): ReadonlyArray<string> =>
  problems.map(({ file }) => file);

describe("a forger who knows the format", () => {
  let store: ClosedStore;
  let segments: ReadonlyArray<LooseSegment>;
  let anchor: Anchor;
  before(async () => {
    store = await chainedStore();
    segments = takenApart(store.files);
    anchor = await headIn(store.files);
    assert(segments.length >= 3);
  });

  /** Whoever reads it sees nothing wrong, and something else than was written. */
  async function assertConvincing(files: Files): Promise<void> {
    const { records, fault: found } = await readingOf(files);
    assert.equal(found, undefined);
    assert.notDeepEqual(records, store.records);
  }

  /** Only the anchor tells, if the hashes were made right as well. */
  async function assertTold(forgery: ReadonlyArray<LooseSegment>): Promise<void> {
    const files = putTogether(store.files, forgery, true);
    await assertConvincing(files);
    assert.deepEqual((await verified(files)).problems, []);
    const { problems, isAnchored } = await verified(files, anchor);
    assert.equal(isAnchored, false);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.wanted, /^the history that was anchored as \d+:[0-9a-f]{64}$/);
  }

  test("puts the same log together again", async () => {
    for (const knowsChain of [false, true]) {
      const files = putTogether(store.files, segments, knowsChain);
      for (const name of namesOf(store.files, "segment")) {
        assert.deepEqual([...files.get(name)!], [...store.files.get(name)!], name);
      }
      assert.deepEqual((await readingOf(files)).records, store.records);
      assert.equal((await verified(files, anchor)).isAnchored, true);
    }
  });

  test("is told by the chain or by the anchor, whichever byte of whichever commit", async () => {
    let convincing = 0;
    let step = 0;
    for (const [at, segment] of segments.entries()) {
      for (const [nth, { header }] of segment.frames.entries()) {
        for (let byte = 0; header.type === FRAME_COMMIT && byte < header.bodySize; byte++) {
          if (!isSoak && step++ % 23 !== 0) continue;
          const forgery = withFrame(segments, at, nth, (frame) => turned(frame, byte));
          const careless = await verified(putTogether(store.files, forgery, false), anchor);
          assert.equal(careless.isAnchored, false, `${segment.name}, frame ${nth}, byte ${byte}`);
          assert(careless.problems.length > 0);
          const careful = putTogether(store.files, forgery, true);
          // A byte of a length may leave a body that is none, which needs no hash to be told.
          if ((await verified(careful)).problems.length > 0) continue;
          assert.equal((await verified(careful, anchor)).isAnchored, false);
          convincing += 1;
        }
      }
    }
    assert(convincing > (isSoak ? 500 : 15), `${convincing} bytes could be forged`);
  });

  test("is told by the chain in the very segment, in each place that has a successor", async () => {
    for (const [at, { name, frames }] of segments.entries()) {
      const isLast = at === segments.length - 1;
      for (const nth of frames.keys()) {
        const forgery = withFrame(segments, at, nth, ({ header, body }) => {
          // Another commit time: no other check can see it.
          return { header: { ...header, time: header.time + 1 }, body };
        });
        const files = putTogether(store.files, forgery, false);
        const { problems } = await verified(files);
        // The links behind it are other bytes too.
        const behind = segments.slice(at, -1);
        assert.deepEqual(problems.map(({ file }) => file), behind.map((one) => one.name));
        if (isLast) continue;
        assert.match(problems[0]!.wanted, /^the bytes from 0 to \d+ whose SHA-256 chain is/);
        // Where bytes are read anyway, they are held against the chain: here there is no index.
        for (const mode of ["readOnly", "existing"] as const) {
          const opened = await fault(openFileStore(await diskOf(files), { mode }), "Corrupt");
          assert(opened._tag === "Corrupt" && opened.file === name && opened.offset === 0);
        }
        const salvaged = await readingOf(files, {}, { mode: "salvage" });
        const sound = store.records.filter(({ position }) => {
          return position < segments[at]!.header.firstPosition;
        });
        assert.deepEqual(salvaged.records, sound);
      }
    }
  });

  test("is told by the seal of a segment that has no successor yet", async () => {
    const [first, second] = segments;
    const kept = [first!, second!];
    const killed = (loose: ReadonlyArray<LooseSegment>): Files => {
      const files = putTogether(store.files, loose, false);
      return new Map([...files].filter(([name]) => !name.startsWith("writer")));
    };
    assert.deepEqual((await verified(killed(kept))).problems, []);
    const forgery = withFrame(kept, 1, 0, ({ header, body }) => {
      return { header: { ...header, time: header.time + 1 }, body };
    });
    assert.deepEqual(damagedIn(await verified(killed(forgery))), [second!.name]);
  });

  test("who changes a time, or takes a commit out, or turns two around, is told by the anchor", async () => {
    await assertTold(withFrame(segments, 0, 0, ({ header, body }) => {
      return { header: { ...header, time: header.time - 1 }, body };
    }));
    await assertTold(segments.map((one, at) => at === 1 ? onlyFrom(one, 1) : one));
    const [first, second, ...rest] = segments[1]!.frames;
    const around = { ...segments[1]!, frames: [second!, first!, ...rest] };
    await assertTold(segments.map((one, at) => at === 1 ? around : one));
  });

  test("who leaves out a segment, or the end, or brings another's, is told by the anchor", async () => {
    // The claims tell of the end of the log, so the forger takes them away.
    const shorter = putTogether(store.files, segments.slice(0, -1), true);
    const files = new Map([...shorter].filter(([name]) => !name.startsWith("writer")));
    const { problems, isAnchored } = await verified(files, anchor);
    assert.equal(isAnchored, false);
    assert.match(problems[0]!.found, /^a log that ends at position \d+$/);

    const emptied = segments.map((one, at) => at === 1 ? { ...one, frames: [] } : one);
    await assertTold(emptied);

    const other = takenApart(
      (await closedStore(
        ["un", "deux", "trois", "quatre"].map((id) => sampleCommit(id, ["a-1"], 70)),
        { segmentBytesMax: 1024 },
      )).files,
    );
    const swapped = segments.map((one, at) =>
      at === 0 ? { ...one, frames: other[0]!.frames } : one
    );
    const replaced = putTogether(store.files, swapped, true);
    assert.equal((await verified(replaced, anchor)).isAnchored, false);
  });

  test("gets by without a chain", async () => {
    const plain = await chainedStore("none");
    const loose = takenApart(plain.files);
    const forgery = withFrame(loose, 0, 0, ({ header, body }) => {
      return { header: { ...header, time: header.time + 1 }, body };
    });
    const files = putTogether(plain.files, forgery, false);
    await assertConvincing(files);
    assert.deepEqual((await verified(files)).problems, []);
  });
});

/** The frame with the lowest bit of a byte of its body turned over. */
function turned({ header, body }: LooseFrame, byte: number): LooseFrame {
  const other = body.slice();
  other[byte]! ^= 1;
  return { header, body: other };
}

/** The segment without its first frames. */
function onlyFrom(segment: LooseSegment, first: number): LooseSegment {
  return { ...segment, frames: segment.frames.slice(first) };
}
