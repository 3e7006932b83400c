import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseCloudEvent, printCloudEvent } from "../src/cloud_event.ts";
import { roundedNumber } from "../src/exact_number.ts";
import type { Encoded, Metadata, Recorded } from "../src/record.ts";
import { parseTime } from "../src/timestamp.ts";

type Line = Readonly<Record<string, unknown>>;

const plain: Line = {
  specversion: "1.0",
  id: "7",
  source: "/box-office",
  type: "SeatsBooked",
  subject: "show-hamlet",
  time: "2026-02-03T18:00:00.000Z",
  datacontenttype: "application/json",
  data: { seats: 2 },
};

const place = { schemaVersion: 1, version: 1, position: 1 } as const;

describe("a line is printed again as it was", () => {
  const lines: Readonly<Record<string, Line>> = {
    "plain": plain,
    "with extensions": { ...plain, traceparent: "00-ab", sampled: true, sequence: -3 },
    "with a schema": { ...plain, dataschema: "https://example.org/seats" },
    "with an offset": { ...plain, time: "2026-02-03T19:00:00+01:00" },
    "with more digits": { ...plain, time: "2026-02-03T18:00:00.123456789Z" },
    "with fewer digits": { ...plain, time: "2026-02-03T18:00:00Z" },
    "with a leap second": { ...plain, time: "2016-12-31T23:59:60Z" },
    "with text as data": { ...plain, datacontenttype: "application/xml", data: "<seats/>" },
    "with another kind of JSON": { ...plain, datacontenttype: "application/vnd.x+json", data: [1] },
    "with null as data": { ...plain, data: null },
    "with all of ours": {
      ...plain,
      schemaversion: 3,
      tags: '["a","b"]',
      correlationid: "c",
      causationid: "",
      actor: "Ada",
      validtime: "2026-01-01T00:00:00.000Z",
      commitid: "k",
    },
    "with an extension of digits": { ...plain, 42: "x" },
    "with our own source": { ...plain, source: "/leftfold" },
  };
  for (const [name, line] of Object.entries(lines)) {
    it(name, () => assert.deepEqual(JSON.parse(printed(JSON.stringify(line))), line));
  }

  it("byte for byte, if its attributes stand in our order", () => {
    assert.equal(printed(JSON.stringify(plain)), JSON.stringify(plain));
  });

  it("but without attributes that are null, and with the content type", () => {
    const { datacontenttype: _, ...without } = plain;
    const line = JSON.stringify({ ...without, dataschema: null, anything: null });
    assert.equal(printed(line), JSON.stringify(plain));
  });

  it("whatever extensions it has", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{5,19}$/).filter((name) => !isOurs(name));
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((n) => n + 0),
      fc.boolean(),
      fc.string({ unit: "grapheme" }).filter((text) =>
        !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text)
      ),
    );
    fc.assert(fc.property(fc.dictionary(name, value), json, (extensions, data) => {
      const line = { ...plain, ...extensions, data };
      assert.deepEqual(JSON.parse(printed(JSON.stringify(line))), line);
    }));
  });
});

describe("a record is read again as it was", () => {
  const text = fc.string({ unit: "binary" });
  const name = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
  const time = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 48 - 1) });
  const attribute = fc.oneof(
    text,
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  );
  const attributeName = fc.oneof(
    name,
    fc.constantFrom("source", "time", "datacontenttype", "dataschema", "data", "subject", "tags"),
    fc.constantFrom("attributes", "traceparent", "x", "__proto__", "specversion", "commitid"),
  );
  const attributeValue = fc.oneof(
    attribute,
    fc.constantFrom("/leftfold", "/other", "application/json", "application/xml", "a b"),
    fc.constantFrom("2026-02-03T18:00:00Z", "2026-02-03T18:00:00.000Z", "x"),
  );
  const metadata: fc.Arbitrary<Metadata> = fc.record({
    correlationId: text,
    causationId: text,
    actor: text,
    validTime: fc.date({ noInvalidDate: true }),
    attributes: fc.array(fc.tuple(attributeName, attributeValue), { minLength: 1 })
      .map((entries): Readonly<Record<string, string | number | boolean>> =>
        Object.fromEntries(entries)
      ),
  }, { requiredKeys: [], noNullPrototype: true });
  const record = fc.record({
    type: name,
    schemaVersion: fc.integer({ min: 1, max: 9 }),
    data: fc.oneof(fc.string(), fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)))),
    tags: fc.uniqueArray(name, { maxLength: 3 }),
    id: name,
    stream: name,
    metadata,
    commitId: name,
    recordedAt: fc.oneof(time, fc.constant(new Date("2026-02-03T18:00:00Z"))),
  }).map(({ type, schemaVersion, data, tags, ...rest }): Recorded<Encoded> => ({
    ...rest,
    event: { type, schemaVersion, data, tags },
    schemaVersion,
    tags,
    version: 1,
    position: 1,
  }));

  it("stream, event, id, tags, metadata, time and commit", () => {
    fc.assert(
      fc.property(record, fc.boolean(), (record, continues) => {
        const { stream, recordedAt, commitId, event, id, tags, metadata } = record;
        const read = parsed(printCloudEvent(record, continues));
        assert.deepEqual(read, {
          stream,
          recordedAt,
          commitId,
          proposed: { event, id, tags, metadata },
          namesCommit: read.namesCommit,
        });
        if (continues) assert(read.namesCommit);
      }),
      { numRuns: 1_000 },
    );
  });

  it("and an attribute that CloudEvents has no place for travels as JSON text", () => {
    const { proposed, ...rest } = parsed(JSON.stringify(plain));
    const attributes = { "Not a name": 1.5, subject: "mine" };
    const record = { ...proposed, ...rest, metadata: { attributes }, ...place };
    const line = JSON.parse(printCloudEvent(record));
    assert.equal(line.attributes, JSON.stringify(attributes));
    assert.equal(line.source, "/leftfold");
  });
});

describe("the commit of an event that names none", () => {
  it("is its source and id", () => {
    const { commitId, namesCommit } = parsed(JSON.stringify(plain));
    assert.equal(commitId, "/box-office 7");
    assert(!namesCommit);
  });

  it("or their fingerprint, if they are longer than 64 bytes", () => {
    const long = "/box-office/ä".padEnd(61, "x"); // One letter of it takes two bytes.
    assert.equal(parsed(JSON.stringify({ ...plain, source: long })).commitId, `${long} 7`);
    const { commitId } = parsed(JSON.stringify({ ...plain, source: `${long}y` }));
    assert.match(commitId, /^[0-9a-f]{32}$/);
  });
});

describe("a commit is named", () => {
  const { proposed, ...rest } = parsed(JSON.stringify(plain));
  const record = { ...proposed, ...rest, ...place };
  const named = (line: string): unknown => JSON.parse(line).commitid;

  it("not where a reader finds it by itself", () => {
    assert.equal(named(printCloudEvent(record)), undefined);
  });
  it("where it is another one", () => {
    assert.equal(named(printCloudEvent({ ...record, commitId: "k" })), "k");
  });
  it("where the record is of the same one as the record before", () => {
    assert.equal(named(printCloudEvent(record, true)), "/box-office 7");
  });
});

describe("a line is refused, and says why", () => {
  const wrong: ReadonlyArray<readonly [what: string, change: Line, found: string]> = [
    ["specversion", { specversion: "0.3" }, '"0.3"'],
    ["specversion", { specversion: null }, "nothing"],
    ["id", { id: "" }, '""'],
    ["id", { id: 7 }, "7"],
    ["source", { source: "box office" }, '"box office"'],
    ["source", { source: null }, "nothing"],
    ["type", { type: "" }, '""'],
    ["subject", { subject: null }, "nothing"],
    ["time", { time: null }, "nothing"],
    ["time", { time: "2026-02-30T00:00:00Z" }, '"2026-02-30T00:00:00Z"'],
    ["time", { time: "3 Feb 2026" }, '"3 Feb 2026"'],
    ["datacontenttype", { datacontenttype: "json" }, '"json"'],
    ["dataschema", { dataschema: "" }, '""'],
    ["data", { datacontenttype: "text/plain", data: 7 }, "7"],
    ["data_base64", { data_base64: "aGk=" }, '"aGk="'],
    ["schemaversion", { schemaversion: 0 }, "0"],
    ["schemaversion", { schemaversion: "2" }, '"2"'],
    ["tags", { tags: "a,b" }, '"a,b"'],
    ["tags", { tags: "[1]" }, '"[1]"'],
    ["validtime", { validtime: "2026-01-01" }, '"2026-01-01"'],
    ["attributes", { attributes: '{"a":{}}' }, '"{\\"a\\":{}}"'],
    ["attributes", { attributes: '{"traceparent":"b"}', traceparent: "a" }, '{"traceparent":"b"}'],
    ["commitid", { commitid: "" }, '""'],
    ["ratio", { ratio: 0.5 }, "0.5"],
    ["big", { big: 2 ** 31 }, "2147483648"],
    ["nested", { nested: {} }, "{}"],
    ["bell", { bell: "\u0007" }, '"\\u0007"'],
  ];
  for (const [what, change, found] of wrong) {
    it(`${what}: ${found}`, () => {
      const reason = refused(JSON.stringify({ ...plain, ...change }));
      assert.deepEqual([reason.what, reason.found], [JSON.stringify(what), found]);
    });
  }

  it("data: nothing", () => {
    const { data: _, ...without } = plain;
    assert.deepEqual(refused(JSON.stringify(without)), {
      what: '"data"',
      wanted: "JSON, or a text if datacontenttype is no JSON",
      found: "nothing",
    });
  });

  it("the name of an attribute", () => {
    const reason = refused(JSON.stringify({ ...plain, traceParent: "00" }));
    assert.deepEqual([reason.what, reason.found], ["the name of an attribute", '"traceParent"']);
  });

  it("what is no JSON, or no object", () => {
    assert.deepEqual(refused("{").wanted, "JSON");
    for (const line of ["[]", "null", '"x"', "7"]) assert.equal(refused(line).found, line);
  });

  it("a number that would be rounded", () => {
    const line = JSON.stringify(plain).replace("2}", "12345678901234567890}");
    assert.equal(refused(line).found, "12345678901234567890");
  });
});

describe("roundedNumber", () => {
  it("is quiet about numbers that JavaScript holds", () => {
    for (
      const exact of ["0", "-1.50", "1e3", "0.1e-5", "9007199254740992", "1e21", "0.000", "1E+2"]
    ) {
      assert.equal(roundedNumber(`{"a":[${exact}, "99999999999999999999"]}`), undefined, exact);
    }
  });
  it("finds the first one that would be rounded", () => {
    for (
      const lost of ["9007199254740993", "1e400", "0.1000000000000000055", "-123456789012345678"]
    ) {
      assert.equal(roundedNumber(`{"a":"\\"1e999","b":${lost}}`), lost);
    }
  });
  it("agrees with what JSON prints", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.equal(roundedNumber(JSON.stringify([number])), undefined);
    }));
  });
});

describe("parseTime", () => {
  const times: ReadonlyArray<readonly [text: string, iso: string | undefined]> = [
    ["2026-02-03T18:00:00.000Z", "2026-02-03T18:00:00.000Z"],
    ["2026-02-03t18:00:00z", "2026-02-03T18:00:00.000Z"],
    ["2026-02-03 18:00:00.5-01:30", "2026-02-03T19:30:00.500Z"],
    ["2026-02-03T18:00:00.1239Z", "2026-02-03T18:00:00.123Z"],
    ["1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2026-02-29T00:00:00Z", undefined],
    ["2026-13-01T00:00:00Z", undefined],
    ["2026-02-03T24:00:00Z", undefined],
    ["2026-02-03T18:00:00", undefined],
    ["2026-02-03T18:00:00+24:00", undefined],
    ["2026-02-03T18:00:61Z", undefined],
    ["2026-02-03", undefined],
    ["0070-01-01T00:00:00Z", "0070-01-01T00:00:00.000Z"],
  ];
  for (const [text, iso] of times) {
    it(text, () => assert.equal(parseTime(text)?.toISOString(), iso));
  }
});

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));

function isOurs(name: string): boolean {
  return [...Object.keys(plain), "schemaversion", "correlationid", "causationid", "validtime"]
    .concat("commitid", "attributes", "dataschema").includes(name);
}

function parsed(line: string) {
  const read = parseCloudEvent(line);
  assert(read._tag === "Right", JSON.stringify(read));
  return read.right;
}

function refused(line: string) {
  const read = parseCloudEvent(line);
  assert(read._tag === "Left", `${line} was read`);
  return read.left;
}

function printed(line: string): string {
  const { proposed, ...rest } = parsed(line);
  return printCloudEvent({ ...proposed, ...rest, ...place });
}
