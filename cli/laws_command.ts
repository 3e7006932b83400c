/**
 * `leftfold laws`, as the command line declares it.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { once, someText, wholeNumber } from "./option_value.ts";
import type { Ask } from "./subcommand.ts";

interface LawsOptions {
  readonly runs?: number;
  readonly seed?: number;
  readonly path?: string;
  readonly law?: string;
  readonly corpus?: string;
  readonly json?: true;
}

/** Adds it to a program. */
export function addLaws(program: Command, ask: Ask): void {
  const sub = program.command("laws")
    .description(
      "Checks the laws that a module exports: a line for each, and the story of each that is " +
        "broken, with a test to paste. What is left out here is read from LEFTFOLD_RUNS, " +
        "LEFTFOLD_PROFILE (dev, ci, soak), LEFTFOLD_SEED, LEFTFOLD_PATH and LEFTFOLD_LAW.",
    )
    .argument("<file>", "a module that exports laws, such as export const laws = deciderLaws(...)")
    .addOption(
      new Option("--runs <number>", "so many cases of each law (default: 100)")
        .argParser(once(wholeNumber(1, 2 ** 31 - 1))),
    )
    .addOption(
      new Option("--seed <number>", "of the drawing; by chance if left out").argParser(once(seed)),
    )
    .addOption(
      new Option("--law <name>", 'only laws that are called so: DE16, or "order DE16/a name"')
        .argParser(once(someText)),
    )
    .addOption(
      new Option("--path <path>", "of a failure: straight to its case; wants --law and --seed")
        .argParser(once(path)),
    )
    .addOption(
      new Option("--corpus <dir>", "where cases that break a law are kept, and judged first")
        .argParser(once(someText)),
    )
    .option("--json", "answers for programs: one object");
  sub.action((file: string, { json, ...options }: LawsOptions) => {
    if (options.path !== undefined && (options.law === undefined || options.seed === undefined)) {
      sub.error("error: option '--path <path>' wants --law and --seed beside it");
    }
    ask({ _tag: "Laws", file, json: json === true, ...options });
  });
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || Math.abs(value) >= 2 ** 31) {
    throw new InvalidArgumentError("Wanted a whole number of 32 bits, as a failure prints it.");
  }
  return value;
}

function path(text: string): string {
  if (!/^\d+(:\d+)*$/.test(text)) {
    throw new InvalidArgumentError("Wanted numbers with colons, as a failure prints them.");
  }
  return text;
}
