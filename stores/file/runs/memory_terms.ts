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
  addPosting,
  cutChain,
  cutChains,
  eachPosting,
  extendChain,
  loadChain,
  type PostingChain,
  postingChains,
  postingsOf,
} from "./posting_chains.ts";
import type { CommitRow, RunPart } from "./run_part.ts";
import type { StreamCut } from "../format/stream_cut.ts";
import { type Postings, type StreamHead, type Term, type TermKind, termKinds } from "./term.ts";

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
  /** Every term, kind by kind. */
  readonly terms: () => Iterable<MemoryTerm>;
  /** Visits the frames of a term that these terms gave. `index` counts postings in log order. */
  readonly eachPosting: (
    term: MemoryTerm,
    visit: (offset8: number, events: number, index: number) => void,
  ) => void;
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

/** A term with its list. One object for both, because there are many. */
interface Row extends PostingChain {
  readonly kind: TermKind;
  readonly name: string;
  readonly firstVersion: number;
}

/** The term of every cut frame: a segment without it has none. No stream has this name. */
export const ANY_CUT: Term = { kind: "cut", name: "" };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** No terms yet, of a segment from an offset on; or those that a decoded run knows. */
export function memoryTerms(from: TermsStart, decoded?: RunPart): MemoryTerms {
  const chains = postingChains();
  const marks = frameMarks();
  const kinds: Readonly<Record<TermKind, Map<string, Row>>> = {
    stream: new Map(),
    category: new Map(),
    type: new Map(),
    tag: new Map(),
    cut: new Map(),
  };
  const commits = new Map<string, number>();
  const commitRows = decoded?.commits ?? [];
  const cuts = new Map<string, ReadonlyArray<PlacedCut>>();
  /** The manifest frames; of those in a decoded run, the newest. */
  let manifests = decoded?.manifest === undefined ? [] : [decoded.manifest];
  if (decoded !== undefined) {
    for (const { kind, name, firstVersion, postings } of decoded.terms) {
      kinds[kind].set(name, { kind, name, firstVersion, ...loadChain(chains, postings) });
    }
    for (const row of decoded.sparse) addMark(marks, row);
    marks.lastPosition = decoded.lastPosition;
    marks.maxTime = decoded.maxTime;
  }

  const terms: MemoryTerms = {
    from,
    commitRows,
    get termCount() {
      return termKinds.reduce((sum, kind) => sum + kinds[kind].size, 0);
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
      const row = kinds[kind].get(name);
      if (row === undefined) {
        const at = addPosting(chains, offset8, events);
        const laidOut = undefined;
        kinds[kind].set(name, {
          kind,
          name,
          firstVersion,
          first: at,
          last: at,
          frames: 1,
          events,
          laidOut,
        });
      } else extendChain(chains, row, offset8, events);
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
      appendTerms(terms, later);
      appendMarks(marks, later.marks(), later);
      for (const [id, offset8] of later.commitIds()) commits.set(id, offset8);
      if (later.manifest !== undefined) manifests.push(later.manifest);
    },
    cut: (offset8) => {
      const kept = cutChains(chains, offset8);
      for (const kind of termKinds) {
        for (const [name, row] of kinds[kind]) {
          if (!cutChain(chains, row, kept)) kinds[kind].delete(name);
        }
      }
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
      const row = kinds.stream.get(stream);
      return row && { firstVersion: row.firstVersion, events: row.events };
    },
    postings: (kind, name) => {
      const row = kinds[kind].get(name);
      return row && postingsOf(chains, row);
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
    streams: () => kinds.stream.values(),
    *terms() {
      for (const kind of termKinds) yield* kinds[kind].values();
    },
    // Only rows are given out as terms, so what comes back is one.
    eachPosting: (term, visit) => eachPosting(chains, term as Row, visit),
    commitIds: () => commits.entries(),
    marks: () => marksOf(marks),
    sparse: () => sparseRows(marks),
  };
  return terms;
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

function appendTerms(terms: MemoryTerms, later: MemoryTerms): void {
  // Postings must go in log order, and a term knows only its own.
  const owners = new Array<MemoryTerm>(later.postingCount);
  const offsets8 = new Uint32Array(later.postingCount);
  const events = new Uint32Array(later.postingCount);
  for (const term of later.terms()) {
    later.eachPosting(term, (offset8, count, index) => {
      owners[index] = term;
      offsets8[index] = offset8;
      events[index] = count;
    });
  }
  owners.forEach((term, at) => {
    terms.add(term.kind, term.name, offsets8[at]!, events[at]!, term.firstVersion);
  });
}
