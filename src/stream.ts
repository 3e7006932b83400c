/**
 * Streams, and the places of records in them and in the log.
 *
 * Numbering is one rule for all: the first record of a stream has version 1, the first record of
 * the log has position 1, and both are dense. So 0 means "before everything", and `after: 0` means
 * "all of it".
 *
 * @module
 */

declare const unit: unique symbol;

/**
 * A base type that remembers what it counts. Literals and arithmetic are free; giving one unit
 * where another is wanted is a compile error.
 */
export type Flavoured<Base, Unit extends string> = Base & { readonly [unit]?: Unit };

/** A record's place in its stream. The first is 1, so 0 is "before everything". */
export type Version = Flavoured<number, "version">;

/** A record's place in the whole log. The first is 1, so 0 is "before everything". */
export type Position = Flavoured<number, "position">;

/** Names a commit, so that appending it again is harmless. At most 64 bytes of UTF-8. */
export type CommitId = Flavoured<string, "commit">;

/** The name of a stream: any well-formed text of 1 to 1,024 bytes of UTF-8. No normalisation. */
export type StreamName = string;

/** A label of a record, by which queries find it across streams. At most 256 bytes of UTF-8. */
export type Tag = string;

/**
 * What must hold of a stream for a commit to be stored. A number is an exact version, and 0 says
 * the same as `"noStream"`.
 */
export type Expected = Version | "noStream" | "streamExists" | "any";

/** A stream as a store knows it. */
export interface StreamInfo {
  readonly stream: StreamName;
  /** The version of its last record, and so the number of its records. */
  readonly version: Version;
  /** The position of its last record. */
  readonly position: Position;
}

/**
 * The category of a stream: the text of its name before the first `-`. A name without one has
 * no category.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { categoryOf } from "leftfold";
 *
 * assert.equal(categoryOf("show-hamlet-2026"), "show");
 * assert.equal(categoryOf("settings"), undefined);
 * ```
 */
export function categoryOf(stream: StreamName): string | undefined {
  const dash = stream.indexOf("-");
  return dash < 0 ? undefined : stream.slice(0, dash);
}

/** Whether a stream whose last version is `version` (0: there is none) is as expected. */
export function meets(expected: Expected, version: Version): boolean {
  switch (expected) {
    case "any":
      return true;
    case "noStream":
      return version === 0;
    case "streamExists":
      return version > 0;
    default:
      return version === expected;
  }
}
