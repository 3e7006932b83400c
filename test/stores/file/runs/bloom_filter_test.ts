import { describe, test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addAllToFilter,
  emptyFilter,
  filterBlocks,
  filterMayHold,
} from "../../../../stores/file/runs/bloom_filter.ts";
import { termHasher } from "../../../../stores/file/runs/term_hash.ts";

const half = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);

describe("the filter of an index run", () => {
  test("never denies what was added", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half), { minLength: 1, maxLength: 200 }), (all) => {
        const filter = emptyFilter(all.length);
        const hi = Uint32Array.from(all, (hash) => hash[0]);
        const lo = Uint32Array.from(all, (hash) => hash[1]);
        addAllToFilter(filter, { hi, lo });
        all.forEach(([hi, lo]) => assert.ok(filterMayHold(filter, { hi, lo })));
      }),
    );
  });

  test("holds nothing when it is empty", () => {
    assert.equal(filterMayHold(emptyFilter(0), { hi: 1, lo: 2 }), false);
    assert.equal(filterMayHold(emptyFilter(10), { hi: 1, lo: 2 }), false);
  });

  test("takes 1.5 bytes an entry", () => {
    assert.equal(filterBlocks(0), 0);
    assert.equal(filterBlocks(1), 1);
    assert.equal(emptyFilter(1_000_000).length, 1_500_000);
    for (const entries of [1, 21, 22, 1000, 12_345]) {
      const size = emptyFilter(entries).length;
      assert.ok(size >= entries * 1.5 && size < entries * 1.5 + 32, `${entries}: ${size}`);
    }
  });

  test("says maybe to about one in 190 of what was not added", () => {
    const hash = termHasher(Uint8Array.from({ length: 16 }, (_, at) => at * 7));
    const added = Array.from({ length: 50_000 }, (_, at) => hash("stream", `here-${at}`));
    const filter = emptyFilter(added.length);
    addAllToFilter(filter, {
      hi: Uint32Array.from(added, ({ hi }) => hi),
      lo: Uint32Array.from(added, ({ lo }) => lo),
    });
    let maybe = 0;
    for (let at = 0; at < 50_000; at++) {
      if (filterMayHold(filter, hash("stream", `not-here-${at}`))) maybe++;
    }
    assert.ok(maybe / 50_000 > 0.002 && maybe / 50_000 < 0.008, `${maybe} of 50,000`);
  });
});
