/**
 * Faults: what the world did wrong, as values.
 *
 * Each operation has a closed union. Every fault says whether the data is stored: `"no"`, or
 * `"unknown"`, after which a retry must bring the same commit id. A fault is data without a
 * message; {@linkcode explain} says it in a sentence.
 *
 * @module
 */
import type { Condition } from "./query.ts";
import type { CommitId, Expected, Position, StreamName, Version } from "./stream.ts";

/** Nothing was stored. */
export interface Unstored {
  readonly stored: "no";
}

/** Somebody else was there first. */
export interface Conflict extends Unstored {
  readonly _tag: "Conflict";
  readonly failed: ReadonlyArray<FailedCheck>;
  /** How often it was tried: 1 for a bare append. */
  readonly attempts: number;
}

/** An expectation or a condition that did not hold. */
export type FailedCheck =
  | {
    readonly stream: StreamName;
    readonly expected: Expected;
    readonly found: Version | "noStream";
  }
  | {
    readonly condition: Condition;
    /** The first positions that match, at most 16. */
    readonly matching: ReadonlyArray<Position>;
  };

/** The commit id is known, and stands for other content. */
export interface IdempotencyMismatch extends Unstored {
  readonly _tag: "IdempotencyMismatch";
  readonly commitId: CommitId;
}

/** What the store does not take: a name, a size, a number of events. */
export interface Refused extends Unstored {
  readonly _tag: "Refused";
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
}

/** The write failed before anything could be stored. */
export interface WriteFailed extends Unstored {
  readonly _tag: "WriteFailed";
  readonly cause: unknown;
}

/** The commit may be stored or not. Append it again with the same commit id to find out. */
export interface Indeterminate {
  readonly _tag: "Indeterminate";
  readonly stored: "unknown";
  readonly commitId: CommitId;
  readonly cause: unknown;
}

/** The stream was ended for good by a tombstone. */
export interface StreamTombstoned extends Unstored {
  readonly _tag: "StreamTombstoned";
  readonly stream: StreamName;
}

/** What was asked may have taken effect or not. Ask it again: twice is as good as once. */
export interface Uncertain {
  readonly _tag: "Uncertain";
  readonly stored: "unknown";
  readonly cause: unknown;
}

/** The read failed. */
export interface ReadFailed extends Unstored {
  readonly _tag: "ReadFailed";
  readonly cause: unknown;
}

/** Bytes are not what was written. */
export interface Corrupt extends Unstored {
  readonly _tag: "Corrupt";
  readonly file: string;
  /** In bytes from the start of the file. */
  readonly offset: number;
  readonly wanted: string;
  readonly found: string;
}

/** An archived part of the log cannot be reached now. What is not archived can. */
export interface ColdUnavailable extends Unstored {
  readonly _tag: "ColdUnavailable";
  /** Where the archives are. */
  readonly place: string;
  /** The archive that was wanted. */
  readonly file: string;
  readonly cause: unknown;
}

/** The caller's signal ended it. */
export interface Cancelled extends Unstored {
  readonly _tag: "Cancelled";
}

/** The store is closed. */
export interface Closed extends Unstored {
  readonly _tag: "Closed";
}

/** A place in one history, that can tell whether it is resumed in the same one. */
export interface Bookmark {
  readonly position: Position;
  /** The store's fingerprint of its history up to the position. */
  readonly hash: string;
}

/** The bookmark was taken in another history: a restored backup, a copy that went on, a repaired log. */
export interface HistoryDiverged extends Unstored {
  readonly _tag: "HistoryDiverged";
  readonly bookmark: Bookmark;
  /** What is at its position now, or the head of the log if that lies before. */
  readonly found: Bookmark;
}

/** What is asked for was dropped: the log begins later. */
export interface BelowFloor extends Unstored {
  readonly _tag: "BelowFloor";
  /** The position that was asked for. */
  readonly position: Position;
  /** The position of the first record that is kept. */
  readonly floor: Position;
}

/** The drop would forget streams that no tombstone has ended: their versions would begin again. */
export interface WouldForget extends Unstored {
  readonly _tag: "WouldForget";
  /** Some of them, at most 16. */
  readonly streams: ReadonlyArray<StreamName>;
}

/** The record that could not be decoded. */
export interface Where {
  readonly stream: StreamName;
  readonly position: Position;
  readonly type: string;
}

/** The data of a record is not what its type and schema version say. */
export interface Undecodable extends Unstored, Where {
  readonly _tag: "Undecodable";
  readonly schemaVersion: number;
  readonly errors: ReadonlyArray<string>;
}

/** The codec knows no such type. */
export interface UnknownType extends Unstored, Where {
  readonly _tag: "UnknownType";
}

/** The record was written by a newer program. */
export interface NewerSchema extends Unstored, Where {
  readonly _tag: "NewerSchema";
  readonly known: number;
  readonly found: number;
}

/** The event is not one that the codec can write, or JSON would lose a part of it. */
export interface Unencodable extends Unstored {
  readonly _tag: "Unencodable";
  readonly type: string;
  /** Where in the event, as in `items[2].price`; empty for the event itself. */
  readonly path: string;
  readonly why: string;
}

/** Somebody else may write to the store. */
export interface StoreLocked extends Unstored {
  readonly _tag: "StoreLocked";
  /** Who, as far as the claim tells: process, host, runtime. */
  readonly owner: string;
}

/** There is no store, and the open mode does not make one. */
export interface StoreMissing extends Unstored {
  readonly _tag: "StoreMissing";
  readonly place: string;
}

/** The store was made by a newer version of this library. */
export interface NewerFormat extends Unstored {
  readonly _tag: "NewerFormat";
  readonly file: string;
  readonly known: number;
  readonly found: number;
}

/** The store could not be opened. */
export interface OpenFailed extends Unstored {
  readonly _tag: "OpenFailed";
  readonly cause: unknown;
}

/** The store cannot be repaired like this. Nothing was written. */
export interface RepairRefused extends Unstored {
  readonly _tag: "RepairRefused";
  readonly wanted: string;
  readonly found: string;
}

/** The repair could not be carried out. Plan it again: what it has begun may stand or not. */
export interface RepairFailed {
  readonly _tag: "RepairFailed";
  readonly stored: "unknown";
  readonly cause: unknown;
}

/** A place cannot take a copy of a store: it holds something else. Nothing was written. */
export interface PlaceUnfit extends Unstored {
  readonly _tag: "PlaceUnfit";
  readonly place: string;
  readonly wanted: string;
  readonly found: string;
}

/** There is no whole backup in a place. */
export interface BackupMissing extends Unstored {
  readonly _tag: "BackupMissing";
  readonly place: string;
}

/** A copy could not be written to its end. Done again, it goes on where it stopped. */
export interface CopyFailed extends Unstored {
  readonly _tag: "CopyFailed";
  readonly place: string;
  readonly cause: unknown;
}

/**
 * The history has no hash: the store was made without a chain of SHA-256, or what would have to be
 * hashed was erased.
 */
export interface Unchained extends Unstored {
  readonly _tag: "Unchained";
  readonly place: string;
  /** The segment in which records were erased, if that is why. */
  readonly erased?: string;
}

/** A page does not begin where the projection ended. */
export interface Gap extends Unstored {
  readonly _tag: "Gap";
  readonly projection: string;
  readonly wanted: Position;
  readonly found: Position;
}

/** The projection stopped: its view threw, or its state could not be kept. */
export interface Stopped extends Unstored {
  readonly _tag: "Stopped";
  readonly projection: string;
  /** The last position that is folded and kept. */
  readonly at: Position;
  readonly cause: unknown;
}

/** The saved state is one of another definition: other types, another query, another version. */
export interface Outdated extends Unstored {
  readonly _tag: "Outdated";
  readonly projection: string;
  /** The position of the saved state. */
  readonly at: Position;
  /** The fingerprints of the definitions. */
  readonly wanted: string;
  readonly found: string;
}

/** The domain said no. Not a fault, but it travels beside them. */
export interface Rejected<Rejection> {
  readonly _tag: "Rejected";
  readonly rejection: Rejection;
  /** The version of the stream that was decided on. */
  readonly version: Version;
}

/** What can go wrong with an append. */
export type AppendFault =
  | Conflict
  | IdempotencyMismatch
  | StreamTombstoned
  | Refused
  | WriteFailed
  | ReadFailed
  | Corrupt
  | ColdUnavailable
  | Indeterminate
  | Closed;
/** What can go wrong with a read. */
export type ReadFault =
  | ReadFailed
  | Corrupt
  | ColdUnavailable
  | HistoryDiverged
  | BelowFloor
  | Cancelled
  | Closed;
/** What can go wrong with a record that was read. */
export type DecodeFault = Undecodable | UnknownType | NewerSchema;
/** What can go wrong when records are read and decoded. */
export type LoadFault = ReadFault | DecodeFault;
/** What can go wrong with a command, beside the domain's own no. */
export type HandleFault = LoadFault | AppendFault | Unencodable;
/** What can go wrong when a store is opened. */
export type OpenFault =
  | StoreLocked
  | StoreMissing
  | NewerFormat
  | Corrupt
  | ColdUnavailable
  | OpenFailed;
/** What can go wrong when a repair is planned, and when it is carried out. */
export type RepairFault = OpenFault | ReadFault | RepairRefused | RepairFailed;
/** What can go wrong when a store is copied: backed up, or restored. */
export type CopyFault = OpenFault | ReadFault | PlaceUnfit | BackupMissing | CopyFailed;
/** What can go wrong where the states of projections are kept. */
export type StatesFault = ReadFailed | WriteFailed | Corrupt | NewerFormat | Unencodable;
/** What can go wrong with a projection. */
export type ProjectionFault = LoadFault | StatesFault | Gap | Stopped | Outdated;
/** What can go wrong when something is said of the log itself. */
export type ControlFault = Refused | WriteFailed | Uncertain | ReadFailed | Corrupt | Closed;
/** What can go wrong when segments are archived. */
export type ArchiveFault = ControlFault | ColdUnavailable | Cancelled;
/** What can go wrong when a part of the log is dropped. */
export type DropFault = ControlFault | WouldForget | BelowFloor | ColdUnavailable;
/** What can go wrong when records are erased. */
export type EraseFault = ControlFault | BelowFloor | ColdUnavailable;
/** Any of them. */
export type Fault =
  | HandleFault
  | OpenFault
  | RepairFault
  | CopyFault
  | ProjectionFault
  | ControlFault
  | Unchained
  | ArchiveFault
  | DropFault
  | EraseFault;
