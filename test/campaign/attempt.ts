/**
 * A commit that somebody has tried to append in a life: what is known of it, and what was done to it.
 *
 * @module
 */
import type { Commit } from "../../src/event_store.ts";
import type { Encoded } from "../../src/record.ts";

/** What is known of a commit that somebody has tried to append. */
export type Standing =
  /** Nobody was answered yet. */
  | "open"
  /** Acknowledged. */
  | "stored"
  /** Found in the log by a writer that opened it: from then on it stays. */
  | "found"
  /** Told not to be stored, or not found by a writer that opened the log. */
  | "absent"
  /** Told to be stored or not, or acknowledged by less than a flush and then cut off. */
  | "unknown"
  /** Acknowledged by less than a flush, and told to be lost. Others may have been stored since. */
  | "lost";

/** A commit that somebody has tried to append. Its id is in the data of each of its events. */
export interface Attempt {
  readonly id: string;
  readonly commit: Commit<Encoded>;
  /** The process that tried, or the last of them. */
  process: number;
  /** Whether a sound store may refuse it, for what it expects. */
  readonly mayBeRefused: boolean;
  standing: Standing;
  /** What was done to it on purpose. */
  gone: Gone;
  /** Whether a loss was told before its answer came: then it may be among what is lost. */
  isInDoubt: boolean;
  /** Positions, once they are known. */
  first: number;
  last: number;
}

/** How far somebody came who wants something gone. */
export type Progress =
  /** It was begun: what is meant may be there, and may not. */
  | "begun"
  /** It was told to be done: what is meant never comes back. */
  | "done";

/** How a commit goes that somebody wants gone. */
export interface Gone {
  /** With its segment: nothing of it is there. */
  dropped?: Progress | undefined;
  /** Streams that were erased: what it wrote into them is there without its data. */
  readonly erased: Map<string, Progress>;
  /** Streams that were cut off: what it wrote into them is not there. */
  readonly cut: Map<string, Progress>;
  /** Streams of which a drop has left nothing: their versions begin again. */
  readonly forgotten: Set<string>;
}

/** What nobody wants gone. */
export function notGone(): Gone {
  return { erased: new Map(), cut: new Map(), forgotten: new Set() };
}

/** An attempt that another life may go on with. */
export function copyOf(attempt: Attempt): Attempt {
  const { dropped, erased, cut, forgotten } = attempt.gone;
  const gone = {
    dropped,
    erased: new Map(erased),
    cut: new Map(cut),
    forgotten: new Set(forgotten),
  };
  return { ...attempt, gone };
}

/** The stream of each event of a commit. */
export function streamsOf({ commit }: Attempt): ReadonlyArray<string> {
  return commit.writes.flatMap(({ stream, events }) => events.map(() => stream));
}

/** Whether some of it need not be there any more. */
export function isMarked({ gone }: Attempt): boolean {
  return gone.dropped !== undefined || gone.cut.size > 0;
}

/** Whether nothing of a commit need be there any more. */
export function mayBeGone(attempt: Attempt): boolean {
  const { dropped, cut } = attempt.gone;
  return dropped !== undefined || streamsOf(attempt).every((stream) => cut.has(stream));
}

/** Whether nobody can tell how much of it is there. */
export function isUncertain({ standing, gone }: Attempt): boolean {
  return standing === "open" || standing === "unknown" || standing === "lost" ||
    gone.dropped === "begun";
}
