import { describe, test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { hex } from "../../../../stores/file/format/bytes.ts";
import { termKinds } from "../../../../stores/file/runs/term.ts";
import { halfSipHash, type TermHash, termHasher } from "../../../../stores/file/runs/term_hash.ts";

/** The 64 vectors of the reference code for HalfSipHash-2-4 with 64 bits: four in a line. */
const vectors = [
  "218d1f59b9b83cc8be552412f8387315064f39ef7c50eb57ce0f1a45f7060679",
  "d5e78a175be52ea1cb9d7c3f2f3db580ce3e91358aa2bc25ff202728b07bc684",
  "edfee820bce4858c5b51cccc1388830795b0469f06a6f2eeae26333994ddcd48",
  "7bc71f9faef5c7995a2352d75a0c37443bb1a870eae8e658217d0bcb4e81c902",
  "7336aad25f7bf3b537adc0641c4c4f6ac9b2db2b9a3e42f9f910e48020ab363c",
  "1bf52b0a6feea7db00741dc269e8b3efe20103fa1ba776ef4c2210e54b681d73",
  "70741045ae3fa6f10c864037397140380d899ed8112923f0226bf5fab81ee1b8",
  "2d925ffb1e0016b5361958d52cee10f1291aaf864898179d863c7f155c34117c",
  "28709d46d811626c248477681d28f89c8324e4d7528f9830f9efd4e13aea6bd8",
  "86d67a40ec4276dc3f6292eccca97e35cbd92ee724d42109368df6808d403d79",
  "5b38c81c67c8ae4c95ab7189d439acb3a91a52c0253270245b0087c69528acea",
  "1e30f3ad27dcb15a697f5c9a90324ed4495c0f995557dc389427202a3c29f94d",
  "a9eaa8c04ba93e3eeea4c1737d011218912d568fd8f65a4956919596b0ff5c97",
  "02445a7998f550e186ec466ce71d1fb2359569e7d289e3bc871b05ca62bb7c96",
  "a1a492f942f15f1d12ec267ff6095b6e5d1b5ea1b231d89dd8cfb4453f92ee54",
  "d6762890bf26e460313563a4b7ed5cf3f90b3ab572d466932ea63c71bf326087",
].join("");

function littleEndian({ hi, lo }: TermHash): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, lo, true);
  new DataView(bytes.buffer).setUint32(4, hi, true);
  return hex(bytes);
}

const key = Uint8Array.from({ length: 16 }, (_, at) => at);
const names = fc.string({ unit: "grapheme", maxLength: 40 });
const kinds = fc.constantFrom(...termKinds, "commit" as const);

describe("the hash of terms", () => {
  test("is HalfSipHash: with 2-4 rounds it gives the published vectors", () => {
    const counted = Uint8Array.from({ length: 64 }, (_, at) => at);
    let found = "";
    for (let length = 0; length < 64; length++) {
      const hash = halfSipHash(counted.subarray(0, length), 0x03020100, 0x07060504, {
        compression: 2,
        finalization: 4,
      });
      found += littleEndian(hash);
    }
    assert.equal(found, vectors);
  });

  test("hashes the kind and the UTF-8 of the name with 1-3 rounds", () => {
    const hash = termHasher(key);
    fc.assert(fc.property(kinds, names, (kind, name) => {
      const code = { stream: 1, category: 2, type: 3, tag: 4, cut: 5, commit: 6 }[kind];
      const bytes = Uint8Array.from([code, ...new TextEncoder().encode(name)]);
      const wanted = halfSipHash(bytes, 0x03020100, 0x07060504, {
        compression: 1,
        finalization: 3,
      });
      assert.deepEqual(hash(kind, name), { kind, name, ...wanted });
    }));
  });

  test("takes a name that is longer than any limit", () => {
    const hash = termHasher(key);
    const long = "é".repeat(5000);
    const bytes = Uint8Array.from([1, ...new TextEncoder().encode(long)]);
    const rounds = { compression: 1, finalization: 3 };
    const { hi, lo } = hash("stream", long);
    assert.deepEqual({ hi, lo }, halfSipHash(bytes, 0x03020100, 0x07060504, rounds));
    // The buffer is used again, so what came before must leave no trace.
    assert.deepEqual(hash("stream", "a"), termHasher(key)("stream", "a"));
  });

  test("tells kinds apart that share a name", () => {
    const hash = termHasher(key);
    fc.assert(fc.property(names, (name) => {
      const found = new Set([...termKinds, "commit" as const].map((kind) => {
        return littleEndian(hash(kind, name));
      }));
      assert.equal(found.size, 6);
    }));
  });

  test("depends on every bit of the eight bytes of its key", () => {
    const plain = littleEndian(termHasher(key)("stream", "a"));
    for (let bit = 0; bit < 64; bit++) {
      const other = Uint8Array.from(key);
      other[bit >> 3]! ^= 1 << (bit & 7);
      assert.notEqual(littleEndian(termHasher(other)("stream", "a")), plain, `bit ${bit}`);
    }
  });

  test("spreads names evenly over both halves", () => {
    const hash = termHasher(key);
    const counts = new Uint32Array(2 * 64);
    const total = 64_000;
    for (let at = 0; at < total; at++) {
      const { hi, lo } = hash("stream", `declaration-${at}`);
      counts[hi >>> 26]!++;
      counts[64 + (lo >>> 26)]!++;
    }
    // Each of 64 parts has 1,000 on average; six standard deviations are 190.
    for (const count of counts) assert.ok(Math.abs(count - total / 64) < 190, `${count}`);
  });

  test("refuses a key that is too short", () => {
    assert.throws(() => termHasher(new Uint8Array(7)), /at least 8 bytes/);
  });
});
