/**
 * What the user asks for on the command line.
 *
 * @module
 */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import * as E from "fp-ts/lib/Either.js";
import { basename, join } from "node:path";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where the declarations come from. */
export type Source =
  | { readonly _tag: "Generated"; readonly seed: number; readonly declarations: number }
  | { readonly _tag: "File"; readonly path: string };

/** What is to be done. */
export interface Settings {
  readonly source: Source;
  /** The folder of the history; that of the commands is called like it, with `-commands`. */
  readonly store: string;
}

/** The end of a run before it began: a text to show, and the exit code. */
export interface Ended {
  readonly text: string;
  /** 0 if nothing is wrong (help), 1 if a problem was found, 2 if the command line is wrong. */
  readonly exitCode: 0 | 1 | 2;
}

const defaultSeed = 1;
const defaultDeclarations = 2000;
const declarationsMax = 200_000;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Reads the arguments: those behind `npm start --`. */
export function readSettings(args: ReadonlyArray<string>): E.Either<Ended, Settings> {
  const printed: Array<string> = [];
  const print = (text: string): void => void printed.push(text);
  const command = new Command("npm start --")
    .description(
      "Runs the travel-expense example into two file stores: the input as history, as it was, and " +
        "the same input as commands that a decider accepts or rejects. Run again, it continues.",
    )
    .option("--input <file>", "CloudEvents, one a line; .gz too (default: generated declarations)")
    .option("--store <folder>", "where the history goes (default: data/<name of the input>)")
    .option("--seed <number>", `seed of the generator (default: ${defaultSeed})`, wholeNumber)
    .option(
      "--declarations <number>",
      `how many to generate (default: ${defaultDeclarations})`,
      wholeNumber,
    )
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return E.left({ text: printed.join("").trimEnd(), exitCode: error.exitCode === 0 ? 0 : 2 });
  }
  return settingsOf(command.opts<Options>(), command.args);
}

interface Options {
  readonly input?: string;
  readonly store?: string;
  readonly seed?: number;
  readonly declarations?: number;
}

function settingsOf(
  { input, store, seed, declarations }: Options,
  rest: ReadonlyArray<string>,
): E.Either<Ended, Settings> {
  if (rest.length > 0) {
    return wrongUse(`error: do not know what to do with '${rest.join(" ")}'; see --help`);
  }
  if (input !== undefined && (seed !== undefined || declarations !== undefined)) {
    return wrongUse(
      "error: --seed and --declarations make an input, --input names one; give either",
    );
  }
  if (declarations !== undefined && (declarations < 1 || declarations > declarationsMax)) {
    return wrongUse(
      `error: --declarations wants 1 to ${
        declarationsMax.toLocaleString("en")
      }, not ${declarations}`,
    );
  }
  const source: Source = input === undefined
    ? {
      _tag: "Generated",
      seed: seed ?? defaultSeed,
      declarations: declarations ?? defaultDeclarations,
    }
    : { _tag: "File", path: input };
  return E.right({ source, store: store ?? join("data", nameOf(source)) });
}

function wrongUse(text: string): E.Either<Ended, never> {
  return E.left({ text, exitCode: 2 });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Wanted a whole number.");
  return Number(text);
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The name of an input: that of its file, or of what it is generated from. */
export function nameOf(source: Source): string {
  if (source._tag === "File") {
    return basename(source.path).replace(/\.gz$/, "").replace(/\.(ndjson|jsonl|json)$/, "");
  }
  const size = source.declarations === defaultDeclarations ? "" : `-${source.declarations}`;
  return `generated-${source.seed}${size}`;
}
