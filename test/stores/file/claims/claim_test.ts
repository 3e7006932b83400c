import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "node:test";
import {
  type ClaimFile,
  type ClaimRecord,
  describeOwner,
  isFinished,
  isNewest,
  isSilent,
  type JudgedClaim,
  look,
  LOOKS_MIN,
  mayAdopt,
  nextEpoch,
  nothingFlushed,
  removableClaims,
  type Sighting,
  type Watermark,
} from "../../../../stores/file/claims/claim.ts";
import {
  CLAIM_FILE_SIZE,
  CLAIM_READ_SIZE,
  decodeClaimFile,
  encodeClaimFile,
  encodeWatermark,
  watermarkOffset,
} from "../../../../stores/file/claims/claim_bytes.ts";

const record: ClaimRecord = {
  epoch: 7,
  owner: {
    pid: 12,
    startTime: "137912",
    bootId: "4db76866-fa16-47b6-8941-e92579b95525",
    pidNamespace: "pid:[4026531836]",
    machineId: "3d1219c7c4c5404aaa1f6d2a48adfda4",
    host: "x",
    runtime: "node 20.20.2",
  },
  leaseMs: 15_000,
  token: new Uint8Array(16).fill(5),
};
const watermark: Watermark = {
  state: "running",
  segment: 42,
  segmentEpoch: 6,
  flushedOffset: 2 ** 35,
  position: 2 ** 40 + 1,
  hcrc: 0xfffffffe,
  counter: 1,
  time: Date.UTC(2026, 0, 1),
};

const u48 = fc.nat({ max: 2 ** 48 - 1 });
const u32 = fc.nat({ max: 2 ** 32 - 1 });
const text = fc.string({ unit: "binary", maxLength: 20 });
const epochs = fc.integer({ min: 1, max: 9_999_999_999 });
const plain = { noNullPrototype: true };
const owners = fc.record({
  pid: u32,
  startTime: text,
  bootId: text,
  pidNamespace: text,
  machineId: text,
  host: text,
  runtime: text,
}, plain);
const records = fc.record({
  epoch: epochs,
  owner: owners,
  leaseMs: u32,
  token: fc.uint8Array({ minLength: 16, maxLength: 16 }),
}, plain);
const watermarks = fc.record({
  state: fc.constantFrom("running", "released", "failed"),
  segment: epochs,
  segmentEpoch: epochs,
  flushedOffset: u48,
  position: u48,
  hcrc: u32,
  counter: u48,
  time: u48,
}, plain);

describe("the bytes of a claim file", () => {
  it("say what was written, 4 KiB at once", () => {
    fc.assert(fc.property(records, watermarks, (claim, mark) => {
      const bytes = encodeClaimFile(claim, mark);
      assert.equal(bytes.length, CLAIM_FILE_SIZE);
      const read = { epoch: claim.epoch, record: claim, watermark: mark };
      assert.deepEqual(decodeClaimFile(claim.epoch, bytes), read);
      assert.deepEqual(decodeClaimFile(claim.epoch, bytes.subarray(0, CLAIM_READ_SIZE)), read);
    }));
  });

  it("stay at their offsets", () => {
    const bytes = encodeClaimFile(record, watermark);
    const hex = (from: number, to: number): string =>
      Buffer.from(bytes.slice(from, to)).toString("hex");
    assert.equal(
      hex(0, 24),
      "455643 4c4d010d0a 070000000000 0000 983a0000 0c000000".replaceAll(" ", ""),
    );
    assert.equal(hex(24, 40), "05".repeat(16));
    assert.equal(hex(40, 47), "06" + "313337393132");
    assert.equal(
      hex(512, 560),
      "070000000000 01 00 2a0000000000 060000000000 000000000800 010000000001 feffffff 010000000000 00a8da769b01"
        .replaceAll(" ", ""),
    );
    assert(bytes.subarray(576).every((byte) => byte === 0));
  });

  it("lie in two copies, the next one never over the last", () => {
    for (const counter of [1, 2, 3, 1000, 2 ** 40]) {
      assert.notEqual(watermarkOffset(counter), watermarkOffset(counter + 1));
      assert.equal(watermarkOffset(counter), watermarkOffset(counter + 2));
    }
  });

  it("tell every flipped bit of the claim", () => {
    everyFlip(0, 512, (file) => assert.equal(file.record, undefined));
  });

  it("tell every flipped bit of a copy, and the other copy stands", () => {
    const flip = (from: number, remaining: Watermark): void =>
      everyFlip(from, from + 64, (file) => assert.deepEqual(file.watermark, remaining));
    flip(watermarkOffset(1), { ...watermark, counter: 2 });
    flip(watermarkOffset(2), watermark);
  });

  it("keep the copy before, wherever the writing of the next one stops", () => {
    const bytes = twoCopies();
    const next = { ...watermark, counter: 3, position: watermark.position + 1 };
    const copy = encodeWatermark(record.epoch, next);
    for (let size = 0; size <= copy.length; size++) {
      const torn = bytes.slice();
      torn.set(copy.subarray(0, size), watermarkOffset(3));
      const found = decodeClaimFile(record.epoch, torn).watermark;
      assert.equal(found?.counter, size === copy.length ? 3 : 2);
    }
  });

  it("hold nothing before they are written, and nothing when they end too soon", () => {
    const nothing = { epoch: 7, record: undefined, watermark: undefined };
    assert.deepEqual(decodeClaimFile(7, new Uint8Array(0)), nothing);
    assert.deepEqual(decodeClaimFile(7, new Uint8Array(CLAIM_FILE_SIZE)), nothing);
    const bytes = encodeClaimFile(record, watermark);
    for (let size = 0; size < CLAIM_READ_SIZE; size++) {
      const file = decodeClaimFile(7, bytes.subarray(0, size));
      assert.equal(file.record !== undefined, size >= 512);
      assert.equal(file.watermark !== undefined, size >= 576);
    }
  });

  it("do not speak for another epoch", () => {
    const copied = decodeClaimFile(8, encodeClaimFile(record, watermark));
    assert.deepEqual(copied, { epoch: 8, record: undefined, watermark: undefined });
  });

  it("cut a text that is too long between two characters", () => {
    for (const host of ["h".repeat(500), "é".repeat(500), "h" + "🙂".repeat(500)]) {
      const long = { ...record, owner: { ...record.owner, host } };
      const owner = decodeClaimFile(7, encodeClaimFile(long, watermark)).record?.owner;
      assert(owner && owner.host.length > 30 && host.startsWith(owner.host));
      assert.equal(owner.runtime, record.owner.runtime);
    }
  });
});

function twoCopies(): Uint8Array {
  const bytes = encodeClaimFile(record, watermark);
  bytes.set(encodeWatermark(record.epoch, { ...watermark, counter: 2 }), watermarkOffset(2));
  return bytes;
}

function everyFlip(from: number, to: number, check: (file: ClaimFile) => void): void {
  const bytes = twoCopies();
  for (let at = from; at < to; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes[at]! ^= 1 << bit;
      check(decodeClaimFile(record.epoch, bytes));
      bytes[at]! ^= 1 << bit;
    }
  }
  assert.equal(decodeClaimFile(record.epoch, bytes).watermark?.counter, 2);
}

describe("the next epoch", () => {
  it("comes after all of them, and is never used twice", () => {
    assert.equal(nextEpoch([]), 1);
    assert.equal(nextEpoch([3, 0, 9, 4]), 10);
    assert.throws(() => nextEpoch([9_999_999_999]), /epochs/);
  });

  it("is found among hundreds of thousands of names", () => {
    assert.equal(nextEpoch(Array.from({ length: 300_000 }, (_, at) => at)), 300_000);
  });

  it("owns the store only while it is the newest", () => {
    assert.equal(isNewest(4, [2, 4, 3]), true);
    assert.equal(isNewest(4, [4, 5]), false);
    assert.equal(isNewest(4, [3]), false, "the own claim is gone");
  });
});

describe("an owner", () => {
  const file = (state: Watermark["state"]): ClaimFile => ({
    epoch: 7,
    record,
    watermark: { ...watermark, state },
  });

  it("is finished if it is released or proven dead, and never else", () => {
    const table: ReadonlyArray<readonly [ClaimFile, boolean, boolean]> = [
      [file("released"), false, true],
      [file("released"), true, true],
      [file("running"), false, false],
      [file("running"), true, true],
      [file("failed"), false, false],
      [file("failed"), true, true],
      [{ ...file("running"), watermark: undefined }, false, false],
      [{ ...file("running"), watermark: undefined }, true, true],
      [{ ...file("released"), record: undefined }, false, true],
    ];
    for (const [claim, isDead, finished] of table) {
      assert.equal(isFinished(claim, isDead), finished);
    }
  });

  /** Looks at given times; at each the counter is what the function says. */
  function watched(
    times: ReadonlyArray<number>,
    counter: (look: number) => number = () => 1,
  ): Sighting {
    let seen: Sighting | undefined;
    times.forEach((at, index) => {
      const now = { ...file("running"), watermark: { ...watermark, counter: counter(index) } };
      seen = look(seen, now, at, 1000);
    });
    assert(seen);
    return seen;
  }
  const everyMs = (ms: number, count: number): ReadonlyArray<number> =>
    Array.from({ length: count }, (_, index) => 5000 + index * ms);

  it("is silent after its lease, over at least ten looks", () => {
    assert.equal(isSilent(watched(everyMs(100, 11)), 1000), true);
    assert.equal(isSilent(watched(everyMs(100, 10)), 1000), false, "900 ms");
    assert.equal(isSilent(watched(everyMs(10, 101)), 1000), true);
    assert.equal(isSilent(watched(everyMs(10, 100)), 1000), false, "990 ms");
    assert.equal(isSilent(watched([0]), 1000), false);
  });

  it("is not silent because the clock ran on while the opener was suspended", () => {
    assert.equal(isSilent(watched([0, 3_600_000]), 1000), false);
    assert.equal(isSilent(watched([...everyMs(50, 10), 3_600_000]), 1000), false);
    fc.assert(fc.property(
      fc.array(fc.nat({ max: 10_000_000 }), { minLength: 1, maxLength: LOOKS_MIN - 1 }),
      (gaps) => {
        const times = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((a, b) => a + b, 0));
        assert.equal(isSilent(watched(times), 1000), false);
      },
    ));
  });

  it("shows a sign of life when its counter moves, and is watched anew from then on", () => {
    const moved = watched(everyMs(100, 10), (index) => index < 9 ? 1 : 2);
    assert.equal(moved.hasMoved, true);
    assert.deepEqual([moved.quietMs, moved.looks], [0, 1]);
    assert.equal(isSilent(watched(everyMs(100, 20), (index) => index < 9 ? 1 : 2), 1000), true);
    assert.equal(isSilent(watched(everyMs(100, 19), (index) => index < 9 ? 1 : 2), 1000), false);
    assert.equal(watched(everyMs(100, 30)).hasMoved, false);
  });

  it("moves when its claim is written at last", () => {
    const unwritten: ClaimFile = { epoch: 7, record: undefined, watermark: undefined };
    const first = look(undefined, unwritten, 0, 1000);
    assert.equal(look(first, unwritten, 10, 1000).hasMoved, false);
    assert.equal(look(first, file("running"), 10, 1000).hasMoved, true);
  });

  it("is described as far as it is known", () => {
    const at = (ms: number): string => describeOwner(file("running"), watermark.time + ms);
    assert.equal(at(2000), "pid 12 on host x (node 20.20.2), last sign of life 2 s ago");
    assert.match(at(-5000), / 0 s ago$/);
    assert.match(at(119_000), / 119 s ago$/);
    assert.match(at(120_000), / 2 min ago$/);
    assert.match(at(3 * 3_600_000), / 3 h ago$/);
    assert.match(at(3 * 86_400_000), / 3 days ago$/);
    const unknown = { ...record.owner, pid: 0, host: "", runtime: "" };
    const anonymous = { epoch: 7, record: { ...record, owner: unknown }, watermark: undefined };
    assert.equal(describeOwner(anonymous, 0), "a process without a pid");
    const unread = { ...anonymous, record: undefined };
    assert.equal(describeOwner(unread, 0), "the writer of epoch 7, whose claim cannot be read");
  });
});

describe("an owner that found", () => {
  const judged = (epoch: number, isFinished: boolean, mark?: Partial<Watermark>): JudgedClaim => ({
    epoch,
    record: undefined,
    watermark: mark && { ...watermark, ...mark },
    isFinished,
  });
  const segment = { number: 42, epoch: 6 };

  it("a segment may adopt it if the newest claim names it and its owner is finished", () => {
    assert.equal(mayAdopt(judged(9, true, { state: "released" }), segment), true);
    assert.equal(mayAdopt(judged(9, true, { state: "running" }), segment), true, "proven dead");
    assert.equal(mayAdopt(judged(9, true, { state: "failed" }), segment), false);
    assert.equal(mayAdopt(judged(9, false, {}), segment), false, "a lease proves nothing");
    assert.equal(mayAdopt(judged(9, true, {}), { number: 43, epoch: 6 }), false);
    assert.equal(mayAdopt(judged(9, true, {}), { number: 42, epoch: 9 }), false);
    assert.equal(mayAdopt(judged(9, true, nothingFlushed), segment), false);
    assert.equal(mayAdopt(judged(9, true), segment), false);
    assert.equal(mayAdopt(undefined, segment), false);
  });

  it("old claims may remove those whose owner and predecessor are finished", () => {
    const plan = (claims: Readonly<Record<number, boolean>>): ReadonlyArray<number> =>
      removableClaims(Object.entries(claims).map(([epoch, done]) => judged(Number(epoch), done)));
    const [done, doubt, own] = [true, false, false];
    assert.deepEqual(plan({}), []);
    assert.deepEqual(plan({ 1: own }), []);
    assert.deepEqual(plan({ 1: done, 2: own }), []);
    assert.deepEqual(plan({ 1: done, 2: done, 3: own }), [1]);
    assert.deepEqual(plan({ 1: doubt, 2: done, 3: done, 4: done, 5: own }), [3]);
    assert.deepEqual(plan({ 1: doubt, 2: doubt, 3: done, 4: done, 5: own }), []);
    assert.deepEqual(plan({ 2: done, 4: done, 5: done, 6: own }), [2, 4]);
    assert.deepEqual(plan({ 3: doubt, 5: done, 6: done, 7: own }), [5]);
  });

  it("old claims never removes one that an unfinished writer looks for", () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (finished) => {
      const claims = finished.map((done, index) => judged(index + 1, done));
      const removed = new Set(removableClaims(claims));
      for (const { epoch, isFinished } of claims) {
        if (!isFinished) assert(!removed.has(epoch) && !removed.has(epoch + 1));
      }
      assert(claims.slice(-2).every(({ epoch }) => !removed.has(epoch)));
    }));
  });
});
