/**
 * Catching up: pages are folded until a position is reached, and the state is saved now and then.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { EventStore } from "./event_store.ts";
import type { ProjectionFault } from "./fault.ts";
import { type Folding, type Projected, step } from "./projection_step.ts";
import type { Cancellation, Query } from "./query.ts";
import type { Position } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** How to catch up. */
export interface CatchUp {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it with the fault `Cancelled`. What is folded by then is saved. */
  readonly signal?: Cancellation;
  /** A clock in milliseconds, as `Date.now`: with it, progress tells how fast it goes. */
  readonly now?: () => number;
  readonly pageRecordsMax?: number;
}

/** How far to catch up, and how often to save on the way. */
export interface CatchUpTo extends CatchUp {
  /**
   * At least through this position; the head of the log, as it is at the start, if left out. One
   * beyond the head is waited for.
   */
  readonly through?: Position;
  /** A state is saved after each so many positions, and at the end; 10,000 if left out. */
  readonly saveEveryPositions?: number;
}

/** How far it has come; told after each page. */
export interface Progress {
  readonly position: Position;
  /** Where it is going. */
  readonly head: Position;
  /** Positions a second since the start, and what is left at that pace; only if there is a clock. */
  readonly eventsPerSecond?: number;
  readonly secondsLeft?: number;
}

/** Where the records come from. */
export interface Source {
  readonly store: EventStore;
  readonly query: Query;
}

/** What is done with a state now and then; it gives the state to go on from. */
export type Keep<State> = (
  state: Projected<State>,
) => Promise<E.Either<ProjectionFault, Projected<State>>>;

/** Through which position, and after how many of them a state is kept. */
export interface Course {
  readonly through: Position;
  readonly keepEveryPositions: number;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * Folds from a state on, at least through a position. The state is kept every so many positions and
 * at the end, also if a fault ends it: what was folded before the fault counts.
 *
 * `keep` may give a state that is further on, when somebody else keeps it up to date too; then it
 * goes on from there.
 */
export async function foldThrough<Event, State>(
  folding: Folding<Event, State>,
  { store, query }: Source,
  { through, keepEveryPositions }: Course,
  options: CatchUp,
  keep: Keep<State>,
  start: Projected<State>,
): Promise<E.Either<ProjectionFault, Projected<State>>> {
  const { signal, pageRecordsMax } = options;
  const range = {
    ...(signal !== undefined && { signal }),
    ...(pageRecordsMax !== undefined && { pageRecordsMax }),
  };
  const pagesAfter = (after: Position) => store.follow(query, { ...range, after });
  const tell = progressFrom(start.position, through, options);
  const fold = step(folding);
  let at = start;
  let keptAt = start.position;
  let pages = pagesAfter(start.position);
  while (at.position < through) {
    const page = await pages();
    const stepped = E.isLeft(page)
      ? { _tag: "Halted" as const, after: at, fault: page.left }
      : fold(at, page.right);
    if (stepped._tag !== "NothingNew") at = stepped.after;
    const isDue = stepped._tag === "Halted" || at.position >= through ||
      at.position - keptAt >= keepEveryPositions;
    if (isDue && at.position > keptAt) {
      const kept = await keep(at);
      // A state that cannot be kept is told first: the other fault will come again.
      if (E.isLeft(kept)) return kept;
      at = kept.right;
      keptAt = at.position;
    }
    if (stepped._tag === "Halted") return E.left(stepped.fault);
    tell(at.position);
    pages = E.isRight(page) && page.right.through === at.position && O.isSome(page.right.next)
      ? page.right.next.value
      : pagesAfter(at.position);
  }
  return E.right(at);
}

function progressFrom(
  start: Position,
  head: Position,
  { onProgress, now }: CatchUp,
): (position: Position) => void {
  if (onProgress === undefined) return () => {};
  const began = now?.();
  return (position) => {
    const seconds = began === undefined || now === undefined ? 0 : (now() - began) / 1_000;
    const eventsPerSecond = (position - start) / seconds;
    // No clock, or one that has not moved yet: there is no pace to tell.
    onProgress(
      seconds <= 0 ? { position, head } : {
        position,
        head,
        eventsPerSecond,
        secondsLeft: Math.max(0, head - position) / eventsPerSecond,
      },
    );
  };
}
