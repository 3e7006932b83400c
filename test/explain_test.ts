import assert from "node:assert/strict";
import { test } from "node:test";
import { explain, explainCause, isFault } from "../src/explain.ts";
import type { Fault } from "../src/fault.ts";

const bookmark = { position: 7, hash: "abc" };
const where = { stream: "show-hamlet", position: 7, type: "SeatsBooked" };
const coded = (code: string): Error => Object.assign(new Error(`${code}: raw words`), { code });

/** A fault of each kind, and what its sentence must hold: what was asked, wanted, found. */
const told: {
  readonly [Tag in Fault["_tag"]]: readonly [Extract<Fault, { _tag: Tag }>, ...RegExp[]];
} = {
  Conflict: [
    {
      _tag: "Conflict",
      stored: "no",
      failed: [
        { stream: "show-hamlet", expected: 3, found: 5 },
        { stream: "show-lear", expected: "streamExists", found: "noStream" },
        { condition: { failIfEventsMatch: { tags: ["x"] }, after: 4 }, matching: [6, 9] },
      ],
      attempts: 17,
    },
    /17 times/,
    /"show-hamlet" it wanted version 3, and found version 5/,
    /"show-lear" it wanted a record in it, and found no record/,
    /no record after position 4 that matches {"tags":\["x"\]}, and found .*6, 9/,
    /nothing was stored/,
  ],
  IdempotencyMismatch: [
    { _tag: "IdempotencyMismatch", stored: "no", commitId: "c1" },
    /"c1"/,
    /other content/,
    /new id/,
  ],
  Refused: [
    {
      _tag: "Refused",
      stored: "no",
      what: "the tag",
      wanted: "1 to 256 bytes",
      found: "300 bytes",
    },
    /does not take the tag/,
    /wanted 1 to 256 bytes, found 300 bytes/,
  ],
  WriteFailed: [
    { _tag: "WriteFailed", stored: "no", cause: coded("ENOSPC") },
    /nothing of it was stored/,
    /the disk is full; make room/,
  ],
  Indeterminate: [
    { _tag: "Indeterminate", stored: "unknown", commitId: "c1", cause: coded("EIO") },
    /"c1" may be stored or not/,
    /same commit id/,
  ],
  StreamTombstoned: [
    { _tag: "StreamTombstoned", stored: "no", stream: "show-hamlet" },
    /"show-hamlet" was ended by a tombstone/,
    /append to another/,
  ],
  Uncertain: [
    { _tag: "Uncertain", stored: "unknown", cause: coded("EIO") },
    /may have taken effect or not/,
    /ask it again/,
  ],
  ReadFailed: [
    { _tag: "ReadFailed", stored: "no", cause: coded("EMFILE") },
    /could not be read/,
    /too many files open/,
  ],
  Corrupt: [
    {
      _tag: "Corrupt",
      stored: "no",
      file: "segment-3",
      offset: 4096,
      wanted: "crc 1",
      found: "crc 2",
    },
    /segment-3 .* byte 4096: wanted crc 1, found crc 2/,
    /backup/,
  ],
  ColdUnavailable: [
    {
      _tag: "ColdUnavailable",
      stored: "no",
      place: "s3://logs/orders",
      file: "archive-0000000003-0000000001.arc",
      cause: new Error("no answer within 10000 ms"),
    },
    /archive-0000000003-0000000001\.arc cannot be had from s3:\/\/logs\/orders: no answer within/,
  ],
  Cancelled: [{ _tag: "Cancelled", stored: "no" }, /cancelled by its signal/],
  Closed: [{ _tag: "Closed", stored: "no" }, /closed; open it again/],
  HistoryDiverged: [
    {
      _tag: "HistoryDiverged",
      stored: "no",
      bookmark,
      found: { position: 5, hash: "def" },
    },
    /bookmark at position 7/,
    /wanted the fingerprint "abc", found "def" at position 5/,
  ],
  BelowFloor: [
    { _tag: "BelowFloor", stored: "no", position: 5, floor: 100 },
    /Position 5/,
    /begins at 100 now/,
    /read from 0/,
  ],
  WouldForget: [
    { _tag: "WouldForget", stored: "no", streams: ["show-hamlet", "show-lear"] },
    /"show-hamlet", "show-lear"/,
    /ask to forget/,
  ],
  Undecodable: [
    { _tag: "Undecodable", stored: "no", ...where, schemaVersion: 2, errors: ["seats: no number"] },
    /position 7 of stream "show-hamlet", type "SeatsBooked", schema version 2/,
    /seats: no number/,
  ],
  UnknownType: [{ _tag: "UnknownType", stored: "no", ...where }, /"SeatsBooked" has a type/],
  NewerSchema: [
    { _tag: "NewerSchema", stored: "no", ...where, known: 2, found: 3 },
    /version is 3, and the newest known is 2/,
  ],
  Unencodable: [
    {
      _tag: "Unencodable",
      stored: "no",
      type: "SeatsBooked",
      path: "seats",
      why: "NaN is no JSON",
    },
    /"SeatsBooked" cannot be stored because of seats: NaN is no JSON/,
  ],
  StoreLocked: [
    { _tag: "StoreLocked", stored: "no", owner: "process 7 on host a" },
    /process 7 on host a/,
    /close it there/,
  ],
  StoreMissing: [{ _tag: "StoreMissing", stored: "no", place: "./data" }, /no store in \.\/data/],
  NewerFormat: [
    { _tag: "NewerFormat", stored: "no", file: "STORE", known: 1, found: 2 },
    /STORE .* format is 2, and the newest known is 1/,
  ],
  Unchained: [
    { _tag: "Unchained", stored: "no", place: "/data/events" },
    /store \/data\/events has no hash of its history, .* made without a chain; import its export/,
  ],
  OpenFailed: [
    { _tag: "OpenFailed", stored: "no", cause: coded("EACCES") },
    /could not be opened: permission is denied; grant/,
  ],
  RepairRefused: [
    { _tag: "RepairRefused", stored: "no", wanted: "a place between two commits", found: "2:130" },
    /not repaired: wanted a place between two commits, found 2:130; nothing was written/,
  ],
  RepairFailed: [
    { _tag: "RepairFailed", stored: "unknown", cause: coded("ENOSPC") },
    /could not be carried out: the disk is full/,
    /plan it again/,
  ],
  PlaceUnfit: [
    {
      _tag: "PlaceUnfit",
      stored: "no",
      place: "/backups",
      wanted: "an empty place",
      found: "a store",
    },
    /^The place \/backups cannot take the copy: wanted an empty place, found a store/,
    /another place/,
  ],
  BackupMissing: [
    { _tag: "BackupMissing", stored: "no", place: "/backups" },
    /no whole backup in \/backups/,
    /run it again/,
  ],
  CopyFailed: [
    { _tag: "CopyFailed", stored: "no", place: "/backups", cause: coded("ENOSPC") },
    /copy to \/backups .*the disk is full/,
    /run it again/,
  ],
  Gap: [
    { _tag: "Gap", stored: "no", projection: "seats", wanted: 4, found: 9 },
    /"seats" wanted a page that begins after position 4, and got one that begins after 9/,
  ],
  Stopped: [
    { _tag: "Stopped", stored: "no", projection: "seats", at: 4, cause: new Error("no such key") },
    /"seats" stopped after position 4: no such key/,
  ],
  Outdated: [
    { _tag: "Outdated", stored: "no", projection: "seats", at: 4, wanted: "a1", found: "b2" },
    /"seats", at position 4, is one of another definition; rebuild it/,
  ],
};

for (const [tag, [fault, ...parts]] of Object.entries(told)) {
  test(`${tag} is told in one sentence`, () => {
    const sentence = explain(fault);
    for (const part of parts) assert.match(sentence, part);
    assert.match(sentence, /^[A-Z]/);
    assert.doesNotMatch(sentence, /\n|\.$|undefined|\[object/);
    assert.ok(isFault(fault));
  });
}

test("what a system says in a code is said in words", () => {
  const words = {
    ENOSPC: /disk is full/,
    EDQUOT: /quota/,
    EACCES: /permission/,
    ENOENT: /missing/,
    EMFILE: /too many files/,
  };
  for (const [code, part] of Object.entries(words)) {
    assert.match(explainCause(coded(code)), part);
    assert.ok(explainCause(coded(code)).endsWith(`(${code})`), "the code is kept, to search for");
  }
});

test("any cause is shown, whatever was thrown", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const causes = [coded("EOTHER"), "text", 7, undefined, null, { a: 1 }, circle, Symbol("s"), 7n];
  assert.deepEqual(causes.map(explainCause), [
    "EOTHER: raw words",
    "text",
    "7",
    "undefined",
    "null",
    '{"a":1}',
    "[object Object]",
    "Symbol(s)",
    "7",
  ]);
  assert.equal(
    explainCause({ _tag: "Closed", stored: "no" }),
    "The store is closed; open it again",
  );
});

test("what is no fault is not taken for one", () => {
  for (
    const value of [null, "Closed", {}, { _tag: "toString" }, { _tag: "Rejected" }, { _tag: 1 }]
  ) {
    assert.equal(isFault(value), false);
  }
});

test("a position that is not there yet is no other history", () => {
  const found = { position: 5, hash: "def" };
  const said = explain({
    _tag: "HistoryDiverged",
    stored: "no",
    bookmark: { position: 7, hash: "" },
    found,
  });
  assert.match(said, /^There is no record at position 7: the log ends at position 5; /);
});
