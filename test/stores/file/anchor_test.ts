import fc from "fast-check";
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { FRAME_COMMIT } from "../../../stores/file/format/frame.ts";
import {
  type Anchor,
  headStatement,
  isSignedHead,
  openFileStore,
  type SignedHead,
  signHead,
  storeHead,
  type Verification,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { appendAll, fault, ok } from "../../../stores/conformance/words.ts";
import { type ClosedStore, closedStore, readingOf } from "../../support/closed_store.ts";
import { bytesOf, diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import {
  type LooseFrame,
  type LooseSegment,
  putTogether,
  takenApart,
  withFrame,
} from "../../support/forger.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const isSoak = process.env.LEFTFOLD_SOAK === "1";

/** Three segments, of which two are sealed; commits of one and of two events. */
function chainedStore(chain: "sha256" | "none" = "sha256"): Promise<ClosedStore> {
  const commits = ["one", "two", "three", "four", "five", "six", "seven"].map((id, nth) => {
    return sampleCommit(id, nth % 2 === 0 ? ["a-1"] : ["a-1", `b-${nth}`], 60);
  });
  return closedStore(commits, { segmentBytesMax: 1024, chain });
}

async function headIn(files: Files, position?: number): Promise<Anchor> {
  const options = position === undefined ? {} : { position };
  return await ok(storeHead(await diskOf(files), options));
}

async function verified(files: Files, anchor?: Anchor): Promise<Verification> {
  return await ok(verifyStore(await diskOf(files), anchor ? { anchor } : {}));
}

const filesOf = ({ problems }: Verification): ReadonlyArray<string> =>
  problems.map(({ file }) => file);

describe("a head", () => {
  let store: ClosedStore;
  before(async () => {
    store = await chainedStore();
  });

  test("is of the last commit, or of the one that holds a position", async () => {
    const last = await headIn(store.files);
    assert.equal(last.position, store.records.length);
    assert.match(last.hash, /^[0-9a-f]{64}$/);
    assert.deepEqual(await headIn(store.files, last.position), last);
    const ends = new Set<number>();
    for (const { position, commitId } of store.records) {
      const head = await headIn(store.files, position);
      const inCommit = store.records.filter((one) => one.commitId === commitId);
      assert.equal(head.position, Math.max(...inCommit.map((one) => one.position)));
      ends.add(head.position);
    }
    assert.equal(ends.size, 7);
  });

  test("of nothing is zeros, and of what is to come there is none", async () => {
    assert.deepEqual((await headIn(store.files, 0)).hash, "0".repeat(64));
    const empty = await closedStore([]);
    assert.equal((await headIn(empty.files)).position, 0);
    const beyond = await fault(
      storeHead(await diskOf(store.files), { position: 11 }),
      "HistoryDiverged",
    );
    assert.equal(beyond._tag, "HistoryDiverged");
  });

  test("stays the same while the log goes on, is reopened, pinned, and loses its index", async () => {
    const anchors: Anchor[] = [];
    let { files } = store;
    for (let session = 0; session < 4; session++) {
      anchors.push(await headIn(files));
      const disk = await diskOf(files, { seed: session + 5 });
      const options = { segmentBytesMax: session % 2 === 0 ? 1024 : 4096 };
      const writing = await ok(openFileStore(disk, options));
      await appendAll(writing, sampleCommit(`more-${session}`, ["c-1"], 200));
      await ok(writing.close);
      files = filesIn(disk);
      const last = namesOf(files, "segment").at(-1)!;
      // What was never acknowledged, so that the next open pins the end.
      files = withFile(files, last, Buffer.concat([bytesOf(files, last), Buffer.from("torn")]));
      if (session === 2) files = new Map([...files].filter(([name]) => !/^index/.test(name)));
    }
    for (const anchor of anchors) {
      assert.deepEqual(await headIn(files, anchor.position), { ...anchor });
      const { problems, isAnchored } = await verified(files, anchor);
      assert.deepEqual({ problems, isAnchored }, { problems: [], isAnchored: true });
    }
  });

  test("is the same beside a writer, whether its hash is known or read", async () => {
    const disk = await diskOf();
    for (const durability of ["sync", "os"] as const) {
      const writing = await ok(openFileStore(disk, { segmentBytesMax: 2048, durability }));
      for (let nth = 0; nth < 8; nth++) {
        await appendAll(writing, sampleCommit(`${durability}-${nth}`, ["a-1"], 300));
        const { position } = await ok(writing.bookmark(await ok(writing.head)));
        const head = await ok(writing.headHash());
        assert.equal(head.position, position);
        assert.deepEqual(await ok(writing.headHash(position)), head);
        assert.deepEqual(await ok(storeHead(disk)), head);
        for (let before = 0; before < position; before++) {
          const asked = await ok(storeHead(disk, { position: before }));
          assert.deepEqual(await ok(writing.headHash(before)), asked);
        }
      }
      await ok(writing.close);
      await fault(writing.headHash(), "Closed");
    }
  });

  test("of a store without a chain is a fault, and nothing to verify against", async () => {
    const { files } = await chainedStore("none");
    const disk = await diskOf(files);
    assert.deepEqual(await fault(storeHead(disk), "Unchained"), {
      _tag: "Unchained",
      stored: "no",
      place: disk.place,
    });
    const found = await verified(files, await headIn(store.files));
    assert.equal(found.isAnchored, false);
    assert.deepEqual(filesOf(found), ["STORE"]);
  });

  test("is signed in a statement that anybody can make, and every field counts", async () => {
    const { subtle } = globalThis.crypto;
    const keys = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    const others = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    assert("privateKey" in keys && "privateKey" in others);
    const head = await ok(storeHead(await diskOf(store.files)));
    const text = `leftfold head 1\n${head.storeId}\n${head.position}\n${head.hash}\n`;
    assert.equal(new TextDecoder().decode(headStatement(head)), text);

    const signed = await signHead(subtle, keys.privateKey, head)();
    assert.deepEqual(signed, { ...head, signature: signed.signature });
    assert.equal(await isSignedHead(subtle, keys.publicKey, signed)(), true);
    assert.equal(await isSignedHead(subtle, others.publicKey, signed)(), false);
    const forgeries = [
      { position: head.position + 1 },
      { hash: "0".repeat(64) },
      { storeId: "0".repeat(32) },
      { signature: signed.signature.slice(2) },
      { signature: `${signed.signature.slice(2)}zz` },
      { signature: "0".repeat(128) },
    ];
    for (const forgery of forgeries) {
      const forged: SignedHead = { ...signed, ...forgery };
      assert.equal(await isSignedHead(subtle, keys.publicKey, forged)(), false, forged.signature);
    }
  });
});

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
    assert.deepEqual(filesOf(await verified(killed(forgery))), [second!.name]);
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

describe("an anchor", () => {
  test("that never was is told: inside a commit, of another store, of another hash", async () => {
    const store = await chainedStore();
    const head = await headIn(store.files, 1);
    const last = await headIn(store.files);
    const strange: ReadonlyArray<readonly [Anchor, RegExp]> = [
      [{ ...head, hash: last.hash }, /^another, [0-9a-f]{64}$/],
      [{ ...head, position: 2 }, /^no end of a commit there, but at 3$/],
      [{ ...head, position: 0 }, /^the start, which is 0:0{64}$/],
      [{ ...head, position: 99 }, /^a log that ends at position \d+$/],
    ];
    for (const [anchor, found] of strange) {
      const { problems, isAnchored } = await verified(store.files, anchor);
      assert.equal(isAnchored, false);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.found, found);
    }
    const start = { position: 0, hash: "0".repeat(64) };
    assert.equal((await verified(store.files, start)).isAnchored, true);
    assert.equal((await verified(store.files)).isAnchored, undefined);
  });

  test("holds at the end of any commit, and proves nothing once a byte before it is another", async () => {
    const { files, records } = await chainedStore();
    const names = namesOf(files, "segment");
    const headers = takenApart(files);
    await fc.assert(
      fc.asyncProperty(fc.nat(records.length), fc.nat(), fc.nat(), async (at, nth, offset) => {
        const anchor = await headIn(files, at);
        assert.equal((await verified(files, anchor)).isAnchored, true);
        const name = names[nth % names.length]!;
        const bytes = bytesOf(files, name).slice();
        bytes[offset % bytes.length]! ^= 1;
        const found = await verified(withFile(files, name, bytes), anchor);
        assert(found.problems.length > 0);
        // What the anchor's own segment says of those before is a claim like any other.
        const before = headers.filter(({ header }) => header.firstPosition <= at).slice(0, -1);
        if (before.some((one) => one.name === name)) assert.equal(found.isAnchored, false);
      }),
      { numRuns: isSoak ? 2_000 : 40 },
    );
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
