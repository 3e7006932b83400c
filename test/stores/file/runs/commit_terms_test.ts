import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import type { Commit } from "../../../../src/event_store.ts";
import type { Encoded } from "../../../../src/record.ts";
import {
  bodySizeOf,
  decodeBody,
  encodeContent,
  frameOf,
} from "../../../../stores/file/format/commit_body.ts";
import { FRAME_HEADER_BYTES } from "../../../../stores/file/format/frame.ts";
import { addBodyTerms, addCommitTerms } from "../../../../stores/file/runs/commit_terms.ts";
import { encodeRun } from "../../../../stores/file/runs/index_run.ts";
import { type MemoryTerms, memoryTerms } from "../../../../stores/file/runs/memory_terms.ts";
import { awkwardNames, keyed, segmentOf } from "../../../support/index_samples.ts";

const name = fc.oneof(
  fc.constantFrom(...awkwardNames.filter((one) => one.length < 100)),
  fc.constantFrom("show-1", "show-1-2", "-", "-x", "show", "gr\u00f6\u00dfe-1"),
);

const event = fc.record({
  type: name,
  tags: fc.array(name, { maxLength: 3 }),
  id: fc.constantFrom(undefined, "7", "0195d0c4-7cc0-7000-8000-000000000001"),
  metadata: fc.constantFrom(undefined, { correlationId: "c" }),
});

const commit = fc.record({
  commitId: fc.constantFrom(undefined, "c-1"),
  writes: fc.array(fc.record({ stream: name, events: fc.array(event, { minLength: 1 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
}).map(({ commitId, writes }): Commit<Encoded> => ({
  ...(commitId !== undefined && { commitId }),
  writes: writes.map(({ stream, events }) => ({
    stream,
    expected: "any",
    events: events.map(({ type, tags, id, metadata }) => ({
      event: { type, schemaVersion: 3, data: { a: "\u00e9" }, tags },
      ...(id !== undefined && { id }),
      ...(metadata && { metadata }),
    })),
  })),
}));

const frame = { offset8: 16, position: 1, time: 5 };

function bytesOf(terms: MemoryTerms): Uint8Array {
  const { row } = segmentOf([], { number: 1, maxTime: terms.maxTime });
  return encodeRun({ hash: keyed, segments: [{ row, terms }] }).bytes;
}

describe("the terms of a commit", () => {
  test("are the same out of its body as out of what was proposed", () => {
    fc.assert(fc.property(commit, (proposed) => {
      const content = encodeContent(proposed);
      assert(E.isRight(content));
      const { flags, eventCount: events } = content.right;
      const versions = content.right.streams.map((_, at) => at * 200 + 1);
      const bytes = frameOf(content.right, versions);
      const size = bodySizeOf(content.right, versions);
      const body = decodeBody(bytes, FRAME_HEADER_BYTES, size, flags);
      assert.ok(body);
      const [wanted, found] = [0, 1].map(() => memoryTerms({ segment: 1, offset: 128 }, keyed));
      addCommitTerms(wanted!, { ...frame, events }, body);
      const place = { bytes, from: FRAME_HEADER_BYTES, size, flags };
      assert.ok(addBodyTerms(found!, { ...frame, events }, place));
      assert.deepEqual(bytesOf(found!), bytesOf(wanted!));
      assert.deepEqual([...found!.commitIds()], [...wanted!.commitIds()]);
    }));
  });

  test("are none of bytes that are no body", () => {
    const content = encodeContent({
      writes: [{
        stream: "a-\u00e9",
        expected: "any",
        events: [{ event: { type: "T", schemaVersion: 1, data: {}, tags: ["t"] } }],
      }],
    });
    assert(E.isRight(content));
    const { flags } = content.right;
    const bytes = frameOf(content.right, [1]);
    const size = bodySizeOf(content.right, [1]);
    const place = { bytes, from: FRAME_HEADER_BYTES, size, flags };
    const isBody = (of: Partial<typeof place>): boolean =>
      addBodyTerms(memoryTerms({ segment: 1, offset: 128 }, keyed), { ...frame, events: 1 }, {
        ...place,
        ...of,
      });
    assert.ok(isBody({}));
    for (let less = 0; less < size; less++) assert.ok(!isBody({ size: less }), `${less} bytes`);
    for (let at = FRAME_HEADER_BYTES; at < FRAME_HEADER_BYTES + size; at++) {
      const other = bytes.slice();
      other[at]! ^= 0x80;
      const isOne = decodeBody(other, FRAME_HEADER_BYTES, size, flags) !== undefined;
      assert.equal(isBody({ bytes: other }), isOne, `byte ${at}`);
    }
  });
});
