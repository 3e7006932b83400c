import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isBody } from "../../../../stores/file/format/body_check.ts";
import {
  bodySizeOf,
  decodeBody,
  encodeContent,
  frameOf,
} from "../../../../stores/file/format/commit_body.ts";
import { FRAME_HEADER_BYTES } from "../../../../stores/file/format/frame.ts";

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
const event = fc.record({
  event: fc.record({
    type: word,
    schemaVersion: fc.integer({ min: 1, max: 300 }),
    data: fc.integer(),
    tags: fc.uniqueArray(word, { maxLength: 2 }),
  }),
  id: fc.oneof(fc.uuid(), word),
  metadata: fc.record({ actor: word }),
}, { requiredKeys: ["event"] });
const body = fc.record({
  stream: word,
  events: fc.array(event, { minLength: 1, maxLength: 3 }),
  commitId: fc.option(word, { nil: undefined }),
}).map(({ stream, events, commitId }) => {
  const content = encodeContent({
    writes: [{ stream, expected: "any", events }],
    ...commitId !== undefined && { commitId },
  });
  assert.ok(E.isRight(content));
  const { right } = content;
  const size = bodySizeOf(right, [7]);
  const bytes = frameOf(right, [7]).slice(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + size);
  return { bytes, flags: right.flags };
});

describe("the check of a body", () => {
  test("takes every body, wherever it stands", () => {
    fc.assert(fc.property(body, fc.nat(9), ({ bytes, flags }, at) => {
      const around = new Uint8Array(bytes.length + at + 3).fill(0xff);
      around.set(bytes, at);
      assert.ok(isBody(around, at, bytes.length, flags));
    }));
  });

  test("takes of other bytes exactly those that are taken apart", () => {
    let sound = 0;
    let strange = 0;
    const change = fc.record({
      at: fc.nat(),
      to: fc.nat(255),
      size: fc.integer({ min: -2, max: 2 }),
    });
    fc.assert(
      fc.property(body, fc.array(change, { minLength: 1, maxLength: 2 }), (
        { bytes, flags },
        changes,
      ) => {
        const changed = new Uint8Array(bytes.length + 2);
        changed.set(bytes);
        for (const { at, to } of changes) changed[at % bytes.length] = to;
        const size = bytes.length + changes[0]!.size;
        const isTaken = isBody(changed, 0, size, flags);
        assert.equal(isTaken, decodeBody(changed, 0, size, flags) !== undefined);
        if (isTaken) sound += 1;
        else strange += 1;
      }),
      { numRuns: 1000 },
    );
    assert.ok(sound > 20 && strange > 20, `${sound} sound, ${strange} strange`);
  });
});
