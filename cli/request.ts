/**
 * What a user may ask of the `leftfold` command.
 *
 * @module
 */
import type { Position, Query, StreamName, Version } from "leftfold";
import type {
  Anchor,
  ArchivePolicy,
  CodecName,
  Durability,
  LogPlace,
  OpenMode,
} from "leftfold/stores/file";
import type { ColdPlace } from "./cold_place.ts";

/** One of the commands, with what it needs. */
export type Request =
  | ImportRequest
  | ExportRequest
  | ReadRequest
  | FollowRequest
  | StreamsRequest
  | StatsRequest
  | HeadRequest
  | VerifyRequest
  | RepairRequest
  | ArchiveRequest
  | BackupRequest
  | RestoreRequest
  | RebuildIndexRequest
  | CutRequest
  | DropRequest
  | EraseRequest
  | LawsRequest;

/** What every command on a store is told. */
interface OnStore {
  /** The directory of the store. */
  readonly store: string;
  /** Whether a program reads the answer. */
  readonly json: boolean;
}

/** What a command is told that works on a store that may be archived. */
interface OnArchivedStore extends OnStore {
  /** Where its archives are. */
  readonly cold?: ColdPlace;
}

/** Store what some lines of CloudEvents say. */
export interface ImportRequest extends OnArchivedStore {
  readonly _tag: "Import";
  /** A path, or `-` for the standard input. */
  readonly file: string;
  readonly segmentBytesMax?: number;
  readonly durability?: Durability;
}

/** Which records, and which part of the log. */
export interface Selection {
  readonly query: Query;
  readonly after?: Position;
  readonly until?: Position;
  /** Without what is archived. */
  readonly tiers?: "hot";
}

/** How a store is read: a damaged one is refused, or read up to the damage. */
interface Reading {
  readonly mode: Extract<OpenMode, "readOnly" | "salvage">;
}

/** Print records as lines of CloudEvents. */
export interface ExportRequest extends OnArchivedStore, Selection, Reading {
  readonly _tag: "Export";
  /** A path; the standard output if left out. */
  readonly output?: string;
}

/** Print records, for people. */
export interface ReadRequest extends OnArchivedStore, Selection, Reading {
  readonly _tag: "Read";
  readonly direction: "forward" | "backward";
  readonly recordsMax?: number;
  /** Only what was recorded up to this moment. */
  readonly asOf?: Date;
}

/** Print records, and those to come. */
export interface FollowRequest extends OnArchivedStore, Omit<Selection, "until"> {
  readonly _tag: "Follow";
}

/** Print streams. */
export interface StreamsRequest extends OnArchivedStore {
  readonly _tag: "Streams";
  /** What their names begin with. */
  readonly prefix?: string;
}

/** Say what a store holds. */
export interface StatsRequest extends OnArchivedStore {
  readonly _tag: "Stats";
}

/** Say what the history of a store is, in a hash. */
export interface HeadRequest extends OnArchivedStore {
  readonly _tag: "Head";
  /** Up to the end of the commit that holds it; up to the last one if left out. */
  readonly position?: Position;
}

/** Look at every byte of a store. */
export interface VerifyRequest extends OnArchivedStore {
  readonly _tag: "Verify";
  /** Whether what is derived is compared with the log. */
  readonly isDeep: boolean;
  /** What the history was earlier. */
  readonly anchor?: Anchor;
}

/** Give a damaged log an end. */
export interface RepairRequest extends OnArchivedStore {
  readonly _tag: "Repair";
  /** Where the log is to end; the last place to which it is sound if left out. */
  readonly at?: LogPlace;
  /** Whether it is done, or only said. */
  readonly isDone: boolean;
}

/** Move segments to a cold tier. */
export interface ArchiveRequest extends OnStore {
  readonly _tag: "Archive";
  readonly to: ColdPlace;
  readonly codec: CodecName;
  readonly policy: ArchivePolicy;
  /** Whether it is done, or only said. */
  readonly isDone: boolean;
}

/** Make the index of a store again. */
export interface RebuildIndexRequest extends OnArchivedStore {
  readonly _tag: "RebuildIndex";
}

/** What every command is told whose plan is said before it is done. */
export interface PlannedRequest extends OnStore {
  /** Whether it is done, or only said. */
  readonly isDone: boolean;
}

/** Leave records of a stream out from now on. */
export interface CutRequest extends PlannedRequest {
  readonly _tag: "Cut";
  readonly stream: StreamName;
  /** The first version that is still read; none for a tombstone. */
  readonly before?: Version;
}

/** Drop the oldest segments. */
export interface DropRequest extends PlannedRequest, OnArchivedStore {
  readonly _tag: "Drop";
  /** No record at or above it goes. */
  readonly position: Position;
  /** Whether streams that live only there may be forgotten. */
  readonly forget: boolean;
}

/** Erase data and metadata of records. */
export interface EraseRequest extends PlannedRequest, OnArchivedStore, Omit<Selection, "tiers"> {
  readonly _tag: "Erase";
}

/** Copy a store's log into another place. */
export interface BackupRequest extends OnArchivedStore {
  readonly _tag: "Backup";
  /** The directory of the backup. */
  readonly to: string;
  readonly withIndex: boolean;
}

/** Check the laws that a module exports. */
export interface LawsRequest {
  readonly _tag: "Laws";
  readonly file: string;
  /** Whether a program reads the answer. */
  readonly json: boolean;
  readonly runs?: number;
  readonly seed?: number;
  /** With the law and the seed: straight to one case. */
  readonly path?: string;
  readonly law?: string;
  /** The directory of the corpus; none is read or written if left out. */
  readonly corpus?: string;
}

/** Make a store of a backup. */
export interface RestoreRequest extends OnStore {
  readonly _tag: "Restore";
  /** The directory of the backup. */
  readonly from: string;
}
