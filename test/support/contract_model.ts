/** Random histories: a store answers as a plain array of records would, looked at from end to end. */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Commit, EventStore } from "../../src/event_store.ts";
import type { FailedCheck } from "../../src/fault.ts";
import { matches, type Query, type QueryItem, type Range } from "../../src/query.ts";
import type { Encoded, Metadata, Proposed } from "../../src/record.ts";
import type { Expected } from "../../src/stream.ts";
import { assertPages } from "./contract_pages.ts";
import {
  type Claim,
  type ContractOptions,
  ok,
  pagesOf,
  recordsOf,
  streamsOf,
  withStore,
} from "./contract_words.ts";

// Small alphabets, so that what happens at random happens to the same streams, types and tags.
const plain = { noNullPrototype: true };
const stream = fc.constantFrom("a-1", "a-2", "b-1", "plain", "__proto__");
const type = fc.constantFrom("A", "B", "C");
const tag = fc.constantFrom("x", "y", "z");
const expected: fc.Arbitrary<Expected> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("any" as const) },
  { weight: 1, arbitrary: fc.constantFrom("noStream" as const, "streamExists" as const) },
  { weight: 1, arbitrary: fc.nat(4) },
);
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
const query: fc.Arbitrary<Query> = fc.oneof(item, fc.array(item, { maxLength: 3 }));
const writes = (expected: fc.Arbitrary<Expected>) =>
  fc.uniqueArray(
    fc.record(
      { stream, expected, events: fc.array(proposed, { maxLength: 3, size: "max" }) },
      plain,
    ),
    { selector: (write) => write.stream, maxLength: 3 },
  );
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
/** A commit, one that was sent before, or the store closed and opened again. */
const step = fc.oneof(
  { weight: 6, arbitrary: free },
  { weight: 3, arbitrary: careful },
  { weight: 3, arbitrary: conditional },
  { weight: 1, arbitrary: fc.nat(20) },
  { weight: 1, arbitrary: fc.constant("reopen" as const) },
);
const range: fc.Arbitrary<Range> = fc.record(
  {
    after: fc.nat(12),
    until: fc.nat(12),
    direction: fc.constantFrom("forward" as const, "backward" as const),
    recordsMax: fc.nat(6),
    pageRecordsMax: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** A record of the model: what must come back of an event. */
interface Told {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly tags: ReadonlyArray<string>;
  readonly metadata: Metadata;
  readonly recordedAt: Date;
  readonly commitId: string | undefined;
  readonly id: string | undefined;
}

/** A commit that the model has stored under an id. */
interface Sent {
  readonly content: string;
  readonly first: number;
  readonly last: number;
}

/** All that the model knows. */
interface Model {
  readonly log: Array<Told>;
  readonly sent: Map<string, Sent>;
}

export function modelClaims({ runs = 50, seed }: ContractOptions): ReadonlyArray<Claim> {
  return [{
    name: `${runs} random histories end as a plain array of records says`,
    check: async (open) => {
      const history = fc.asyncProperty(
        fc.array(step, { maxLength: 25, size: "max" }),
        fc.array(fc.tuple(query, range), { minLength: 5, maxLength: 20, size: "max" }),
        (steps, reads) =>
          withStore(open, async (first, { reopen }) => {
            const model: Model = { log: [], sent: new Map() };
            const commits: Array<Commit<Encoded>> = [];
            let store = first;
            for (const step of steps) {
              if (step === "reopen") {
                if (reopen === undefined) continue;
                await ok(store.close);
                store = await reopen();
              } else {
                const next = typeof step === "number" ? commits[step % commits.length] : step;
                if (next === undefined) continue;
                commits.push(next);
                await assertAppend(model, store, next);
              }
            }
            await assertLog(model, store, reads);
          }),
      );
      await fc.assert(history, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
    },
  }];
}

async function assertAppend(
  model: Model,
  store: EventStore,
  commit: Commit<Encoded>,
): Promise<void> {
  const result = await store.append(commit)();
  const known = commit.commitId === undefined ? undefined : model.sent.get(commit.commitId);
  if (known !== undefined) {
    if (known.content === contentOf(commit)) {
      assert.ok(E.isRight(result), JSON.stringify(result));
      const { first, last, repeated } = result.right;
      assert.deepEqual({ first, last, repeated }, {
        first: known.first,
        last: known.last,
        repeated: true,
      });
    } else {
      assert.ok(E.isLeft(result), "other content under a known commit id was stored");
      assert.equal(result.left._tag, "IdempotencyMismatch");
    }
    return;
  }
  const failing = failingChecks(model, commit);
  if (failing.length > 0) {
    assert.ok(E.isLeft(result), `stored, though ${JSON.stringify(failing)} failed`);
    assert.ok(result.left._tag === "Conflict", JSON.stringify(result.left));
    assert.ok(result.left.failed.length > 0, "a conflict tells what failed");
    for (const check of result.left.failed) {
      assert.ok(
        failing.some((one) => isDeepStrictEqual(one, check)),
        `${JSON.stringify(check)} is not among ${JSON.stringify(failing)}`,
      );
    }
    return;
  }
  assert.ok(E.isRight(result), JSON.stringify(result));
  const first = model.log.length + 1;
  for (const { stream, events } of commit.writes) {
    for (const event of events) {
      model.log.push(toldOf(event, stream, versionIn(model, stream) + 1, commit));
    }
  }
  const last = model.log.length;
  const { commitId, versions, ...place } = result.right;
  assert.deepEqual(place, { first, last, repeated: false });
  for (const { stream, events } of commit.writes) {
    if (events.length > 0) assert.equal(versions.get(stream), versionIn(model, stream));
  }
  if (commit.commitId === undefined) return;
  assert.equal(commitId, commit.commitId);
  if (last >= first) model.sent.set(commitId, { content: contentOf(commit), first, last });
}

async function assertLog(
  model: Model,
  store: EventStore,
  reads: ReadonlyArray<readonly [Query, Range]>,
): Promise<void> {
  const log = await recordsOf(store);
  assert.equal(log.length, model.log.length);
  log.forEach((record, index) => {
    const wanted = model.log[index];
    assert.ok(wanted !== undefined);
    const { event: { type, schemaVersion, data }, stream, version, tags, metadata, recordedAt } =
      record;
    assert.deepEqual({
      ...{ type, schemaVersion, data, stream, version, tags, metadata, recordedAt },
      // What was not given is the store's to make.
      commitId: wanted.commitId && record.commitId,
      id: wanted.id && record.id,
    }, wanted);
    assert.equal(record.position, index + 1);
  });
  assert.equal(await ok(store.head), log.length);
  for (const [query, range] of reads) {
    assertPages(log, query, range, await pagesOf(store.read(query, range)));
  }
  const streams = [...new Set(log.map(({ stream }) => stream))];
  const infos = streams.map((stream) => {
    const last = log.filter((record) => record.stream === stream).at(-1);
    return { stream, version: last?.version, position: last?.position };
  });
  for (const info of infos) assert.deepEqual(await ok(store.streamInfo(info.stream)), O.some(info));
  const listed = new Map((await streamsOf(store, "a")).map((info) => [info.stream, info]));
  assert.deepEqual(
    listed,
    new Map(
      infos.filter(({ stream }) => stream.startsWith("a")).map((info) => [info.stream, info]),
    ),
  );
  for (let ms = -500; ms <= 5_500; ms += 500) {
    const later = log.find(({ recordedAt }) => recordedAt.getTime() > ms);
    const wanted = later === undefined ? log.length : later.position - 1;
    assert.equal(await ok(store.positionAt(new Date(ms))), wanted, `position at ${ms}`);
  }
}

function toldOf(
  { event, tags = [], metadata = {}, id }: Proposed<Encoded>,
  stream: string,
  version: number,
  { commitId, recordedAt = new Date(NaN) }: Commit<Encoded>,
): Told {
  const { type, schemaVersion, data } = event;
  const all = [...new Set([...event.tags, ...tags])];
  return {
    stream,
    version,
    type,
    schemaVersion,
    data,
    tags: all,
    metadata,
    recordedAt,
    commitId,
    id,
  };
}

function versionIn({ log }: Model, stream: string): number {
  return log.filter((record) => record.stream === stream).length;
}

function failingChecks(
  model: Model,
  { writes, checks = [], condition }: Commit<Encoded>,
): ReadonlyArray<FailedCheck> {
  const expectations: ReadonlyArray<{ stream: string; expected: Expected }> = [
    ...writes,
    ...checks,
  ];
  const failing = expectations.flatMap(({ stream, expected }): ReadonlyArray<FailedCheck> => {
    const version = versionIn(model, stream);
    const holds = expected === "any" || expected === version ||
      (expected === "noStream" && version === 0) || (expected === "streamExists" && version > 0);
    return holds ? [] : [{ stream, expected, found: version === 0 ? "noStream" : version }];
  });
  if (condition === undefined) return failing;
  const isMatch = matches(condition.failIfEventsMatch);
  const matching = model.log.flatMap((record, index) =>
    index + 1 > (condition.after ?? 0) && isMatch(record) ? [index + 1] : []
  );
  return matching.length === 0
    ? failing
    : [...failing, { condition, matching: matching.slice(0, 16) }];
}

function contentOf({ writes }: Commit<Encoded>): string {
  return JSON.stringify(
    writes.flatMap(({ stream, events }) =>
      events.map(({ event, tags = [], metadata = {}, id = null }) => [
        stream,
        event.type,
        event.schemaVersion,
        event.data,
        [...new Set([...event.tags, ...tags])],
        metadata.actor ?? null,
        metadata.validTime ?? null,
        id,
      ])
    ),
  );
}
