/**
 * What a writer and its readers tell, a line each, and how readers say what they have seen.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import type { Encoded, Recorded } from "../../src/record.ts";

/** A commit that was acknowledged. Times are milliseconds of one clock for all processes. */
export interface Stored {
  readonly tag: "stored";
  readonly last: number;
  readonly askedMs: number;
  readonly toldMs: number;
}

/** A page that a reader was given. */
export interface Seen {
  readonly tag: "seen";
  readonly from: number;
  readonly through: number;
  readonly records: number;
  readonly atMs: number;
  /** Of all records so far. */
  readonly digest: string;
}

/** The fault with which something ended before its time. */
export interface Ended {
  readonly tag: "ended";
  readonly why: string;
}

/** A reader is about to ask for its first page. */
export interface Following {
  readonly tag: "following";
}

export type FollowLine = Following | Stored | Seen | Ended;

/** Writes a line to standard output before it goes on. */
export function say(line: FollowLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** The time, in milliseconds since 1970, finer than a millisecond. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A digest that goes on from record to record: equal for those who have seen the same, in one order. */
export function digestOf(): {
  readonly add: (record: Recorded<Encoded>) => void;
  readonly read: () => string;
} {
  let digest = "";
  return {
    add: ({ stream, version, position, commitId, id, event }) => {
      const seen = JSON.stringify([digest, stream, version, position, commitId, id, event]);
      digest = createHash("sha256").update(seen).digest("hex");
    },
    read: () => digest,
  };
}

/** The whole lines of a text. A last one without its end was cut off by a kill. */
export function followLinesOf(text: string): ReadonlyArray<FollowLine> {
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
    // Written by `say`, whose lines these are.
    .map((line) => JSON.parse(line) as FollowLine);
}
