/**
 * Random steps in the life of a store. The alphabets are small, so that what happens at random
 * happens to the same streams, types and tags.
 *
 * @module
 */
import fc from "fast-check";
import type { Commit } from "../../../src/event_store.ts";
import type { Query, QueryItem, Range } from "../../../src/query.ts";
import type { Encoded, Metadata, Proposed } from "../../../src/record.ts";
import type { Expected, Position, StreamName } from "../../../src/stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Something that a caller does. */
export type Step =
  | { readonly do: "append"; readonly commit: Commit<Encoded> }
  /** A commit that was sent, once more: so many back from the last, and round again. */
  | { readonly do: "append again"; readonly back: number }
  | { readonly do: "read"; readonly query: Query; readonly range: Range }
  /** Reads one page, and the others when the store has gone on. */
  | { readonly do: "begin a read"; readonly query: Query; readonly range: Range }
  | { readonly do: "finish a read" }
  | { readonly do: "follow"; readonly query: Query; readonly after: Position }
  | {
    readonly do: "look";
    readonly stream: StreamName;
    readonly prefix: string;
    readonly ms: number;
  }
  | { readonly do: "reopen" }
  | { readonly do: "crash" }
  | { readonly do: "archive"; readonly through: Position };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const plain = { noNullPrototype: true };
const stream = fc.constantFrom("a-1", "a-2", "b-1", "plain", "__proto__");
const type = fc.constantFrom("A", "B", "C");
const tag = fc.constantFrom("x", "y", "z");
const expected: fc.Arbitrary<Expected> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("any" as const) },
  { weight: 1, arbitrary: fc.constantFrom("noStream" as const, "streamExists" as const) },
  { weight: 1, arbitrary: fc.nat(4) },
);
const ms = fc.integer({ min: -1, max: 11 }).map((n) => n * 500);
const time = fc.nat(5).map((n) => new Date(n * 1_000));
const metadata: fc.Arbitrary<Metadata> = fc.record(
  { actor: fc.constantFrom("Ada", "Bob"), validTime: time },
  { requiredKeys: [], noNullPrototype: true },
);
const proposed: fc.Arbitrary<Proposed<Encoded>> = fc.record(
  {
    event: fc.record({
      type,
      // As JSON gives it back, where minus zero is zero.
      data: fc.jsonValue({ maxDepth: 1 }).map((data): unknown => JSON.parse(JSON.stringify(data))),
      tags: fc.uniqueArray(tag),
      // A type has one schema version here: the contract leaves open whether that is content.
    }).map((event) => ({ ...event, schemaVersion: event.type === "C" ? 2 : 1 })),
    tags: fc.uniqueArray(tag),
    id: fc.constantFrom("e1", "e2"),
    metadata,
  },
  { requiredKeys: ["event"], noNullPrototype: true },
);
const item: fc.Arbitrary<QueryItem> = fc.record(
  {
    stream,
    category: fc.constantFrom("a", "b", "plain"),
    types: fc.uniqueArray(type, { maxLength: 2 }),
    tags: fc.uniqueArray(tag, { maxLength: 2 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);
/** Each part of a query alone finds something; together they mostly find nothing. */
const part: fc.Arbitrary<QueryItem> = fc.oneof(
  fc.record({ stream }, plain),
  fc.record({ category: fc.constantFrom("a", "b", "plain") }, plain),
  fc.record({ types: fc.uniqueArray(type, { minLength: 1, maxLength: 2 }) }, plain),
  fc.record({ tags: fc.uniqueArray(tag, { minLength: 1, maxLength: 2 }) }, plain),
);
const query: fc.Arbitrary<Query> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: part },
  { weight: 1, arbitrary: item },
  { weight: 2, arbitrary: fc.array(part, { maxLength: 3 }) },
);
const direction = fc.constantFrom("forward" as const, "backward" as const);
const pageRecordsMax = fc.integer({ min: 1, max: 4 });
const range: fc.Arbitrary<Range> = fc.oneof(
  fc.record({ direction, pageRecordsMax, omit: fc.constant("metadata" as const) }, {
    requiredKeys: [],
    noNullPrototype: true,
  }),
  fc.record(
    { after: fc.nat(20), until: fc.nat(20), direction, recordsMax: fc.nat(6), pageRecordsMax },
    { requiredKeys: [], noNullPrototype: true },
  ),
);
const writes = (expected: fc.Arbitrary<Expected>) => {
  const some = (eventsMin: number) =>
    fc.record(
      { stream, expected, events: fc.array(proposed, { minLength: eventsMin, maxLength: 3 }) },
      plain,
    );
  const write = fc.oneof({ weight: 9, arbitrary: some(1) }, { weight: 1, arbitrary: some(0) });
  const upTo = (least: number, most: number) =>
    fc.uniqueArray(write, { selector: ({ stream }) => stream, minLength: least, maxLength: most });
  return fc.oneof({ weight: 9, arbitrary: upTo(1, 3) }, { weight: 1, arbitrary: upTo(0, 1) });
};
/** A commit that is stored, unless its id is known. */
const free: fc.Arbitrary<Commit<Encoded>> = fc.record(
  {
    writes: writes(fc.constant("any")),
    commitId: fc.constantFrom("c1", "c2", "c3", "c4", "c5"),
    recordedAt: time,
  },
  { requiredKeys: ["writes", "recordedAt"], noNullPrototype: true },
);
/** A commit of which much may fail. */
const careful: fc.Arbitrary<Commit<Encoded>> = fc.record(
  {
    writes: writes(expected),
    checks: fc.array(fc.record({ stream, expected }, plain), { maxLength: 1 }),
    recordedAt: time,
  },
  { requiredKeys: ["writes", "recordedAt"], noNullPrototype: true },
);
/** A commit under a condition, which is all that may fail. */
const conditional: fc.Arbitrary<Commit<Encoded>> = fc.record({
  writes: writes(fc.constant("any")),
  condition: fc.record(
    { failIfEventsMatch: query, after: fc.nat(12) },
    { requiredKeys: ["failIfEventsMatch"], noNullPrototype: true },
  ),
  recordedAt: time,
}, plain);

const doing = <Name extends Step["do"], Rest extends object>(
  name: Name,
  rest: { [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
): fc.Arbitrary<{ readonly do: Name } & Rest> =>
  // The name is the only field that is not among those of the record.
  fc.record(rest, plain).map((rest) => ({ do: name, ...rest }) as { readonly do: Name } & Rest);

const alone = (name: "finish a read" | "reopen" | "crash"): fc.Arbitrary<Step> =>
  fc.constant({ do: name });

/** Reads of a log in which much has happened. */
export const someReads: fc.Arbitrary<ReadonlyArray<Extract<Step, { readonly do: "read" }>>> = fc
  .noBias(fc.array(doing("read", { query, range }), { minLength: 5, maxLength: 15, size: "max" }));

/** The steps that a store of these capabilities can take, up to so many. */
export function stepsOf(
  can: { readonly [Key in "follow" | "reopen" | "crash" | "archive"]: boolean },
  countMax: number,
): fc.Arbitrary<ReadonlyArray<Step>> {
  const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
  const step = fc.oneof(
    weighted(6, doing("append", { commit: free })),
    weighted(3, doing("append", { commit: careful })),
    weighted(3, doing("append", { commit: conditional })),
    weighted(2, doing("append again", { back: fc.nat(20) })),
    weighted(5, doing("read", { query, range })),
    weighted(1, doing("begin a read", { query, range })),
    weighted(1, alone("finish a read")),
    weighted(2, doing("look", { stream, prefix: fc.constantFrom("", "a", "a-", "p", "z"), ms })),
    ...can.follow ? [weighted(1, doing("follow", { query, after: fc.nat(12) }))] : [],
    ...can.reopen ? [weighted(1, alone("reopen"))] : [],
    ...can.crash ? [weighted(1, alone("crash"))] : [],
    ...can.archive ? [weighted(1, doing("archive", { through: fc.nat(20) }))] : [],
  );
  // Without bias, which would make most histories too short to show anything.
  return fc.noBias(fc.array(step, { maxLength: countMax, size: "max" }));
}
