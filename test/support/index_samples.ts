/**
 * Logs as an index sees them, with a model that knows the same things in plain maps.
 *
 * @module
 */
import fc from "fast-check";
import type { SegmentRow } from "../../stores/file/runs/segment_row.ts";
import type { SegmentTerms } from "../../stores/file/runs/index_run.ts";
import { type MemoryTerms, memoryTerms } from "../../stores/file/runs/memory_terms.ts";
import type { ReadFile } from "../../stores/file/storage.ts";
import { type TermKind, termKinds } from "../../stores/file/runs/term.ts";
import {
  type HashedTerm,
  type TermHash,
  type TermHasher,
  termHasher,
} from "../../stores/file/runs/term_hash.ts";

/** A commit as it is indexed. Several uses of one term in a frame are summed. */
export interface SampleFrame {
  readonly offset8: number;
  readonly events: number;
  readonly time: number;
  readonly commitId: string | undefined;
  readonly uses: ReadonlyArray<SampleUse>;
}

export interface SampleUse {
  readonly kind: TermKind;
  readonly name: string;
  readonly events: number;
}

/** What is known of a term: its versions and its frames with their events. */
export interface ModelTerm {
  readonly kind: TermKind;
  readonly name: string;
  firstVersion: number;
  events: number;
  readonly frames: Map<number, number>;
}

/** Names that have been somebody's bug. */
export const awkwardNames: ReadonlyArray<string> = [
  "__proto__",
  "constructor",
  "a",
  "\ufeff",
  "\ufeffa",
  "\u00e9",
  "e\u0301",
  "\u{1f600}",
  "\u0000",
  "a\u0000",
  "x".repeat(1024),
  "\u{1f600}".repeat(256),
];

export const storeKey: Uint8Array = Uint8Array.from({ length: 16 }, (_, at) => at * 11 + 3);

export const keyed: TermHasher = termHasher(storeKey);

/** A hasher that is no good. */
function hasherOf(halves: (name: string) => TermHash): TermHasher {
  const ofName = (kind: TermKind | "commit", name: string): HashedTerm => {
    return { kind, name, ...halves(name) };
  };
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return Object.assign(ofName, {
    ofKey: (bytes: Uint8Array, from: number, to: number) =>
      halves(decoder.decode(bytes.subarray(from + 1, to))),
  });
}

/** Hashers by what they do to the pages: spread the terms, or make them collide. */
export const hashers: Readonly<Record<string, TermHasher>> = {
  keyed,
  "one hash for all": hasherOf(() => ({ hi: 0x80000000, lo: 7 })),
  "the last page for all": hasherOf((name) => ({ hi: 0xffffffff, lo: name.length })),
  "the first page for all": hasherOf((name) => ({ hi: 0, lo: name.length % 3 })),
  "few hashes": hasherOf((name) => ({
    hi: (name.length % 5) * 0x33333333,
    lo: (name.codePointAt(0) ?? 0) % 2,
  })),
};

const name = fc.oneof(
  fc.constantFrom(...awkwardNames),
  fc.nat({ max: 40 }).map((number) => `account-${number}`),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
);

const use: fc.Arbitrary<SampleUse> = fc.record({
  kind: fc.constantFrom(...termKinds),
  name,
  events: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 65_535 })),
});

/** Frames of one segment, in log order. A gap may be large, so that offsets come near 31 GiB. */
export const frames: fc.Arbitrary<ReadonlyArray<SampleFrame>> = fc.array(
  fc.record({
    gap8: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 5, max: 300 }) },
      { weight: 2, arbitrary: fc.integer({ min: 2000, max: 5000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 100_000_000 }) },
    ),
    events: fc.integer({ min: 1, max: 65_535 }),
    time: fc.integer({ min: 0, max: 2 ** 42 }),
    hasId: fc.boolean(),
    uses: fc.array(use, { maxLength: 6 }),
  }),
  { maxLength: 40 },
).map((list) => {
  let offset8 = 11;
  return list.map(({ gap8, hasId, ...rest }, at): SampleFrame => {
    offset8 += gap8;
    return { ...rest, offset8, commitId: hasId ? `commit-${at}` : undefined };
  });
});

/** Adds frames to terms, and what they hold to a model. `shuffle` orders the uses in a frame. */
export function addFrames(
  terms: MemoryTerms,
  model: Map<string, ModelTerm>,
  list: ReadonlyArray<SampleFrame>,
  firstPosition = 1,
  shuffle: (uses: ReadonlyArray<SampleUse>) => ReadonlyArray<SampleUse> = (uses) => uses,
): void {
  let position = firstPosition;
  for (const frame of list) {
    for (const { kind, name, events } of shuffle(frame.uses)) {
      const known = model.get(`${kind} ${name}`) ??
        { kind, name, firstVersion: kind === "stream" ? 1 : 0, events: 0, frames: new Map() };
      terms.add(kind, name, frame.offset8, events, kind === "stream" ? known.events + 1 : 0);
      known.events += events;
      known.frames.set(frame.offset8, (known.frames.get(frame.offset8) ?? 0) + events);
      model.set(`${kind} ${name}`, known);
    }
    terms.addCommit(frame.commitId, { ...frame, position });
    position += frame.events;
  }
}

/** A segment of these frames, with the model of what it holds. */
export function segmentOf(
  list: ReadonlyArray<SampleFrame>,
  place: Partial<SegmentRow> = {},
): SegmentTerms & { readonly model: ReadonlyMap<string, ModelTerm> } {
  const number = place.number ?? 1;
  const firstPosition = place.firstPosition ?? 1;
  const terms = memoryTerms({ segment: number, offset: 128 }, keyed);
  const model = new Map<string, ModelTerm>();
  addFrames(terms, model, list, firstPosition);
  const last = list[list.length - 1];
  const row: SegmentRow = {
    number,
    epoch: 3,
    firstPosition,
    endOffset: ((last?.offset8 ?? 11) + 5) * 8,
    lastOffset: (last?.offset8 ?? 11) * 8,
    lastHcrc: 0xfffffff0 - number,
    prevHcrc: 0x01020304,
    maxTime: terms.maxTime,
    ...place,
  };
  return { row, terms, model };
}

/** Neighbouring segments of these frames, from the seventh on, in which terms come again. */
export function segmentsOf(
  lists: ReadonlyArray<ReadonlyArray<SampleFrame>>,
): ReadonlyArray<SegmentTerms> {
  let firstPosition = 1;
  const versions = new Map<string, number>();
  return lists.map((list, at) => {
    const terms = memoryTerms({ segment: 7 + at, offset: 128 }, keyed);
    const model = new Map<string, ModelTerm>();
    // Versions go on from segment to segment.
    for (const [name, events] of versions) {
      model.set(`stream ${name}`, {
        kind: "stream",
        name,
        firstVersion: 1,
        events,
        frames: new Map(),
      });
    }
    addFrames(terms, model, list, firstPosition);
    for (const { kind, name, events } of model.values()) {
      if (kind === "stream") versions.set(name, events);
    }
    const { row } = segmentOf(list, { number: 7 + at, firstPosition, maxTime: terms.maxTime });
    firstPosition += list.reduce((sum, { events }) => sum + events, 0);
    return { row, terms };
  });
}

/** Bytes as a file that answers at once, or in another turn. */
export function fileOf(bytes: Uint8Array, answers: "at once" | "later" = "at once"): ReadFile {
  const read = (at: number, into: Uint8Array): number => {
    // Short on purpose: a storage may give fewer bytes than are wanted.
    const part = bytes.subarray(at, Math.min(at + into.length, at + 3000));
    into.set(part);
    return part.length;
  };
  return answers === "at once" ? { size: () => bytes.length, read, close: () => {} } : {
    size: () => Promise.resolve(bytes.length),
    read: (at, into) => Promise.resolve().then(() => read(at, into)),
    close: () => Promise.resolve(),
  };
}
