/**
 * The commands that take something out of a store, as the command line declares them.
 *
 * Each only says what it would do, unless it is told to do it: what goes is gone for good.
 *
 * @module
 */
import { type Command, Option } from "commander";
import { once, someText, wholeNumber } from "./option_value.ts";
import { filtered, type Filters, selection } from "./record_options.ts";
import {
  type Ask,
  command,
  commandOnArchived,
  type Common,
  common,
  type CommonCold,
} from "./subcommand.ts";

/** Adds them to a program. */
export function addRetention(program: Command, ask: Ask): void {
  addTruncate(program, ask);
  addTombstone(program, ask);
  addDrop(program, ask);
  addErase(program, ask);
}

/** What is read of the options of a plan. */
interface Planned {
  readonly dryRun?: true;
  readonly yes?: true;
}

/** Adds the ways to only say a plan, and to carry it out. */
function planned(command: Command): Command {
  return command
    .description(
      `${command.description()} With --yes it is done; without, it is only said.`,
    )
    .option("--dry-run", "only say what would be done, which is what happens without options too")
    .addOption(new Option("--yes", "do it").conflicts("dryRun"));
}

const aPlan = "one object: the plan, and whether it is done";

function addTruncate(program: Command, ask: Ask): void {
  const sub = command(
    program,
    "truncate",
    "Leaves out the records of a stream before a version, from then on, for every reader. The last " +
      "record stays.",
    aPlan,
  ).addOption(
    new Option("--before <version>", "the first version that is still read")
      .argParser(once(wholeNumber(1))).makeOptionMandatory(),
  );
  cutting(sub, ask);
}

function addTombstone(program: Command, ask: Ask): void {
  const sub = command(
    program,
    "tombstone",
    "Ends a stream for good: none of its records is read any more, and an append to it is refused.",
    aPlan,
  );
  cutting(sub, ask);
}

interface CutOptions extends Common, Planned {
  /** None where the command takes none: then all of the stream goes. */
  readonly before?: number;
}

/** Lets a command cut the stream that it is told. */
function cutting(sub: Command, ask: Ask): void {
  planned(sub)
    .argument("<stream>", "the name of the stream", someText)
    .action((stream: string, { before, yes, ...options }: CutOptions) =>
      ask({
        _tag: "Cut",
        ...common(options),
        stream,
        ...(before !== undefined && { before }),
        isDone: yes === true,
      })
    );
}

interface DropOptions extends CommonCold, Planned {
  readonly below: number;
  readonly forget?: true;
}

function addDrop(program: Command, ask: Ask): void {
  const sub = commandOnArchived(
    program,
    "drop",
    "Removes the oldest segments of the log, those that lie below a position as a whole.",
    aPlan,
  )
    .addOption(
      new Option("--below <position>", "no record at or above it goes")
        .argParser(once(wholeNumber(1))).makeOptionMandatory(),
    )
    .option("--forget", "also if streams are forgotten by it that no tombstone has ended");
  planned(sub).action(({ below, forget, yes, ...options }: DropOptions) =>
    ask({
      _tag: "Drop",
      ...common(options),
      position: below,
      forget: forget === true,
      isDone: yes === true,
    })
  );
}

function addErase(program: Command, ask: Ask): void {
  const sub = commandOnArchived(
    program,
    "erase",
    "Erases data and metadata of the records that match, for good, for what the law says must go. " +
      "All else of them stays.",
    aPlan,
  );
  planned(filtered(sub, "after", "until")).action((
    { yes, ...options }: CommonCold & Planned & Filters,
  ) => {
    const { query, after, until } = selection(options);
    if (Object.keys(query).length === 0) {
      sub.error("error: wanted --stream, --category, --type or --tag: no store is erased whole");
    }
    ask({
      _tag: "Erase",
      ...common(options),
      query,
      ...(after !== undefined && { after }),
      ...(until !== undefined && { until }),
      isDone: yes === true,
    });
  });
}
