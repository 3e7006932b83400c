import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  epochIn,
  type FileName,
  nextArchive,
  nextAttempt,
  nextStoreFile,
  parseName,
  printName,
} from "../../../../stores/file/format/layout.ts";

const number = fc.integer({ min: 0, max: 9_999_999_999 });
const fileName: fc.Arbitrary<FileName> = fc.oneof(
  fc.record({
    kind: fc.constant("store" as const),
    attempt: fc.integer({ min: 1, max: 9_999_999_999 }),
  }, {
    noNullPrototype: true,
  }),
  fc.record({ kind: fc.constant("segment" as const), number, epoch: number }, {
    noNullPrototype: true,
  }),
  fc.record(
    { kind: fc.constant("index" as const), from: number, to: number, attempt: number },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant("archive" as const), number, attempt: number }, {
    noNullPrototype: true,
  }),
  fc.record({ kind: fc.constant("claim" as const), epoch: number }, { noNullPrototype: true }),
);

test("a name that is printed is parsed to the same file", () => {
  fc.assert(fc.property(fileName, (file) => assert.deepEqual(parseName(printName(file)), file)));
});

test("what is parsed prints to the very same name, so no file has two names", () => {
  const likely = fc.stringMatching(/^(segment|index|archive|writer|STORE)[-0-9a-zA-Z.]{0,45}$/);
  fc.assert(fc.property(fc.oneof(likely, fc.string(), fileName.map(printName)), (name) => {
    const file = parseName(name);
    if (file) assert.equal(printName(file), name);
  }));
  for (
    const name of [
      "segment-0000000001-0000000001.log.bak",
      "segment-1-1.log",
      "segment-00000000001-0000000001.log",
      "SEGMENT-0000000001-0000000001.log",
      "store",
      "writer-0000000001.claim\n",
      " STORE",
      "STORE-2",
      "STORE-0000000001",
      "STORE-0000000000",
    ]
  ) assert.equal(parseName(name), undefined, JSON.stringify(name));
});

test("the order of names is the order of numbers", () => {
  fc.assert(fc.property(number, number, (a, b) => {
    const [one, other] = [a, b].map((epoch) => printName({ kind: "claim", epoch }));
    assert.equal(Math.sign(a - b), one! < other! ? -1 : one === other ? 0 : 1);
  }));
});

test("an epoch is read in segments and claims, and in nothing else", () => {
  assert.equal(epochIn("segment-0000000042-0000000007.log"), 7);
  assert.equal(epochIn("writer-0000000009.claim"), 9);
  assert.equal(epochIn("index-0000000032-0000000039-0000000001.idx"), 0);
  assert.equal(epochIn("writer-9.claim"), 0);
});

test("an attempt comes after all of the same run, so no name is used twice", () => {
  const run = (from: number, to: number, attempt: number): string =>
    printName({ kind: "index", from, to, attempt });
  assert.equal(nextAttempt([], 1, 1), 1);
  assert.equal(nextAttempt([run(1, 1, 2), run(1, 1, 7), run(1, 2, 9), run(2, 2, 8), "x"], 1, 1), 8);
});

test("who begins a store anew says so in a file of its own", () => {
  assert.equal(nextStoreFile([]), "STORE");
  assert.equal(nextStoreFile(["STORE", "segment-0000000001-0000000001.log"]), "STORE-0000000002");
  assert.equal(nextStoreFile(["STORE-0000000007", "STORE", "STORE-9"]), "STORE-0000000008");
});

test("the archive of a segment comes after all others of the same segment", () => {
  const archive = (number: number, attempt: number): string =>
    printName({ kind: "archive", number, attempt });
  assert.equal(nextArchive([], 1), 1);
  assert.equal(nextArchive([archive(1, 2), archive(2, 9), "archive-1-3.arc"], 1), 3);
});
