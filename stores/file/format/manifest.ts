/**
 * The manifest: what of a store cannot be derived from its segments. Where the log begins, which
 * segments are archived, which have erased events.
 *
 * It is a frame in the log, fenced and ordered like every other one, with the whole state each time;
 * the newest counts. Every new segment begins with one, unless nothing was ever archived, erased or
 * dropped: so the last segment that has frames is enough to know it.
 *
 * @module
 */
import { textOf, U48_MAX, utf8 } from "./bytes.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

export interface Manifest {
  readonly floor: Floor;
  /** In ascending order; neither overlapping nor below the floor. */
  readonly archived: ReadonlyArray<ArchivedRange>;
  /** In ascending order, each segment once, none below the floor. */
  readonly erased: ReadonlyArray<ErasedSegment>;
}

/** Where the log begins: what was before is dropped. */
export interface Floor {
  /** The first segment that is kept. */
  readonly segment: number;
  /** The position of its first record. */
  readonly position: number;
  /** The checksum of the frame of the last dropped record, for who resumes just behind it; or 0. */
  readonly hcrc: number;
}

/** Segments that are in the cold tier, under names with the same number of attempts. */
export interface ArchivedRange {
  readonly from: number;
  /** The last one. */
  readonly to: number;
  readonly attempt: number;
}

/** A segment in which events were erased: its bytes are in a file of their own. */
export interface ErasedSegment {
  readonly segment: number;
  readonly attempt: number;
  /** Of that whole file, in 64 hexadecimal digits. */
  readonly sha256: string;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The manifest of a log in which nothing was ever archived, erased or dropped. */
export const emptyManifest: Manifest = {
  floor: { segment: 1, position: 1, hcrc: 0 },
  archived: [],
  erased: [],
};

/** The body of a manifest frame, as JSON of lists, so that it stays small and can be read. */
export function encodeManifest({ floor, archived, erased }: Manifest): Uint8Array {
  return utf8(JSON.stringify({
    floor,
    archived: archived.map(({ from, to, attempt }) => [from, to, attempt]),
    erased: erased.map(({ segment, attempt, sha256 }) => [segment, attempt, sha256]),
  }));
}

/** The manifest in the body of a frame; none if it is not one that this program understands. */
export function decodeManifest(body: Uint8Array): Manifest | undefined {
  const found = jsonOf(body);
  if (!isObjectOf(found, ["floor", "archived", "erased"])) return undefined;
  const { floor, archived, erased } = found;
  if (!isObjectOf(floor, ["segment", "position", "hcrc"])) return undefined;
  const { segment, position, hcrc } = floor;
  if (!isCount(segment) || !isCount(position) || !isChecksum(hcrc)) return undefined;
  if (!Array.isArray(archived) || !archived.every(isTriple)) return undefined;
  if (!Array.isArray(erased) || !erased.every(isTriple)) return undefined;
  const ranges: ArchivedRange[] = [];
  let behind = segment;
  for (const [from, to, attempt] of archived) {
    if (!isCount(from) || !isCount(to) || !isCount(attempt)) return undefined;
    if (from < behind || to < from) return undefined;
    ranges.push({ from, to, attempt });
    behind = to + 1;
  }
  const list: ErasedSegment[] = [];
  behind = segment;
  for (const [one, attempt, sha256] of erased) {
    if (!isCount(one) || !isCount(attempt) || one < behind) return undefined;
    if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
    list.push({ segment: one, attempt, sha256 });
    behind = one + 1;
  }
  return { floor: { segment, position, hcrc }, archived: ranges, erased: list };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body) ?? "");
  } catch {
    return undefined; // JSON.parse throws for one reason only.
  }
}

/** Exactly these fields: a field more is of a newer program, which would be lost when it is kept. */
function isObjectOf<Key extends string>(
  value: unknown,
  keys: ReadonlyArray<Key>,
): value is Readonly<Record<Key, unknown>> {
  return typeof value === "object" && value !== null &&
    Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

function isTriple(value: unknown): value is readonly [unknown, unknown, unknown] {
  return Array.isArray(value) && value.length === 3;
}

function isChecksum(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= U48_MAX;
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** The same with a segment that is archived now; ranges that touch become one. */
export function addArchived(manifest: Manifest, segment: number, attempt: number): Manifest {
  const ranges = [
    ...withoutSegment(manifest.archived, segment),
    { from: segment, to: segment, attempt },
  ].sort((one, other) => one.from - other.from);
  const archived: ArchivedRange[] = [];
  for (const range of ranges) {
    const last = archived[archived.length - 1];
    if (last && last.to + 1 === range.from && last.attempt === range.attempt) {
      archived[archived.length - 1] = { ...last, to: range.to };
    } else archived.push(range);
  }
  return { ...manifest, archived };
}

/** The same with every segment in its own file. */
export function withoutArchives(manifest: Manifest): Manifest {
  return manifest.archived.length === 0 ? manifest : { ...manifest, archived: [] };
}

/** The same with a segment that has erased events now, in whose place its archive file goes too. */
export function addErased(manifest: Manifest, erased: ErasedSegment): Manifest {
  const others = manifest.erased.filter(({ segment }) => segment !== erased.segment);
  return {
    ...manifest,
    archived: withoutSegment(manifest.archived, erased.segment),
    erased: [...others, erased].sort((one, other) => one.segment - other.segment),
  };
}

/** The same with a log that begins later. A floor never falls. */
export function raiseFloor(manifest: Manifest, floor: Floor): Manifest {
  if (floor.segment <= manifest.floor.segment) return manifest;
  return {
    floor,
    archived: manifest.archived
      .filter(({ to }) => to >= floor.segment)
      .map((range) => ({ ...range, from: Math.max(range.from, floor.segment) })),
    erased: manifest.erased.filter(({ segment }) => segment >= floor.segment),
  };
}

/**
 * The same for a log that ends in a segment: what is said of later ones is said of files that are
 * not in it any more, and would be taken for those that come in their place. Of a log that ends
 * below its floor nothing is left, so that it begins anew.
 */
export function throughSegment(manifest: Manifest, segment: number): Manifest {
  return {
    floor: manifest.floor.segment <= segment ? manifest.floor : emptyManifest.floor,
    archived: manifest.archived
      .filter(({ from }) => from <= segment)
      .map((range) => ({ ...range, to: Math.min(range.to, segment) })),
    erased: manifest.erased.filter((one) => one.segment <= segment),
  };
}

function withoutSegment(
  ranges: ReadonlyArray<ArchivedRange>,
  segment: number,
): ReadonlyArray<ArchivedRange> {
  return ranges.flatMap((range) => {
    if (segment < range.from || segment > range.to) return [range];
    const before = { ...range, to: segment - 1 };
    const behind = { ...range, from: segment + 1 };
    return [before, behind].filter(({ from, to }) => from <= to);
  });
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether there is nothing to say. */
export function isEmptyManifest({ floor, archived, erased }: Manifest): boolean {
  return floor.segment === 1 && archived.length === 0 && erased.length === 0;
}

/** The attempt of a segment's archive file; none if the segment is not archived. */
export function archivedAttempt({ archived }: Manifest, segment: number): number | undefined {
  return archived.find(({ from, to }) => from <= segment && segment <= to)?.attempt;
}

/** Whether the bytes of a segment are in another file than its own. */
export function isElsewhere(manifest: Manifest, segment: number): boolean {
  return archivedAttempt(manifest, segment) !== undefined ||
    erasedSegment(manifest, segment) !== undefined;
}

/** The segments whose bytes are in other files than their own. */
export function segmentsElsewhere({ archived, erased }: Manifest): ReadonlyArray<number> {
  return [
    ...archived.flatMap(({ from, to }) =>
      Array.from({ length: to - from + 1 }, (_, at) => from + at)
    ),
    ...erased.map(({ segment }) => segment),
  ];
}

/** How many segments are archived. */
export function archivedCount({ archived }: Manifest): number {
  return archived.reduce((count, { from, to }) => count + to - from + 1, 0);
}

/** The erased file of a segment, if it has one. */
export function erasedSegment({ erased }: Manifest, segment: number): ErasedSegment | undefined {
  return erased.find((one) => one.segment === segment);
}
