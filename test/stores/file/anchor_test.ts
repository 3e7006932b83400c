import fc from "fast-check";
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  type Anchor,
  coldStorage,
  type Head,
  headStatement,
  isSignedHead,
  openFileStore,
  planRepair,
  repairStore,
  type SignedHead,
  signHead,
  storeHead,
  type Verification,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { appendAll, fault, ok } from "../../../stores/conformance/words.ts";
import { type ClosedStore, closedStore } from "../../support/closed_store.ts";
import { chainedStore, headIn, verified } from "../../support/chained_store.ts";
import { bytesOf, diskOf, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { takenApart } from "../../support/forger.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const isSoak = process.env.LEFTFOLD_SOAK === "1";

const damagedIn = ({ problems }: Verification): ReadonlyArray<string> =>
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
    assert.deepEqual(damagedIn(found), ["STORE"]);
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

describe("an anchor", () => {
  test("holds in a cold tier, behind cuts of streams, and up to the place of a repair", async () => {
    const cold = coldStorage(memoryStorage({ place: "cold" }));
    const disk = await diskOf();
    const store = await ok(openFileStore(disk, { segmentBytesMax: 1024, cold }));
    const anchors: Head[] = [];
    for (let nth = 0; nth < 12; nth++) {
      await appendAll(store, sampleCommit(`commit-${nth}`, ["a-1", `b-${nth % 3}`], 60));
      anchors.push(await ok(store.headHash()));
    }
    await ok(store.tombstoneStream("b-2"));
    await ok(store.truncateStream("a-1", 4));
    assert((await ok(store.archive())).segments.length >= 3);
    for (const anchor of anchors) {
      assert.deepEqual(await ok(store.headHash(anchor.position)), anchor);
      const { problems, isAnchored } = await ok(verifyStore(disk, { anchor, cold }));
      assert.deepEqual({ problems, isAnchored }, { problems: [], isAnchored: true });
    }
    const [first] = anchors;
    await fault(storeHead(disk, first!), "ColdUnavailable");
    assert.deepEqual(await ok(storeHead(disk, { ...first, cold })), first);
    await appendAll(store, sampleCommit("last", ["a-1"], 60));
    anchors.push(await ok(store.headHash()));
    await ok(store.close);

    // The last commit is damaged: what is before it stays.
    const files = filesIn(disk);
    const last = namesOf(files, "segment").at(-1)!;
    const bytes = bytesOf(files, last).slice();
    bytes[bytes.length - 30]! ^= 1;
    const damaged = await diskOf(withFile(files, last, bytes), { seed: 9 });
    const plan = await ok(planRepair(damaged, { cold }));
    assert(plan._tag === "Repair");
    await ok(repairStore(damaged, plan, { cold }));
    const kept = anchors.filter(({ position }) => position <= plan.end.position);
    assert(kept.length > 0 && kept.length < anchors.length);
    for (const anchor of anchors) {
      const { problems, isAnchored } = await ok(verifyStore(damaged, { anchor, cold }));
      assert.equal(isAnchored, kept.includes(anchor), JSON.stringify(problems));
      assert.equal(problems.length, kept.includes(anchor) ? 0 : 1);
    }
  });

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
