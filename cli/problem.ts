/**
 * What can go wrong with a command, and how it is told: in a sentence, or as JSON.
 *
 * Inside the command a problem travels as a thrown `FaultError`, and is caught in one place.
 *
 * @module
 */
import { figure } from "./figure.ts";
import type { LawsRequest, Request } from "./request.ts";
import { explain, explainImport, type Fault, FaultError, type ImportFault } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A file with lines could not be read. */
export interface InputFailed {
  readonly _tag: "InputFailed";
  readonly file: string;
  readonly cause: unknown;
}

/** A file could not be written. */
export interface OutputFailed {
  readonly _tag: "OutputFailed";
  readonly file: string;
  readonly cause: unknown;
}

/** Object storage wants to know who asks, and nobody has said. */
export interface CredentialsMissing {
  readonly _tag: "CredentialsMissing";
  readonly place: string;
  /** Of the variables in the environment that say it. */
  readonly names: ReadonlyArray<string>;
}

/** Archives would be left over that nobody remembers. */
export interface ColdUnnamed {
  readonly _tag: "ColdUnnamed";
  readonly store: string;
  readonly archivedSegments: number;
}

/** The laws of a file could not be checked. */
export interface LawsUnchecked {
  readonly _tag: "LawsUnchecked";
  readonly file: string;
  /** What is wrong and what to do, in a sentence without its full stop. */
  readonly why: string;
}

/** Whatever the world can do to a command. */
export type Problem =
  | Fault
  | ImportFault
  | InputFailed
  | OutputFailed
  | CredentialsMissing
  | ColdUnnamed
  | LawsUnchecked;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The problem that an error carries. Whatever else is thrown is a defect of the program. */
export function problemOf(error: unknown): Problem | undefined {
  // Only the library and this command throw this class here, and only with these.
  return error instanceof FaultError ? error.fault as Problem : undefined;
}

/** One sentence: what was asked, wanted and found, and what to do. */
export function explainProblem(problem: Problem, request?: Request): string {
  switch (problem._tag) {
    // Of these the library says how a program is mended.
    case "ColdUnavailable":
      return request && mayNameCold(request)
        ? `A part of ${request.store} is archived, ${problem.file} for one: say where with --cold` +
          (mayBeHot(request) ? ", or leave it out with --hot" : "")
        : explain(problem);
    case "StoreMissing":
      return `There is no store in ${problem.place}; look at the place, or make one with import`;
    case "StoreLocked":
      return `Somebody else may write to the store: ${problem.owner}; close it there, then repeat ` +
        "the command";
    case "InputFailed":
      return `The input ${problem.file} could not be read: ${explainCause(problem.cause)}`;
    case "OutputFailed":
      return `The output ${problem.file} could not be written: ${explainCause(problem.cause)}`;
    case "CredentialsMissing":
      return `${problem.place} wants credentials; set ${problem.names.join(" and ")} in the ` +
        "environment, and AWS_ENDPOINT_URL if it is not at Amazon";
    case "ColdUnnamed":
      return `A part of what would go of ${problem.store} is in the cold tier (${
        figure(problem.archivedSegments, "segment")
      }): say where with --cold, so that it goes there too; nothing was dropped`;
    case "WouldForget":
      return "Nothing was dropped, since streams would be forgotten that no tombstone has ended; " +
        "end them with tombstone, drop less, or add --forget";
    case "LawsUnchecked":
      return `The laws of ${problem.file} were not checked: ${problem.why}`;
    case "BadLines":
    case "LinesFailed":
    case "ImportStopped":
      return explainImport(problem);
    default:
      return explain(problem);
  }
}

/** Whether a command reads archives, and was not told where they are. */
function mayNameCold(request: Request): request is Exclude<Request, LawsRequest> {
  switch (request._tag) {
    case "Archive":
    case "Restore":
    case "Cut":
    case "Laws":
      return false;
    default:
      return request.cold === undefined;
  }
}

/** Whether a command can leave out what is archived. */
function mayBeHot({ _tag }: Request): boolean {
  return _tag === "Read" || _tag === "Export";
}

/** The same for programs: the fault as it is, and its sentence. */
export function printProblem(problem: Problem): string {
  return JSON.stringify({ fault: problem, message: explainProblem(problem) }, (_key, value) =>
    // An error has no fields of its own that JSON would show, but for those of the system.
    value instanceof Error ? { ...value, message: value.message } : value);
}

/** What a system's error code means: the message that the library gives to a thrown cause. */
function explainCause(cause: unknown): string {
  return new FaultError(cause).message;
}
