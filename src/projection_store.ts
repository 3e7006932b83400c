/**
 * Where the states of projections are kept: a port, as a record of functions.
 *
 * @module
 */
import type { Option } from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Bookmark, StatesFault } from "./fault.ts";

/** Keeps the state of a projection and its checkpoint together. */
export interface ProjectionStore {
  /** What was saved last under a name, whole. */
  readonly load: (name: string) => TaskEither<StatesFault, Option<Kept>>;
  /**
   * Saves a state and its checkpoint, both or none, and gives the new revision. None, and nothing
   * is saved, if something newer than revision `after` is there: somebody else keeps the same
   * projection up to date. 0 is "nothing yet", and `"any"` saves over whatever there is, also over
   * what cannot be read.
   */
  readonly save: (
    name: string,
    saved: Saved,
    after: number | "any",
  ) => TaskEither<StatesFault, Option<number>>;
}

/** A state, and what it is a state of. */
export interface Saved {
  /** The fingerprint of the projection's definition. */
  readonly definition: string;
  /** The place in the log through which the state is current, and its history. */
  readonly bookmark: Bookmark;
  readonly state: unknown;
}

/** What is saved, and how often something was saved under this name. */
export interface Kept extends Saved {
  readonly revision: number;
}
