/**
 * Histories: what callers asked of a store and were told, each with the time of both.
 *
 * @module
 */
import type { Either } from "fp-ts/lib/Either.js";
import type { Appended, Commit } from "../../../src/event_store.ts";
import type { AppendFault } from "../../../src/fault.ts";
import type { Query } from "../../../src/query.ts";
import type { Encoded } from "../../../src/record.ts";
import type { Position, StreamName, Version } from "../../../src/stream.ts";

/** Something that was asked of a store. Times are of one clock, of any unit. */
export interface Operation {
  /** Who asked. The operations of one client do not overlap, unless it asks for several at once. */
  readonly client: string;
  readonly invoked: number;
  /** `Infinity` if there was no answer. */
  readonly completed: number;
  readonly call: Call;
}

/** What was asked, and what was told. */
export type Call = AppendCall | ReadCall | StreamCall;

/** An append. It needs a commit id, by which it is found in the log. */
export interface AppendCall {
  readonly _tag: "Append";
  readonly commit: Commit<Encoded>;
  /** None if there was no answer. */
  readonly answer: Either<AppendFault, Appended> | undefined;
}

/** A read forward to the head of the log, or pages of one; a look at the head is one of nothing. */
export interface ReadCall {
  readonly _tag: "Read";
  /** `[]` for a look at the head. */
  readonly query: Query;
  readonly after: Position;
  /** The positions of the records that were told. */
  readonly positions: ReadonlyArray<Position>;
  /** How far the read has come. */
  readonly through: Position;
  /**
   * What `through` was then: the head of the log (`"head"`), a place before which nothing is
   * missing, as in a page of a follower (`"part"`), or the head as a reader in another process
   * knew it, which may be an older one but never goes back (`"lagging"`).
   */
  readonly reach: "head" | "part" | "lagging";
}

/** A look at the version of a stream; 0 if it has no record. */
export interface StreamCall {
  readonly _tag: "Stream";
  readonly stream: StreamName;
  readonly version: Version;
}

/** What is wrong with a history. */
export interface Violation {
  readonly rule: Rule;
  /** The operations that show it, if it does not show in the log alone. */
  readonly operations: ReadonlyArray<Operation>;
  readonly wanted: string;
  readonly found: string;
}

/** What holds of every history. */
export type Rule =
  /** Positions and versions are dense, and the records of a commit stand together. */
  | "log"
  /** What is in the log was sent by somebody, as it is there, and was not refused. */
  | "invented"
  /** What was acknowledged is in the log. */
  | "lost"
  /** It is stored once. */
  | "twice"
  /** It is where and what its caller was told. */
  | "told"
  /** What a commit expected held where it was stored. */
  | "expected"
  /** What a conflict or a mismatch names was so. */
  | "unjustified"
  /** A read tells what is in the log, and all of it. */
  | "read"
  /** An order of all operations explains every answer, and none is before its call or after its answer. */
  | "time"
  /** A reader that lags never goes back. */
  | "session";
