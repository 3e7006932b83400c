import { describe, test } from "node:test";
import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import { BLOCK_BYTES, checkBlock, sealBlocks } from "../../../../stores/file/runs/index_block.ts";
import { type DecodedRun, decodeRun } from "../../../../stores/file/runs/index_decode.ts";
import { encodeRun } from "../../../../stores/file/runs/index_run.ts";
import { memoryTerms } from "../../../../stores/file/runs/memory_terms.ts";
import { termHasher } from "../../../../stores/file/runs/term_hash.ts";
import {
  addFrames,
  frames,
  hashers,
  type ModelTerm,
  segmentOf,
  segmentsOf,
  storeKey,
} from "../../../support/index_samples.ts";

const hash = termHasher(storeKey);
const hasherName = fc.constantFrom(...Object.keys(hashers));

function decoded(bytes: Uint8Array, by = hash): DecodedRun {
  const run = decodeRun(bytes, "a run", by);
  assert.ok(E.isRight(run), E.isLeft(run) ? JSON.stringify(run.left) : "");
  return run.right;
}

function seeds(run: Uint8Array): number {
  return new DataView(run.buffer, run.byteOffset).getUint32(16, true);
}

function payloadsOf(run: Uint8Array): Uint8Array {
  const blocks = run.length / BLOCK_BYTES;
  const payloads = new Uint8Array(blocks * 4092);
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK_BYTES;
    payloads.set(run.subarray(at, at + 4092), block * 4092);
  }
  return payloads;
}

const small = segmentOf([
  {
    offset8: 16,
    events: 2,
    time: 10,
    commitId: "c-1",
    uses: [
      { kind: "stream", name: "account-1", events: 2 },
      { kind: "category", name: "account", events: 2 },
      { kind: "type", name: "Opened", events: 2 },
    ],
  },
  {
    offset8: 40,
    events: 1,
    time: 20,
    commitId: undefined,
    uses: [
      { kind: "stream", name: "account-2", events: 1 },
      { kind: "tag", name: "account-2", events: 1 },
    ],
  },
]);

describe("an index run", () => {
  test("gives the same bytes when it is decoded and encoded again", () => {
    fc.assert(
      fc.property(hasherName, fc.array(frames, { minLength: 1, maxLength: 3 }), (by, lists) => {
        const segments = segmentsOf(lists);
        const of = lists.length === 2 ? 0 : undefined;
        if (of !== undefined) segments[of]!.terms.addManifest(2 ** 31);
        const { bytes } = encodeRun({ hash: hashers[by]!, segments });
        const again = decoded(bytes, hashers[by]);
        again.segments.forEach(({ terms }, at) => {
          assert.equal(terms.manifest, at === of ? 2 ** 31 : undefined);
        });
        assert.deepEqual(again.segments.map(({ row }) => row), segments.map(({ row }) => row));
        assert.deepEqual(encodeRun({ hash: hashers[by]!, ...again }).bytes, bytes);
      }),
    );
  });

  test("holds every term of every segment, with its versions and frames", () => {
    fc.assert(
      fc.property(hasherName, fc.array(frames, { minLength: 1, maxLength: 3 }), (by, lists) => {
        const segments = segmentsOf(lists);
        const again = decoded(encodeRun({ hash: hashers[by]!, segments }).bytes, hashers[by]);
        segments.forEach(({ terms }, at) => {
          const found = again.segments[at]!.terms;
          assert.equal(found.termCount, terms.termCount);
          assert.equal(found.commitCount, terms.commitCount);
          assert.equal(found.lastPosition, terms.lastPosition);
          for (const { kind, name } of terms.terms()) {
            assert.deepEqual(found.postings(kind, name), terms.postings(kind, name));
            assert.deepEqual(found.head(name), terms.head(name));
          }
        });
      }),
    );
  });

  test("is the same whatever the order in which the terms of a frame came", () => {
    fc.assert(fc.property(hasherName, frames, fc.infiniteStream(fc.nat()), (by, list, numbers) => {
      const { row, terms } = segmentOf(list);
      const shuffled = memoryTerms({ segment: 1, offset: 128 }, hash);
      const model = new Map<string, ModelTerm>();
      addFrames(shuffled, model, list, 1, (uses) => {
        const keyed = uses.map((use) => ({ use, key: numbers.next().value }));
        return keyed.sort((left, right) => left.key - right.key).map(({ use }) => use);
      });
      const one = encodeRun({ hash: hashers[by]!, segments: [{ row, terms }] });
      const other = encodeRun({ hash: hashers[by]!, segments: [{ row, terms: shuffled }] });
      assert.deepEqual(other.bytes, one.bytes);
    }));
  });

  test("of a first part is taken up again, and is then that of the whole", () => {
    fc.assert(fc.property(frames, fc.nat(), (list, at) => {
      const split = list.length === 0 ? 0 : at % (list.length + 1);
      const whole = segmentOf(list);
      const first = segmentOf(list.slice(0, split));
      const again = decoded(encodeRun({ hash, segments: [first] }).bytes).segments[0]!.terms;
      const model = new Map<string, ModelTerm>();
      addFrames(memoryTerms({ segment: 1, offset: 128 }, hash), model, list.slice(0, split));
      const position = list.slice(0, split).reduce((sum, { events }) => sum + events, 1);
      const later = memoryTerms({ segment: 1, offset: (list[split]?.offset8 ?? 16) * 8 }, hash);
      addFrames(later, model, list.slice(split), position);
      again.append(later);
      const { row } = whole;
      assert.deepEqual(
        encodeRun({ hash, segments: [{ row, terms: again }] }).bytes,
        encodeRun({ hash, segments: [whole] }).bytes,
      );
    }));
  });

  test("that was taken up refuses a question that it cannot answer, and a cut into it", () => {
    const { terms } = decoded(encodeRun({ hash, segments: [small] }).bytes).segments[0]!;
    assert.throws(() => terms.commit("c-1"), /ask the run/);
    assert.throws(() => terms.cut(40), /come from a run/);
    terms.add("stream", "account-1", 50, 1, 3);
    terms.cut(41);
    assert.deepEqual(terms.head("account-1"), { firstVersion: 1, events: 2 });
  });

  test("is refused for terms that do not begin where their segment begins", () => {
    const terms = memoryTerms({ segment: 1, offset: 136 }, hash);
    assert.throws(
      () => encodeRun({ hash, segments: [{ row: small.row, terms }] }),
      /from its start/,
    );
    assert.throws(() => encodeRun({ hash, segments: [] }), /at least one/);
    assert.throws(() => encodeRun({ hash, segments: [small, small] }), /neighbouring/);
  });

  test("says where its footer begins, and is none without it", () => {
    const { bytes, footerAt } = encodeRun({ hash, segments: [small] });
    assert.equal(footerAt, bytes.length - BLOCK_BYTES);
    assert.ok(E.isLeft(decodeRun(bytes.subarray(0, footerAt), "a run", hash)));
    const zeroed = Uint8Array.from(bytes).fill(0, footerAt);
    assert.ok(E.isLeft(decodeRun(zeroed, "a run", hash)));
  });

  test("of an empty segment is one", () => {
    const { bytes } = encodeRun({ hash, segments: [segmentOf([])] });
    assert.equal(bytes.length, 2 * BLOCK_BYTES);
    assert.equal(decoded(bytes).segments[0]!.terms.termCount, 0);
  });

  test("takes counts above 32 bits and offsets near 31 GiB", () => {
    const far8 = (31 * 2 ** 30) / 8 - 1;
    const { row, terms } = segmentOf([]);
    for (const offset8 of [16, 17, far8]) terms.add("type", "Opened", offset8, 2 ** 32 - 1);
    terms.add("stream", "s", far8, 1, 2 ** 47);
    terms.addCommit("c", { offset8: far8, position: 2 ** 47, events: 3, time: 2 ** 47 });
    const { bytes } = encodeRun({ hash, segments: [{ row: { ...row, maxTime: 2 ** 47 }, terms }] });
    const found = decoded(bytes).segments[0]!.terms;
    assert.deepEqual(Array.from(found.postings("type", "Opened")!.offsets8), [16, 17, far8]);
    assert.equal([...found.terms()].find(({ kind }) => kind === "type")?.events, 3 * (2 ** 32 - 1));
    assert.deepEqual(found.head("s"), { firstVersion: 2 ** 47, events: 1 });
    assert.deepEqual(found.commitRows.map(({ offset8 }) => offset8), [far8]);
    assert.deepEqual([found.lastPosition, found.maxTime], [2 ** 47 + 2, 2 ** 47]);
  });
});

describe("a damaged index run", () => {
  const { bytes } = encodeRun({ hash, segments: [small] });

  test("is told for every single bit of every block", () => {
    const seed = seeds(bytes);
    const flipped = Uint8Array.from(bytes);
    for (let block = 0; block < bytes.length / BLOCK_BYTES; block++) {
      const at = block * BLOCK_BYTES;
      assert.equal(checkBlock(bytes, at, block, seed), undefined);
      for (let bit = 0; bit < BLOCK_BYTES * 8; bit++) {
        flipped[at + (bit >> 3)]! ^= 1 << (bit & 7);
        if (checkBlock(flipped, at, block, seed) === undefined) {
          assert.fail(`block ${block} bit ${bit}`);
        }
        flipped[at + (bit >> 3)]! ^= 1 << (bit & 7);
      }
    }
  });

  test("is told for every bit of its header, seed and all, and for bits anywhere", () => {
    const flipped = Uint8Array.from(bytes);
    for (let bit = 0; bit < bytes.length * 8; bit += bit < 256 * 8 ? 1 : 509) {
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      if (E.isRight(decodeRun(flipped, "a run", hash))) assert.fail(`bit ${bit}`);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
    }
  });

  test("is told when it is cut off anywhere, or goes on", () => {
    for (let size = 0; size < bytes.length; size += size % BLOCK_BYTES < 40 ? 1 : 97) {
      assert.ok(E.isLeft(decodeRun(bytes.subarray(0, size), "a run", hash)), `${size} bytes`);
    }
    const longer = new Uint8Array(bytes.length + BLOCK_BYTES);
    longer.set(bytes);
    assert.ok(E.isLeft(decodeRun(longer, "a run", hash)));
    longer.set(bytes.subarray(bytes.length - BLOCK_BYTES), bytes.length);
    assert.ok(E.isLeft(decodeRun(longer, "a run", hash)));
  });

  test("is told when blocks are exchanged, or come from a run of another moment", () => {
    const blocks = bytes.length / BLOCK_BYTES;
    const blockAt = (of: Uint8Array, block: number): Uint8Array =>
      of.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    const other = encodeRun({
      hash,
      segments: [{ ...small, row: { ...small.row, lastHcrc: small.row.lastHcrc - 1 } }],
    }).bytes;
    for (let block = 0; block < blocks; block++) {
      for (let place = 0; place < blocks; place++) {
        const moved = Uint8Array.from(bytes);
        const from = place === block ? other : bytes;
        moved.set(blockAt(from, block), place * BLOCK_BYTES);
        assert.ok(E.isLeft(decodeRun(moved, "a run", hash)), `block ${block} at ${place}`);
      }
    }
  });

  test("is told by name, place and what was found", () => {
    const flipped = Uint8Array.from(bytes);
    flipped[BLOCK_BYTES + 5]! ^= 1;
    const run = decodeRun(flipped, "index-1", hash);
    assert.ok(E.isLeft(run));
    assert.equal(run.left.file, "index-1");
    assert.equal(run.left.offset, BLOCK_BYTES);
  });

  test("is told when it was made with another key", () => {
    const run = decodeRun(bytes, "a run", termHasher(storeKey.map((byte) => byte + 1)));
    assert.ok(E.isLeft(run) && run.left.found === "another key");
  });

  test("is told when its three copies of the seed differ", () => {
    const places = {
      header: 16,
      row: 144 + 34,
      footer: (bytes.length / BLOCK_BYTES - 1) * 4092 + 14,
    };
    for (const odd of ["header", "row", "footer"]) {
      const payloads = payloadsOf(bytes);
      for (const [place, at] of Object.entries(places)) if (place !== odd) payloads[at]! ^= 1;
      const seed = odd === "header" ? seeds(bytes) : (seeds(bytes) ^ 1) >>> 0;
      assert.ok(E.isLeft(decodeRun(sealBlocks(payloads, seed), "a run", hash)), odd);
    }
  });

  test("is told when it is of a newer format", () => {
    const seed = seeds(bytes);
    const payloads = payloadsOf(bytes);
    assert.deepEqual(sealBlocks(payloads, seed), bytes);
    payloads[8] = 3;
    const run = decodeRun(sealBlocks(payloads, seed), "a run", hash);
    assert.ok(E.isLeft(run) && run.left.found === "format 3");
  });
});
