/**
 * The terms of one segment in memory: what an index run of it will hold, kept while the segment is
 * written or waits for its run.
 *
 * Frames come in log order, and what belongs to a failed group is taken back from the end. Maps
 * are `Map`s, because a stream may be called `__proto__`.
 *
 * @module
 */
import { invariant } from "../../../src/invariant.ts";
import {
  addFrame,
  addMark,
  appendMarks,
  type CommitFrame,
  cutMarks,
  frameMarks,
  type Mark,
  markFor,
  markForTime,
  marksOf,
  type SparseRow,
  sparseRows,
} from "./frame_marks.ts";
import {
  addChain,
  cutChains,
  eachPosting,
  extendChain,
  loadChain,
  type PostingChains,
  postingChains,
  postingsOf,
} from "./posting_chains.ts";
import { column64, type GrowingColumn, push } from "./growing_column.ts";
import type { CommitRow, RunPart } from "./run_part.ts";
import type { StreamCut } from "../format/stream_cut.ts";
import {
  codeOf,
  kindOf,
  type Postings,
  type StreamHead,
  type Term,
  type TermKind,
} from "./term.ts";
import type { TermHasher } from "./term_hash.ts";
import {
  addName,
  addNameIn,
  codeAt,
  findName,
  keepTerms,
  keyStart,
  nameAt,
  type TermTable,
  termTable,
} from "./term_table.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where the terms begin: at the start of a segment, or behind what a run covers of it. */
export interface TermsStart {
  readonly segment: number;
  /** In bytes; a multiple of 8. */
  readonly offset: number;
}

/** A term, its head and the number of its frames. */
export interface MemoryTerm extends StreamHead {
  readonly kind: TermKind;
  readonly name: string;
  /** How many frames hold it. */
  readonly frames: number;
}

/** Terms as they are kept: the number of a term is that of its list and of its first version. */
export interface TermColumns {
  readonly table: TermTable;
  readonly chains: PostingChains;
  /** Of each stream the version of its first event; 0 of other terms. */
  readonly firstVersions: GrowingColumn<Float64Array>;
}

/** The terms of one segment. Offsets are offsets of frames in the segment, divided by 8. */
export interface MemoryTerms {
  readonly from: TermsStart;
  /** How many terms of all kinds. */
  readonly termCount: number;
  /** How many commit ids. */
  readonly commitCount: number;
  /** The position of the last event; 0 if there is none. */
  readonly lastPosition: number;
  /** The greatest time of a commit; 0 if there is none. */
  readonly maxTime: number;
  /** The newest manifest frame, if there is one. */
  readonly manifest: number | undefined;
  /**
   * Adds events of a frame to a term. `firstVersion` is for streams: the version of the first of
   * these events. Frames come in log order.
   */
  readonly add: (
    kind: TermKind,
    name: string,
    offset8: number,
    events: number,
    firstVersion?: number,
  ) => void;
  /**
   * The same with the name in UTF-8, which is `bytes[from, to)`. False, and nothing is added, if it
   * is not UTF-8.
   */
  readonly addIn: (
    kind: TermKind,
    bytes: Uint8Array,
    from: number,
    to: number,
    offset8: number,
    events: number,
    firstVersion?: number,
  ) => boolean;
  /** Adds the frame of a commit, and its id if it has one of its own. */
  readonly addCommit: (commitId: string | undefined, frame: CommitFrame) => void;
  /** Adds a manifest frame. */
  readonly addManifest: (offset8: number) => void;
  /** Adds the frame of a stream cut. */
  readonly addCut: (cut: StreamCut, offset8: number) => void;
  /** Whether any stream was cut here. */
  readonly hasCuts: boolean;
  /**
   * The newest cut of a stream whose frame is wanted. Terms that were decoded from a run know frames
   * only and must not be asked: ask the run.
   */
  readonly cutOf: (
    stream: string,
    isWanted: (offset8: number) => boolean,
  ) => StreamCut | undefined;
  /** Adds what follows these terms in the same segment. */
  readonly append: (later: MemoryTerms) => void;
  /** Takes back everything at or behind a frame. */
  readonly cut: (offset8: number) => void;
  readonly head: (stream: string) => StreamHead | undefined;
  readonly postings: (kind: TermKind, name: string) => Postings | undefined;
  /**
   * The frame of a commit id. Terms that were decoded from a run know ids by their hashes only and
   * must not be asked: ask the run.
   */
  readonly commit: (commitId: string) => number | undefined;
  /** Where to begin a scan for a position: the frame that holds it, or one before. */
  readonly sparseFor: (position: number) => Mark | undefined;
  /** Where to begin a scan for the first commit that is later than `time`; none if none is. */
  readonly sparseForTime: (time: number) => Mark | undefined;
  /** Every stream, in the order in which they came. */
  readonly streams: () => Iterable<MemoryTerm>;
  /** Every term, in the order in which they came. */
  readonly terms: () => Iterable<MemoryTerm>;
  /** All terms as they are kept, for who writes them. */
  readonly columns: TermColumns;
  /** How many postings all terms have. */
  readonly postingCount: number;
  readonly commitIds: () => Iterable<readonly [commitId: string, offset8: number]>;
  /** The commit ids of a decoded run. */
  readonly commitRows: ReadonlyArray<CommitRow>;
  /** A mark for every commit, or for some if they come from a run. */
  readonly marks: () => Iterable<SparseRow>;
  /** One row per 16 KiB of log. */
  readonly sparse: () => ReadonlyArray<SparseRow>;
}

/** A cut, and where its frame is. */
interface PlacedCut {
  readonly cut: StreamCut;
  readonly offset8: number;
}

/** The term of every cut frame: a segment without it has none. No stream has this name. */
export const ANY_CUT: Term = { kind: "cut", name: "" };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** No terms yet, of a segment from an offset on; or those that a decoded run knows. */
export function memoryTerms(
  from: TermsStart,
  hash: TermHasher,
  decoded?: RunPart,
): MemoryTerms {
  const chains = postingChains();
  const marks = frameMarks();
  const table = termTable(hash);
  const columns: TermColumns = { table, chains, firstVersions: column64() };
  const commits = new Map<string, number>();
  const commitRows = decoded?.commits ?? [];
  const cuts = new Map<string, ReadonlyArray<PlacedCut>>();
  /** The manifest frames; of those in a decoded run, the newest. */
  let manifests = decoded?.manifest === undefined ? [] : [decoded.manifest];
  if (decoded !== undefined) {
    for (const { kind, name, firstVersion, postings } of decoded.terms) {
      addName(table, codeOf(kind), name);
      loadChain(chains, postings);
      push(columns.firstVersions, firstVersion);
    }
    for (const row of decoded.sparse) addMark(marks, row);
    marks.lastPosition = decoded.lastPosition;
    marks.maxTime = decoded.maxTime;
  }

  const terms: MemoryTerms = {
    from,
    commitRows,
    get termCount() {
      return table.ends.length;
    },
    get commitCount() {
      return commits.size + commitRows.length;
    },
    get lastPosition() {
      return marks.lastPosition;
    },
    get maxTime() {
      return marks.maxTime;
    },
    get manifest() {
      return manifests[manifests.length - 1];
    },
    get postingCount() {
      return chains.offsets8.length;
    },
    add: (kind, name, offset8, events, firstVersion = 0) => {
      addEvents(columns, addName(table, codeOf(kind), name), offset8, events, firstVersion);
    },
    addIn: (kind, bytes, from, to, offset8, events, firstVersion = 0) => {
      const term = addNameIn(table, codeOf(kind), bytes, from, to);
      if (term >= 0) addEvents(columns, term, offset8, events, firstVersion);
      return term >= 0;
    },
    addCommit: (commitId, frame) => {
      addFrame(marks, frame);
      // The first frame of an id is the one that stands for it.
      if (commitId !== undefined && !commits.has(commitId)) commits.set(commitId, frame.offset8);
    },
    addManifest: (offset8) => void manifests.push(offset8),
    addCut: (cut, offset8) => {
      for (const name of [cut.stream, ANY_CUT.name]) terms.add("cut", name, offset8, 1);
      cuts.set(cut.stream, [...cuts.get(cut.stream) ?? [], { cut, offset8 }]);
    },
    get hasCuts() {
      return cuts.size > 0;
    },
    cutOf: (stream, isWanted) => {
      const placed = cuts.get(stream)?.filter(({ offset8 }) => isWanted(offset8));
      return placed?.[placed.length - 1]?.cut;
    },
    append: (later) => {
      appendTerms(columns, later);
      appendMarks(marks, later.marks(), later);
      for (const [id, offset8] of later.commitIds()) commits.set(id, offset8);
      if (later.manifest !== undefined) manifests.push(later.manifest);
    },
    cut: (offset8) => {
      const kept = cutChains(chains, offset8);
      keepTerms(table, kept);
      columns.firstVersions.length = kept;
      for (const [id, at] of commits) if (at >= offset8) commits.delete(id);
      manifests = manifests.filter((at) => at < offset8);
      for (const [stream, placed] of cuts) {
        const kept = placed.filter((one) => one.offset8 < offset8);
        if (kept.length === 0) cuts.delete(stream);
        else cuts.set(stream, kept);
      }
      cutMarks(marks, offset8);
    },
    head: (stream) => {
      const term = findName(table, codeOf("stream"), stream);
      return term < 0 ? undefined : headOf(columns, term);
    },
    postings: (kind, name) => {
      const term = findName(table, codeOf(kind), name);
      return term < 0 ? undefined : postingsOf(chains, term);
    },
    commit: (commitId) => {
      invariant(
        commitRows.length === 0,
        "look for a commit id in decoded terms: they know hashes only, so ask the run",
      );
      return commits.get(commitId);
    },
    sparseFor: (position) => markFor(marks, position),
    sparseForTime: (time) => markForTime(marks, time),
    streams: () => termsOf(columns, "stream"),
    terms: () => termsOf(columns, undefined),
    columns,
    commitIds: () => commits.entries(),
    marks: () => marksOf(marks),
    sparse: () => sparseRows(marks),
  };
  return terms;
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Adds events of a frame to a term, which is the next one if it is new. */
function addEvents(
  { chains, firstVersions }: TermColumns,
  term: number,
  offset8: number,
  events: number,
  firstVersion: number,
): void {
  if (term < chains.firsts.length) return extendChain(chains, term, offset8, events);
  addChain(chains, offset8, events);
  push(firstVersions, firstVersion);
}

function appendTerms(columns: TermColumns, later: MemoryTerms): void {
  // Postings must go in log order, and a term knows only its own.
  const { table, chains, firstVersions } = later.columns;
  const owners = new Uint32Array(later.postingCount);
  for (let term = 0; term < table.ends.length; term++) {
    eachPosting(chains, term, (_offset8, _events, index) => owners[index] = term);
  }
  for (let at = 0; at < owners.length; at++) {
    const owner = owners[at]!;
    const from = keyStart(table, owner) + 1;
    const to = table.ends.values[owner]!;
    const term = addNameIn(columns.table, codeAt(table, owner), table.keys.bytes, from, to);
    const offset8 = chains.offsets8.values[at]!;
    addEvents(columns, term, offset8, chains.events.values[at]!, firstVersions.values[owner]!);
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

function* termsOf(columns: TermColumns, only: TermKind | undefined): Generator<MemoryTerm> {
  const { table, chains } = columns;
  for (let term = 0; term < table.ends.length; term++) {
    // A code in a table comes from a kind.
    const kind = kindOf(codeAt(table, term))!;
    if (only !== undefined && kind !== only) continue;
    const frames = chains.frames.values[term]!;
    yield { kind, name: nameAt(table, term), frames, ...headOf(columns, term) };
  }
}

function headOf({ firstVersions, chains }: TermColumns, term: number): StreamHead {
  return { firstVersion: firstVersions.values[term]!, events: chains.sums.values[term]! };
}
