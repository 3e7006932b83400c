/**
 * The options that say which records are asked for.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { QueryItem } from "leftfold";
import { listed, once, someText, wholeNumber } from "./option_value.ts";
import type { Selection } from "./request.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is read of the options that `filtered` adds. */
export interface Filters {
  readonly stream?: string;
  readonly category?: string;
  readonly type?: ReadonlyArray<string>;
  readonly tag?: ReadonlyArray<string>;
  readonly after?: number;
  readonly until?: number;
}

/** What is read of the option that `hotOnly` adds. */
export interface Hot {
  readonly hot?: true;
}

/** What is read of the option that `salvaging` adds. */
export interface Salvage {
  readonly salvage?: true;
}

const positions = {
  after: "only records after this position",
  until: "only records up to and with this position",
};

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Adds the filters to a command, and those of the ends that it takes. */
export function filtered(
  command: Command,
  ...ends: ReadonlyArray<keyof typeof positions>
): Command {
  command
    .addOption(new Option("--stream <name>", "only this stream").argParser(once(someText)))
    .addOption(
      new Option("--category <name>", "only streams whose names begin with it and a -")
        .argParser(once(someText)),
    )
    .addOption(
      new Option("--type <name>", "only events of this type; several: of any of them")
        .argParser(listed(someText)),
    )
    .addOption(
      new Option("--tag <text>", "only records with this tag; several: with all of them")
        .argParser(listed(someText)),
    );
  for (const end of ends) {
    command.addOption(
      new Option(`--${end} <position>`, positions[end]).argParser(once(wholeNumber(0))),
    );
  }
  return command;
}

/** Adds the way to read without waiting for a cold tier. */
export function hotOnly(command: Command): Command {
  return command.option("--hot", "leave out records that are archived");
}

/** Adds the way to read a store that is damaged. */
export function salvaging(command: Command): Command {
  return command.option("--salvage", "of a damaged store, what is sound before the damage");
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** How the store is opened for reading. */
export function modeOf({ salvage }: Salvage): "readOnly" | "salvage" {
  return salvage === true ? "salvage" : "readOnly";
}

/** What the filters ask for. */
export function selection(
  { stream, category, type, tag, after, until, hot }: Filters & Hot,
): Selection {
  const query: QueryItem = {
    ...(stream !== undefined && { stream }),
    ...(category !== undefined && { category }),
    ...(type !== undefined && { types: type }),
    ...(tag !== undefined && { tags: tag }),
  };
  return {
    query,
    ...(after !== undefined && { after }),
    ...(until !== undefined && { until }),
    ...(hot === true && { tiers: "hot" }),
  };
}
