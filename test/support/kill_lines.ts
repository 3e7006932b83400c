/**
 * What the programs of a campaign tell, a line each, at the moment at which it is so.
 *
 * @module
 */
import { writeSync } from "node:fs";

/** A commit that was acknowledged. */
export interface Acknowledged {
  readonly tag: "acknowledged";
  readonly key: string;
  readonly commitId: string;
  readonly first: number;
  readonly last: number;
  readonly versions: ReadonlyArray<readonly [stream: string, version: number]>;
  readonly repeated: boolean;
  readonly hash: string;
}

/** An append that was answered with a fault. */
export interface Faulted {
  readonly tag: "faulted";
  readonly key: string;
  readonly fault: string;
  readonly stored: string;
}

/** A commit that was found by reading the log from its start. */
export interface Found {
  readonly tag: "found";
  readonly key: string;
  readonly commitId: string;
  readonly first: number;
  readonly last: number;
  /** Of each stream the versions of its records in this commit. */
  readonly versions: ReadonlyArray<readonly [stream: string, versions: ReadonlyArray<number>]>;
  readonly hash: string;
}

/** The end of a check: what was wrong in the reader's own eyes. */
export interface Checked {
  readonly tag: "checked";
  readonly head: number;
  readonly segments: number;
  readonly torn: number;
  readonly problems: ReadonlyArray<string>;
}

export interface Opened {
  readonly tag: "opened";
  readonly life: number;
  readonly head: number;
}

/** A writer stops itself now, at a call to its storage. */
export interface Stopping {
  readonly tag: "stopping";
  readonly call: string;
}

/** A writer has learnt that it is no longer the owner. */
export interface Fenced {
  readonly tag: "fenced";
  readonly life: number;
}

export type Line = Acknowledged | Faulted | Found | Checked | Opened | Stopping | Fenced;

/** Writes a line to a file before it goes on: what is told cannot be lost with the process. */
export function tell(file: number, line: Line): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      // A pipe that is full and does not block: whoever reads it will make room.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** The whole lines of a text. A last one without its end was cut off by a kill. */
export function linesOf(text: string): ReadonlyArray<Line> {
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
    // Written by `tell`, whose lines these are.
    .map((line) => JSON.parse(line) as Line);
}
