/**
 * The corpus: cases that broke a law, kept so that they are judged first from then on.
 *
 * The idea is that of the example database of Hypothesis, and of SQLite's `fuzzcheck`: what was
 * found once is never searched for again. A case stays until somebody takes it out by hand.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import { fingerprint } from "../fingerprint.ts";
import { keyOf, type LawName } from "./law.ts";
import { jsonOf, valueOfJson } from "./saved_value.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A law about a subject. */
export interface LawOfSubject extends Pick<LawName, "id" | "part"> {
  readonly subject: string;
}

/** Where cases are kept. */
export interface Corpus {
  /** The cases of a law about a subject, as `judge` takes them. */
  readonly load: (law: LawOfSubject) => TaskEither<CorpusFault, ReadonlyArray<unknown>>;
  /** Keeps a case, and says where. A case that is there already stays. */
  readonly keep: (law: LawOfSubject, saved: unknown) => TaskEither<CorpusFault, string>;
}

/** The corpus cannot be read or written. */
export interface CorpusFault {
  readonly _tag: "CorpusFault";
  /** As in `test/corpus/order/DE16/3f2a.json`. */
  readonly place: string;
  /** What is wrong, in a sentence without its full stop. */
  readonly why: string;
}

/** A case, as a file holds it. */
interface KeptCase {
  readonly law: string;
  readonly subject: string;
  readonly case: unknown;
}

const nameDigits = 12;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The file for a case: its folders and its name, and its text; or what cannot be written. */
export function fileOfCase(
  law: LawOfSubject,
  saved: unknown,
): E.Either<string, { readonly path: ReadonlyArray<string>; readonly text: string }> {
  const json = jsonOf(saved);
  if (E.isLeft(json)) return E.left(`${json.left} cannot be kept`);
  const kept: KeptCase = { law: keyOf(law), subject: law.subject, case: json.right };
  const text = `${JSON.stringify(kept, undefined, 2)}\n`;
  const name = `${fingerprint(text).slice(0, nameDigits)}.json`;
  return E.right({ path: [...folderOfLaw(law), name], text });
}

/** The folder for the cases of a law. Two laws may share one: each file says which it is of. */
export function folderOfLaw(law: LawOfSubject): ReadonlyArray<string> {
  return [fileName(law.subject), fileName(keyOf(law))];
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The case in a file, if it is one of the law; or what is wrong with the file. */
export function caseInFile(
  law: LawOfSubject,
  text: string,
): E.Either<string, ReadonlyArray<unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    if (!isKeptCase(json)) return E.left('it has no "law", "subject" and "case"');
    const isOfLaw = json.law === keyOf(law) && json.subject === law.subject;
    return E.right(isOfLaw ? [valueOfJson(json.case)] : []);
  } catch (cause) {
    // A text that is no JSON, or a marked value that is none.
    return E.left(cause instanceof Error ? cause.message : String(cause));
  }
}

function isKeptCase(json: unknown): json is KeptCase {
  return typeof json === "object" && json !== null && "case" in json &&
    "law" in json && typeof json.law === "string" &&
    "subject" in json && typeof json.subject === "string";
}

/** A name that every file system takes. Two names may become one. */
export function fileName(name: string): string {
  return name.normalize("NFKD").replaceAll(/[^A-Za-z0-9_.]+/g, "-").replaceAll(/^[-.]+|-+$/g, "")
    .slice(0, 80) || "-";
}
