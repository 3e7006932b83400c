/**
 * What the commands of the `leftfold` program share: how one is declared, and what each is told.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { type ColdPlace, withCold } from "./cold_place.ts";
import { once, someText } from "./option_value.ts";
import type { Request } from "./request.ts";

/** Takes what a command line asks for. */
export type Ask = (request: Request) => void;

/** The options that every command has. */
export interface Common {
  readonly store: string;
  readonly json?: true;
}

/** A command, with the options that every one has. `json` says what `--json` prints. */
export function command(
  program: Command,
  name: string,
  description: string,
  json: string,
): Command {
  return program.command(name)
    .description(description)
    .addOption(
      new Option("--store <dir>", "the directory of the store")
        .argParser(once(someText)).makeOptionMandatory(),
    )
    .option("--json", `answers for programs: ${json}`);
}

/** The options of a command that works on a store that may be archived. */
export interface CommonCold extends Common {
  readonly cold?: ColdPlace;
}

/** The same, for a command that works on a store that may be archived. */
export function commandOnArchived(...declared: Parameters<typeof command>): Command {
  return withCold(command(...declared));
}

/** What those options say. */
export function common(
  { store, json, cold }: CommonCold,
): { readonly store: string; readonly json: boolean; readonly cold?: ColdPlace } {
  return { store, json: json === true, ...(cold !== undefined && { cold }) };
}
