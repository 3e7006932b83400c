/**
 * What a command sees of the process that it runs in. A test gives streams of its own.
 *
 * @module
 */
import type { Readable, Writable } from "node:stream";
import type { Interruption } from "./interruption.ts";
import type { Output } from "./output.ts";

/** The process, as far as the command may touch it. */
export interface Surroundings {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly interruption: Interruption;
  /** The variables of the environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The version of this program. */
  readonly version: string;
}

/** What one command is given to work with. */
export interface World extends Omit<Surroundings, "stdout" | "version"> {
  /** Answers. */
  readonly out: Output;
  /** Remarks: each goes out at once. */
  readonly remark: (text: string) => Promise<void>;
}

/** 0: fine. 1: a problem was found. */
export type ExitCode = 0 | 1;
