/**
 * Commits that are made from a seed and a number, so that whoever knows both can tell what was
 * meant to be stored: the process that appends, and the one that looks for it after a crash.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Commit } from "../../src/event_store.ts";
import { type Encoded, type Metadata, type Proposed, tagsOf } from "../../src/record.ts";
import type { Recorded } from "../../src/record.ts";

/** Numbers that look random, the same for the same seed. */
export interface Random {
  /** A whole number from 0 to one less than `count`. */
  readonly below: (count: number) => number;
  readonly oneOf: <Value>(values: ReadonlyArray<Value>) => Value;
}

/** A generator in the manner of splitmix32; the numbers of the seed are mixed in one by one. */
export function randomFrom(...seeds: ReadonlyArray<number>): Random {
  let state = 0x9e3779b9;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  for (const seed of seeds) state = next() ^ seed;
  const below = (count: number): number => Math.floor((next() / 2 ** 32) * count);
  return {
    below,
    oneOf: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error("one of nothing was wanted");
      return value;
    },
  };
}

/** Which commit of which life of a writer, as its events carry it. */
export function keyOf(life: number, nth: number): string {
  return `${life}.${nth}`;
}

/** The life and the number in a key. */
export function partsOf(key: string): readonly [life: number, nth: number] {
  const [life = NaN, nth = NaN] = key.split(".").map(Number);
  return [life, nth];
}

/** The commit that a key names. Three of four bring a commit id. */
export function commitOf(seed: number, key: string): Commit<Encoded> {
  const [life, nth] = partsOf(key);
  const random = randomFrom(seed, life, nth);
  const streams = new Set(
    Array.from({ length: 1 + random.below(3) }, () => streamOf(random, life)),
  );
  let at = 0;
  const writes = [...streams].map((stream) => ({
    stream,
    expected: "any" as const,
    events: Array.from({ length: 1 + random.below(3) }, () => proposed(random, key, at++)),
  }));
  return random.below(4) === 0 ? { writes } : { writes, commitId: `commit-${key}` };
}

function streamOf(random: Random, life: number): string {
  const place = random.below(10);
  if (place === 0) return "settings";
  return place < 6 ? `seat-${random.below(40)}` : `show-${life}-${random.below(8)}`;
}

function proposed(random: Random, key: string, at: number): Proposed<Encoded> {
  const data = { key, at, price: random.below(10_000) / 100, text: text(random) };
  const event = {
    type: random.oneOf(["Opened", "Booked", "Paid"]),
    schemaVersion: 1 + random.below(3),
    data,
    tags: random.below(2) === 0 ? [] : [`guest:${random.below(9)}`],
  };
  return {
    event,
    metadata: metadata(random),
    ...random.below(3) === 0 ? { id: ownId(key, at) } : {},
    ...random.below(3) === 0 ? { tags: [`row:${random.below(4)}`, "all"] } : {},
  };
}

function ownId(key: string, at: number): string {
  return `event-${key}-${at}`;
}

/** Mostly short; now and then longer than a segment, seldom longer than a group or a window. */
function text(random: Random): string {
  const size = random.below(2000);
  const length = size === 0
    ? 1_200_000
    : random.below(size < 100 ? 30_000 : size < 500 ? 2_000 : 200);
  const piece = random.oneOf(["Prospero's cell ", "žluťoučký kůň 🐎 ", '\u0000"\\\n\u2028', "0"]);
  return piece.repeat(Math.ceil(length / piece.length));
}

function metadata(random: Random): Metadata {
  if (random.below(3) > 0) return {};
  return {
    correlationId: `request-${random.below(1000)}`,
    actor: "Ada",
    validTime: new Date(1_700_000_000_000 + random.below(1_000_000)),
    attributes: { source: "/box-office", weight: random.below(100), isTest: true },
  };
}

// ---------------------------------------------------------------------------
// fingerprints
// ---------------------------------------------------------------------------

/** What is hashed of an event: all that the caller gave. An id that the store made is left out. */
function told(
  key: string,
  at: number,
  event: Omit<Encoded, "tags">,
  given: {
    readonly id?: string;
    readonly tags: ReadonlyArray<string>;
    readonly metadata: Metadata;
  },
): ReadonlyArray<unknown> {
  const { correlationId, causationId, actor, validTime, attributes } = given.metadata;
  return [
    event.type,
    event.schemaVersion,
    event.data,
    given.tags,
    [correlationId, causationId, actor, validTime?.toISOString(), attributes],
    given.id === ownId(key, at) ? given.id : "made",
  ];
}

/** A hash of a commit's content, as it is proposed. */
export function hashOfCommit(key: string, { writes }: Commit<Encoded>): string {
  let at = 0;
  return hashOf(writes.map(({ stream, events }) => [
    stream,
    events.map((one) => {
      const given = { tags: tagsOf(one), metadata: one.metadata ?? {} };
      return told(key, at++, one.event, one.id === undefined ? given : { ...given, id: one.id });
    }),
  ]));
}

/** The same hash, of the records of a commit as they were read, in the order of their positions. */
export function hashOfRecords(key: string, records: ReadonlyArray<Recorded<Encoded>>): string {
  const streams = new Map<string, Array<unknown>>();
  for (const [at, record] of records.entries()) {
    const events = streams.get(record.stream) ?? [];
    streams.set(record.stream, events);
    events.push(told(key, at, record.event, record));
  }
  return hashOf([...streams]);
}

function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
