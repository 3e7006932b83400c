import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { utf8 } from "../../../../stores/file/format/bytes.ts";
import {
  addArchived,
  addErased,
  archivedAttempt,
  decodeManifest,
  emptyManifest,
  encodeManifest,
  erasedSegment,
  isEmptyManifest,
  type Manifest,
  raiseFloor,
} from "../../../../stores/file/format/manifest.ts";

const number = fc.integer({ min: 1, max: 12 });
const attempt = fc.integer({ min: 1, max: 3 });

type Change =
  | { readonly kind: "archive"; readonly segment: number; readonly attempt: number }
  | { readonly kind: "erase"; readonly segment: number; readonly attempt: number }
  | { readonly kind: "drop"; readonly segment: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("archive" as const), segment: number, attempt }),
  fc.record({ kind: fc.constant("erase" as const), segment: number, attempt }),
  fc.record({ kind: fc.constant("drop" as const), segment: number }),
);

const sha256 = (attempt: number): string => String(attempt).padStart(64, "ab");

function changed(manifest: Manifest, one: Change): Manifest {
  // Nothing is done to a segment that is gone.
  if (one.segment < manifest.floor.segment) return manifest;
  switch (one.kind) {
    case "archive":
      return addArchived(manifest, one.segment, one.attempt);
    case "erase": {
      const { segment, attempt } = one;
      return addErased(manifest, { segment, attempt, sha256: sha256(attempt) });
    }
    case "drop":
      return raiseFloor(manifest, { segment: one.segment, position: one.segment * 10, hcrc: 7 });
  }
}

/** What is known of each segment, without ranges. */
function modelOf(changes: ReadonlyArray<Change>): ReadonlyMap<number, string> {
  const model = new Map<number, string>();
  let floor = 1;
  for (const { kind, segment, ...rest } of changes) {
    if (segment < floor) continue;
    const attempt = "attempt" in rest ? rest.attempt : 0;
    const { erased } = JSON.parse(model.get(segment) ?? "{}") as Record<string, number>;
    if (kind === "drop") floor = segment;
    else {
      model.set(
        segment,
        JSON.stringify(kind === "archive" ? { archived: attempt, erased } : { erased: attempt }),
      );
    }
  }
  for (const segment of [...model.keys()]) if (segment < floor) model.delete(segment);
  return model;
}

describe("a manifest", () => {
  test("is read as it was written, whatever was done", () => {
    fc.assert(fc.property(fc.array(change), (changes) => {
      const manifest = changes.reduce(changed, emptyManifest);
      assert.deepEqual(decodeManifest(encodeManifest(manifest)), manifest);
    }));
  });

  test("says of each segment what was done to it last, and nothing of what is dropped", () => {
    fc.assert(fc.property(fc.array(change), (changes) => {
      const manifest = changes.reduce(changed, emptyManifest);
      const model = modelOf(changes);
      for (let segment = 1; segment <= 12; segment++) {
        const known = JSON.parse(model.get(segment) ?? "{}") as Record<string, number>;
        assert.equal(archivedAttempt(manifest, segment), known.archived);
        assert.equal(erasedSegment(manifest, segment)?.attempt, known.erased);
      }
      const floor = changes.reduce(
        (high, { kind, segment }) => kind === "drop" ? Math.max(high, segment) : high,
        1,
      );
      assert.equal(manifest.floor.segment, floor);
      assert.equal(isEmptyManifest(manifest), model.size === 0 && floor === 1);
    }));
  });

  test("keeps ranges that touch as one, so that it stays small", () => {
    const order = [3, 1, 2, 7, 5, 6];
    const manifest = order.reduce((m, segment) => addArchived(m, segment, 1), emptyManifest);
    assert.deepEqual(manifest.archived, [
      { from: 1, to: 3, attempt: 1 },
      { from: 5, to: 7, attempt: 1 },
    ]);
    assert.deepEqual(raiseFloor(manifest, { segment: 3, position: 30, hcrc: 7 }).archived, [
      { from: 3, to: 3, attempt: 1 },
      { from: 5, to: 7, attempt: 1 },
    ]);
  });

  test("that this program does not understand whole is none", () => {
    const sound = {
      floor: { segment: 2, position: 9, hcrc: 7 },
      archived: [[2, 3, 1]],
      erased: [],
    };
    const decode = (value: unknown): Manifest | undefined =>
      decodeManifest(utf8(JSON.stringify(value)));
    assert.ok(decode(sound));
    const wrong: ReadonlyArray<unknown> = [
      null,
      [],
      {},
      { ...sound, more: 1 },
      { ...sound, floor: undefined },
      { ...sound, floor: { segment: 0, position: 9, hcrc: 7 } },
      { ...sound, floor: { segment: 2, position: 9, hcrc: 7, more: 1 } },
      { ...sound, floor: { segment: 2, position: 9, hcrc: 2 ** 32 } },
      { ...sound, archived: [[3, 2, 1]] },
      { ...sound, archived: [[1, 2, 1]] },
      { ...sound, archived: [[2, 3, 1], [3, 4, 1]] },
      { ...sound, archived: [[2, 3]] },
      { ...sound, archived: [[2, 3, 0.5]] },
      { ...sound, erased: [[1, 1, sha256(1)]] },
      { ...sound, erased: [[2, 1, sha256(1)], [2, 2, sha256(1)]] },
      { ...sound, erased: [[2, 1, "abc"]] },
    ];
    for (const value of wrong) assert.equal(decode(value), undefined, JSON.stringify(value));
    assert.equal(decodeManifest(utf8("{")), undefined);
    assert.equal(decodeManifest(new Uint8Array([0xff])), undefined);
  });
});
