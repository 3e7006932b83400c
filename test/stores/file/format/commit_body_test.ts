import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Commit } from "../../../../src/event_store.ts";
import type { Encoded, Metadata, Proposed } from "../../../../src/record.ts";
import {
  bodySizeOf,
  comparableOf,
  type Content,
  dataOf,
  decodeBody,
  encodeContent,
  frameOf,
  isSameContent,
  metadataOf,
} from "../../../../stores/file/format/commit_body.ts";
import { FRAME_HEADER_BYTES } from "../../../../stores/file/format/frame.ts";

const plain = { noNullPrototype: true };
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const awkward = fc.constantFrom(
  "__proto__",
  "\ufeffname",
  "\u00e9",
  "e\u0301",
  "a".repeat(300),
  "\u0000",
);
const word = fc.oneof(name, awkward);
const metadata: fc.Arbitrary<Metadata> = fc.record({
  correlationId: word,
  causationId: word,
  actor: word,
  validTime: fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms)),
  attributes: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}$/),
    fc.oneof(word, fc.integer(), fc.boolean()),
    {
      minKeys: 1,
      noNullPrototype: true,
    },
  ),
}, { requiredKeys: [], noNullPrototype: true });
const proposed: fc.Arbitrary<Proposed<Encoded>> = fc.record({
  event: fc.record({
    type: word,
    schemaVersion: fc.integer({ min: 1, max: 2 ** 31 }),
    data: fc.jsonValue({ maxDepth: 2, noUnicodeString: false }).map((value): unknown =>
      JSON.parse(JSON.stringify(value))
    ),
    tags: fc.uniqueArray(word, { maxLength: 3 }),
  }, plain),
  id: fc.oneof(fc.uuid(), word),
  metadata,
}, { requiredKeys: ["event"], noNullPrototype: true });
const commit: fc.Arbitrary<Commit<Encoded>> = fc.record({
  writes: fc.uniqueArray(
    fc.record(
      {
        stream: word,
        expected: fc.constant("any" as const),
        events: fc.array(proposed, { minLength: 1, maxLength: 3 }),
      },
      plain,
    ),
    { minLength: 1, maxLength: 3, selector: ({ stream }) => stream },
  ),
  commitId: word,
}, { requiredKeys: ["writes"], noNullPrototype: true });

function contentOf(one: Commit<Encoded>): Content {
  const content = encodeContent(one);
  assert.ok(E.isRight(content), JSON.stringify(content));
  return content.right;
}

describe("the body of a commit", () => {
  test("comes back as it was proposed, with the versions it was given", () => {
    fc.assert(
      fc.property(
        commit,
        fc.array(fc.integer({ min: 1, max: 2 ** 47 }), { minLength: 3, maxLength: 3 }),
        (one, versions) => {
          const content = contentOf(one);
          const frame = frameOf(content, versions);
          const size = bodySizeOf(content, versions);
          const body = decodeBody(frame, FRAME_HEADER_BYTES, size, content.flags);
          assert.ok(body);
          assert.equal(body.commitId, one.commitId);
          assert.deepEqual(
            body.streams,
            one.writes.map(({ stream, events }, at) => ({
              stream,
              firstVersion: versions[at],
              events: events.length,
            })),
          );
          const events = body.events.map((event) => ({
            ...{ id: event.id, type: event.type, schemaVersion: event.schemaVersion },
            tags: event.tags,
            data: dataOf(body, event),
            metadata: metadataOf(body, event),
          }));
          const wanted = one.writes.flatMap((write) => write.events).map((
            { event, id, metadata = {} },
          ) => ({
            ...{ id, ...event, metadata },
          }));
          assert.deepEqual(events, wanted);
          assert.ok(
            isSameContent(content, comparableOf(body)),
            "what is stored is the same content",
          );
        },
      ),
    );
  });

  test("cut anywhere, or longer than it says, is none", () => {
    fc.assert(
      fc.property(commit, (one) => {
        const content = contentOf(one);
        const versions = content.streams.map(() => 1);
        const size = bodySizeOf(content, versions);
        const frame = new Uint8Array([...frameOf(content, versions), 0, 0, 0]);
        for (let less = 0; less < size; less++) {
          assert.equal(decodeBody(frame, FRAME_HEADER_BYTES, less, content.flags), undefined);
        }
        assert.equal(decodeBody(frame, FRAME_HEADER_BYTES, size + 1, content.flags), undefined);
      }),
      { numRuns: 20 },
    );
  });

  test("of random bytes never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(15), (bytes, flags) => {
      decodeBody(bytes, 0, bytes.length, flags);
    }));
  });
});

describe("content", () => {
  test("is the same whatever is expected, and whenever it was recorded", () => {
    fc.assert(fc.property(commit, (one) => {
      const later: Commit<Encoded> = {
        ...one,
        writes: one.writes.map((write) => ({ ...write, expected: "streamExists" })),
        recordedAt: new Date(7),
      };
      assert.ok(isSameContent(contentOf(one), contentOf(later)));
    }));
  });

  test("is another with any other stream, type, tag, data, metadata or id", () => {
    fc.assert(fc.property(commit, commit, (one, other) => {
      const told = ({ writes }: Commit<Encoded>): string => JSON.stringify(writes);
      if (told(one) === told(other)) return;
      // Metadata that is empty is none.
      if (
        told(one).replaceAll(',"metadata":{}', "") === told(other).replaceAll(',"metadata":{}', "")
      ) return;
      assert.ok(!isSameContent(contentOf(one), contentOf(other)));
    }));
    const base: Proposed<Encoded> = {
      event: { type: "A", schemaVersion: 1, data: 1, tags: ["t"] },
      id: "i",
    };
    const of = (event: Proposed<Encoded>): Content =>
      contentOf({ writes: [{ stream: "s", expected: "any", events: [event] }] });
    const others: ReadonlyArray<Proposed<Encoded>> = [
      { ...base, event: { ...base.event, type: "B" } },
      { ...base, event: { ...base.event, schemaVersion: 2 } },
      { ...base, event: { ...base.event, data: 2 } },
      { ...base, event: { ...base.event, tags: [] } },
      { ...base, id: "j" },
      { ...base, metadata: { actor: "Ada" } },
    ];
    for (const other of others) {
      assert.ok(!isSameContent(of(base), of(other)), JSON.stringify(other));
    }
  });
});
