/**
 * Faults, said in a sentence: what was asked, what was wanted and found, and what to do.
 *
 * @module
 */
import type { Condition } from "./query.ts";
import type { FailedCheck, Fault, Where } from "./fault.ts";
import type { Position } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A sentence for each fault: the compiler misses none. */
type Sentences = {
  readonly [Tag in Fault["_tag"]]: (fault: Extract<Fault, { readonly _tag: Tag }>) => string;
};

const sentences: Sentences = {
  Conflict: ({ failed, attempts }) =>
    `The commit was refused${attempts > 1 ? ` ${attempts} times` : ""}: ${
      failed.map(failedCheck).join("; ")
    }; nothing was stored, so read again, decide again, and append what fits`,
  IdempotencyMismatch: ({ commitId }) =>
    `The commit id ${quoted(commitId)} already stands for a commit with other content; nothing ` +
    "was stored, so append the same content again, or take a new id",
  Refused: ({ what, wanted, found }) =>
    `The store does not take ${what}: wanted ${wanted}, found ${found}; nothing was stored`,
  WriteFailed: ({ cause }) =>
    `The commit could not be written, and nothing of it was stored: ${explainCause(cause)}`,
  Indeterminate: ({ commitId, cause }) =>
    `The commit ${quoted(commitId)} may be stored or not: ${
      explainCause(cause)
    }; append it again with ` +
    "the same commit id to find out, or to store it once",
  StreamTombstoned: ({ stream }) =>
    `The stream ${
      quoted(stream)
    } was ended by a tombstone; nothing was stored, so append to another`,
  Uncertain: ({ cause }) =>
    `What was asked may have taken effect or not: ${
      explainCause(cause)
    }; ask it again, which does no harm if it has`,
  ReadFailed: ({ cause }) => `The log could not be read: ${explainCause(cause)}`,
  Corrupt: ({ file, offset, wanted, found }) =>
    `The file ${file} is damaged at byte ${offset}: wanted ${wanted}, found ${found}; ${
      remedyFor(file)
    }`,
  ColdUnavailable: ({ place, file, cause }) =>
    `The file ${file} cannot be had from ${place}: ${explainCause(cause)}; what is not archived ` +
    "can still be read",
  Cancelled: () => "The read was cancelled by its signal; read on after the last page to resume",
  Closed: () => "The store is closed; open it again",
  HistoryDiverged: ({ bookmark, found }) =>
    // Who only names a position has no fingerprint of it.
    bookmark.hash === "" && bookmark.position > found.position
      ? `There is no record at position ${bookmark.position}: the log ends at position ` +
        `${found.position}; take a position up to there`
      : `The bookmark at position ${bookmark.position} was taken in another history: wanted the ` +
        `fingerprint ${quoted(bookmark.hash)}, found ${quoted(found.hash)} at position ` +
        `${found.position}; start again from 0, or open the store that the bookmark came from`,
  BelowFloor: ({ position, floor }) =>
    `Position ${position} is in a part of the log that was dropped, which begins at ${floor} now; ` +
    "read from 0, which is all that is left, or from a position that is kept",
  WouldForget: ({ streams }) =>
    `The drop would forget streams that no tombstone has ended, ${
      streams.map(quoted).join(", ")
    } among them; end them first, drop less, or ask to forget them`,
  Undecodable: ({ schemaVersion, errors, ...where }) =>
    `${theRecord(where)}, schema version ${schemaVersion}, does not fit its schema: ${
      errors.join("; ")
    }; add a schema version that fits what is stored`,
  UnknownType: (where) =>
    `${theRecord(where)} has a type that the codec does not know; add it, say what it became, or ` +
    "ask for the types that are known",
  NewerSchema: ({ known, found, ...where }) =>
    `${theRecord(where)} was written by a newer program: its schema version is ${found}, and the ` +
    `newest known is ${known}; update this program`,
  Unencodable: ({ type, path, why }) =>
    `The event of type ${quoted(type)} cannot be stored${
      path === "" ? "" : ` because of ${path}`
    }: ${why}; nothing was stored`,
  StoreLocked: ({ owner }) =>
    `Somebody else may write to the store: ${owner}; close it there, or open it for reading only`,
  StoreMissing: ({ place }) =>
    `There is no store in ${place}; look at the place, or open it in a mode that creates one`,
  NewerFormat: ({ file, known, found }) =>
    `The file ${file} was written by a newer version of leftfold: its format is ${found}, and the ` +
    `newest known is ${known}; update leftfold`,
  Unchained: ({ place, erased }) =>
    erased === undefined
      ? `The store ${place} has no hash of its history, because it was made without a chain; import ` +
        "its export into a new store to get one"
      : `The store ${place} has no hash of its history there, because records in ${erased} were ` +
        "erased; ask for it behind that segment, which takes one more commit if there is none yet",
  OpenFailed: ({ cause }) => `The store could not be opened: ${explainCause(cause)}`,
  RepairRefused: ({ wanted, found }) =>
    `The store is not repaired: wanted ${wanted}, found ${found}; nothing was written`,
  RepairFailed: ({ cause }) =>
    `The repair could not be carried out: ${
      explainCause(cause)
    }; plan it again, which shows what ` +
    "of it stands",
  PlaceUnfit: ({ place, wanted, found }) =>
    `The place ${place} cannot take the copy: wanted ${wanted}, found ${found}; nothing was ` +
    "written, so take another place",
  BackupMissing: ({ place }) =>
    `There is no whole backup in ${place}; look at the place, or, if a backup was interrupted ` +
    "there, run it again",
  CopyFailed: ({ place, cause }) =>
    `The copy to ${place} could not be written to its end: ${explainCause(cause)}; run it again, ` +
    "and it goes on where it stopped",
  Gap: ({ projection, wanted, found }) =>
    `The projection ${
      quoted(projection)
    } wanted a page that begins after position ${wanted}, and ` +
    `got one that begins after ${found}; catch up from its checkpoint, or rebuild it`,
  Stopped: ({ projection, at, cause }) =>
    `The projection ${quoted(projection)} stopped after position ${at}: ${
      explainCause(cause)
    }; mend it, ` +
    "then catch up, or rebuild it",
  Outdated: ({ projection, at }) =>
    `The saved state of the projection ${
      quoted(projection)
    }, at position ${at}, is one of another ` +
    "definition; rebuild it",
};

/** What to do about a damaged file: what is derived is made again, the log is not. */
function remedyFor(file: string): string {
  if (file.endsWith(".state")) return "rebuild the projection";
  if (file.endsWith(".idx")) return "remove the file and open the store again, which makes it anew";
  return "restore it from a backup; or open the store in the mode salvage, which gives what is " +
    "sound before the damage; or end the log there by a repair";
}

/** What a system's error codes mean, and what to do. */
const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room, then try again",
  EDQUOT: "the disk quota is used up; make room, then try again",
  EACCES: "permission is denied; grant this user the right to read and write there",
  EPERM: "the operation is not permitted; grant this user the right to read and write there",
  EROFS: "the file system is read-only; take another place, or open for reading only",
  ENOENT: "a file or directory is missing; look whether the place was moved or removed",
  EEXIST: "something else is there already under this name; take another place",
  ENOTDIR: "a part of the path is no directory; take another place",
  EMFILE: "this process has too many files open; close some, or raise its limit",
  ENFILE: "the system has too many files open; close some, or raise its limit",
  EFBIG: "the file would be larger than the system allows; take smaller segments",
  EIO: "the device failed to read or write; look at the disk before anything else",
};

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * One sentence about a fault: what was asked, wanted and found, and what to do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { explain } from "leftfold";
 *
 * const full = Object.assign(new Error("write failed"), { code: "ENOSPC" });
 * assert.equal(
 *   explain({ _tag: "WriteFailed", stored: "no", cause: full }),
 *   "The commit could not be written, and nothing of it was stored: the disk is full; " +
 *     "make room, then try again (ENOSPC)",
 * );
 * ```
 */
export function explain(fault: Fault): string {
  // The sentence under a fault's own tag takes that fault, which the compiler cannot follow.
  const sentence = sentences[fault._tag] as (fault: Fault) => string;
  return sentence(fault);
}

/** Whether a value is one of this library's faults. */
export function isFault(value: unknown): value is Fault {
  return typeof value === "object" && value !== null && "_tag" in value &&
    typeof value._tag === "string" && Object.hasOwn(sentences, value._tag);
}

/** Why the world failed, in words: what a system's error code means, or the message of the cause. */
export function explainCause(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return String(cause);
  if (isFault(cause)) return explain(cause);
  if ("code" in cause && typeof cause.code === "string" && Object.hasOwn(causes, cause.code)) {
    return `${causes[cause.code]} (${cause.code})`;
  }
  if ("message" in cause && typeof cause.message === "string") return cause.message;
  try {
    return JSON.stringify(cause);
  } catch {
    // A circle, say: its name is all that can be shown.
    return String(cause);
  }
}

function failedCheck(failed: FailedCheck): string {
  if ("condition" in failed) return failedCondition(failed.condition, failed.matching);
  const { stream, expected, found } = failed;
  const wanted = {
    noStream: "no record in it",
    streamExists: "a record in it",
    any: "any version",
  };
  return `of stream ${quoted(stream)} it wanted ${
    typeof expected === "number" ? `version ${expected}` : wanted[expected]
  }, and found ${found === "noStream" ? "no record" : `version ${found}`}`;
}

function failedCondition(condition: Condition, matching: ReadonlyArray<Position>): string {
  return `it wanted no record after position ${condition.after ?? 0} that matches ${
    JSON.stringify(condition.failIfEventsMatch)
  }, and found one at position ${matching.join(", ")}`;
}

function theRecord({ stream, position, type }: Where): string {
  return `The record at position ${position} of stream ${quoted(stream)}, type ${quoted(type)}`;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
