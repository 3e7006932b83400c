/**
 * The command line: what the user asks for, read from the arguments, and nothing done yet.
 *
 * @module
 */
import { Command, CommanderError, Option } from "commander";
import * as E from "fp-ts/lib/Either.js";
import type { Durability } from "leftfold/stores/file";
import { addLaws } from "./laws_command.ts";
import { moment, once, oneOf, someText, wholeNumber } from "./option_value.ts";
import {
  filtered,
  type Filters,
  type Hot,
  hotOnly,
  modeOf,
  type Salvage,
  salvaging,
  selection,
} from "./record_options.ts";
import type { Request } from "./request.ts";
import { addRetention } from "./retention_commands.ts";
import { type Ask, commandOnArchived, common, type CommonCold } from "./subcommand.ts";
import { addUpkeep } from "./upkeep_commands.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The end of a run that did not begin: a text to show, and the exit code. */
export interface Ended {
  readonly text: string;
  /** 0 if help or the version was asked for, 2 if the command line is wrong. */
  readonly exitCode: 0 | 2;
}

/** The bounds of `--segment-bytes`: those of a file store, which does not tell them. */
export const segmentBytes: { readonly least: number; readonly greatest: number } = {
  least: 1024,
  greatest: 31 * 2 ** 30,
};

const durabilities: ReadonlyArray<Durability> = ["sync", "os", "none"];

const afterwards = `
Exit codes: 0 fine; 1 a problem was found; 2 wrong use; 130 and 143 ended by Ctrl-C or a request to
end, with the store closed cleanly ("follow" ends with 0 by Ctrl-C, since it has no other end).

"leftfold <command> --help" tells the options of a command.`;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Reads the arguments behind the name of the command. */
export function readCommandLine(
  args: ReadonlyArray<string>,
  version: string,
): E.Either<Ended, Request> {
  const printed: Array<string> = [];
  const asked: Array<Request> = [];
  const print = (text: string): void => void printed.push(text);
  const program = new Command("leftfold")
    .description(
      "Works on leftfold stores, which are event logs in directories, and checks the laws of domains.",
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print })
    .showHelpAfterError('("--help" tells what is possible)')
    .addHelpText("after", afterwards);
  addCommands(program, (request) => asked.push(request));
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return E.left({ text: printed.join("").trimEnd(), exitCode: error.exitCode === 0 ? 0 : 2 });
  }
  const [request] = asked;
  // Without a command, the parser has shown the help and thrown.
  if (request === undefined) throw new Error("The command line was read, and no command found");
  return E.right(request);
}

function addCommands(program: Command, ask: Ask): void {
  addImport(program, ask);
  addExport(program, ask);
  addRead(program, ask);
  addFollow(program, ask);
  addStreams(program, ask);
  commandOnArchived(
    program,
    "stats",
    "Says what a store holds, and what lies on the disk.",
    "one object",
  )
    .action((options: CommonCold) => ask({ _tag: "Stats", ...common(options) }));
  addUpkeep(program, ask);
  addRetention(program, ask);
  addLaws(program, ask);
}

// ---------------------------------------------------------------------------
// the commands
// ---------------------------------------------------------------------------

interface ImportOptions extends CommonCold {
  readonly segmentBytes?: number;
  readonly durability?: Durability;
}

function addImport(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "import",
    "Stores what lines of CloudEvents say: streams, ids, times and order as they are. Nothing is " +
      "written unless every line is good. Run again, it goes on where it was interrupted, and adds " +
      "nothing twice.",
    "one object",
  )
    .argument("<file>", "CloudEvents 1.0 in JSON, one a line; .gz too; - for the standard input")
    .addOption(
      new Option("--segment-bytes <number>", "when a segment of the log is full, for a new store")
        .argParser(once(wholeNumber(segmentBytes.least, segmentBytes.greatest))),
    )
    .addOption(
      new Option(
        "--durability <level>",
        "what is waited for: sync, until flushed to the disk; os, until written; none, nothing " +
          '(default: "sync")',
      ).argParser(once(oneOf(durabilities))),
    )
    .action((file: string, { segmentBytes, durability, ...options }: ImportOptions) =>
      ask({
        _tag: "Import",
        ...common(options),
        file,
        ...(segmentBytes !== undefined && { segmentBytesMax: segmentBytes }),
        ...(durability !== undefined && { durability }),
      })
    );
}

interface ExportOptions extends CommonCold, Filters, Hot, Salvage {
  readonly output?: string;
}

function addExport(program: Command, ask: Ask): void {
  const sub = commandOnArchived(
    program,
    "export",
    "Prints records as lines of CloudEvents 1.0, in the order of the log: what import reads.",
    "with --output, one object; the lines themselves are JSON in any case",
  )
    .addOption(
      new Option("--output <file>", "where the lines go instead of to the standard output; .gz too")
        .argParser(once(someText)),
    );
  salvaging(hotOnly(filtered(sub, "after", "until"))).action((
    { output, ...options }: ExportOptions,
  ) =>
    ask({
      _tag: "Export",
      ...common(options),
      ...selection(options),
      mode: modeOf(options),
      ...(output !== undefined && { output }),
    })
  );
}

interface ReadOptions extends CommonCold, Filters, Hot, Salvage {
  readonly backward?: true;
  readonly limit?: number;
  readonly asOf?: Date;
}

function addRead(program: Command, ask: Ask): void {
  const sub = commandOnArchived(
    program,
    "read",
    "Prints records: position, recorded time, stream and version, type, data.",
    "an object a record, one a line",
  );
  salvaging(hotOnly(filtered(sub, "after", "until")))
    .option("--backward", "the last record first")
    .addOption(
      new Option("--limit <number>", "so many records at most").argParser(once(wholeNumber(1))),
    )
    .addOption(
      new Option("--as-of <time>", "the store as it was at a moment; a day is its beginning in UTC")
        .argParser(once(moment)).conflicts("until"),
    )
    .action(({ backward, limit, asOf, ...options }: ReadOptions) =>
      ask({
        _tag: "Read",
        ...common(options),
        ...selection(options),
        mode: modeOf(options),
        direction: backward === true ? "backward" : "forward",
        ...(limit !== undefined && { recordsMax: limit }),
        ...(asOf !== undefined && { asOf }),
      })
    );
}

function addFollow(program: Command, ask: Ask): void {
  const sub = commandOnArchived(
    program,
    "follow",
    "Prints records as read does, and then those to come, until Ctrl-C.",
    "an object a record, one a line",
  );
  filtered(sub, "after").action((options: CommonCold & Filters) =>
    ask({ _tag: "Follow", ...common(options), ...selection(options) })
  );
}

interface StreamsOptions extends CommonCold {
  readonly prefix?: string;
}

function addStreams(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "streams",
    "Prints streams, in an order of the store's own: position of the last record, name and version.",
    "an object a stream, one a line",
  )
    .addOption(
      new Option("--prefix <text>", "only streams whose names begin with it")
        .argParser(once(someText)),
    )
    .action(({ prefix, ...options }: StreamsOptions) =>
      ask({ _tag: "Streams", ...common(options), ...(prefix !== undefined && { prefix }) })
    );
}
