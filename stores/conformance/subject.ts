/**
 * A store that is held to the contract: how it is opened, and what it claims to be able to do.
 *
 * @module
 */
import type { Either } from "fp-ts/lib/Either.js";
import type { EventStore } from "../../src/event_store.ts";
import type { OpenFault } from "../../src/fault.ts";
import type { Position, StreamName, Version } from "../../src/stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * What a store claims beside what every store does. What is left out is not claimed. A claim switches
 * laws on; one whose means the
 * subject does not give, or gives without effect, is told as `Vacuous`, which is an error.
 */
export interface Capabilities {
  /**
   * What an acknowledged commit survives: nothing beyond the value (`"memory"`), the store being
   * closed (`"close"`), also a process that is killed (`"process"`), also a power cut (`"power"`).
   * `"memory"` if left out.
   */
  readonly durability?: "memory" | "close" | "process" | "power";
  /** `follow` tells of what is still to come. */
  readonly subscriptions?: boolean;
  /** Others may open the store at the same time, for reading at least. */
  readonly multiProcess?: boolean;
  /** Old records can be moved elsewhere, and nobody who reads notices. */
  readonly archive?: boolean;
  /** Streams can be cut, and ended. */
  readonly retention?: boolean;
}

/** A capability that a law may need. */
export type Capability =
  | "reopen"
  | "crash"
  | "subscriptions"
  | "multiProcess"
  | "archive"
  | "retention";

/** A store that was opened for a law, and what else can be done with it. */
export interface OpenedStore {
  readonly store: EventStore;
  /** Opens the same store again, after it was closed. Wanted from durability `"close"` on. */
  readonly reopen?: () => Promise<EventStore>;
  /**
   * Ends the store without closing it, in the way that its durability survives (the process is
   * killed, the power is cut), and opens what is left. Wanted from durability `"process"` on.
   */
  readonly crash?: () => Promise<EventStore>;
  /** Opens the same store beside the one that is open, for reading. Wanted for `multiProcess`. */
  readonly openReader?: () => Promise<EventStore>;
  /**
   * Tries to open the same store beside the one that is open, for writing, without waiting long. A
   * store with one writer at a time answers `StoreLocked`. Wanted for `multiProcess`.
   */
  readonly openWriter?: () => Promise<Either<OpenFault, EventStore>>;
  /**
   * Moves all that it can up to a position, and gives how many files, rows or blocks were moved.
   * Wanted for `archive`.
   */
  readonly archive?: (through: Position) => Promise<number>;
  /** Cuts streams of the store that is open. Wanted for `retention`. */
  readonly retention?: Retention;
  /** Closes what is still open, and removes what was written. */
  readonly dispose: () => Promise<void>;
}

/** How streams are cut. */
export interface Retention {
  /** Leaves out the records of a stream before a version, for good. */
  readonly truncate: (stream: StreamName, before: Version) => Promise<void>;
  /** Ends a stream for good. */
  readonly tombstone: (stream: StreamName) => Promise<void>;
}

/**
 * Where others may come in between. A law on concurrent callers hands one to `open`, and decides by
 * it which of them goes on; a store that awaits it wherever it would wait for its medium shows races
 * that would be rare otherwise.
 */
export type Pause = (what: string) => Promise<void>;

/** A store under the contract. */
export interface StoreSubject {
  /** For reports. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Opens a store that holds nothing, a new one at each call. */
  readonly open: (pause?: Pause) => Promise<OpenedStore>;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether a subject claims what a law needs. */
export function claims({ capabilities }: StoreSubject, needed: Capability): boolean {
  switch (needed) {
    case "reopen":
      return (capabilities.durability ?? "memory") !== "memory";
    case "crash":
      return capabilities.durability === "process" || capabilities.durability === "power";
    default:
      return capabilities[needed] ?? false;
  }
}
