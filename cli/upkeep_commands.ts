/**
 * The commands for whoever looks after a store, as the command line declares them: what proves it,
 * what mends it, what copies it.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Anchor, CodecName, LogPlace } from "leftfold/stores/file";
import { anchorIn } from "./anchor_text.ts";
import { type ColdPlace, coldPlace } from "./cold_place.ts";
import { age, logPlace, once, oneOf, someText, wholeNumber } from "./option_value.ts";
import {
  type Ask,
  command,
  commandOnArchived,
  type Common,
  common,
  type CommonCold,
} from "./subcommand.ts";

/** Adds them to a program. */
export function addUpkeep(program: Command, ask: Ask): void {
  addHead(program, ask);
  addVerify(program, ask);
  addRepair(program, ask);
  addArchive(program, ask);
  addBackup(program, ask);
  addRestore(program, ask);
  addIndex(program, ask);
}

interface HeadOptions extends CommonCold {
  readonly position?: number;
}

function addHead(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "head",
    "Prints a position and the hash of all history up to it. Kept where whoever can write to the " +
      'store cannot, it tells later whether history was rewritten: "leftfold verify --anchor".',
    "one object",
  )
    .addOption(
      new Option("--position <number>", "up to the end of the commit that holds this position")
        .argParser(once(wholeNumber(0))),
    )
    .action(({ position, ...options }: HeadOptions) =>
      ask({ _tag: "Head", ...common(options), ...(position !== undefined && { position }) })
    );
}

interface VerifyOptions extends CommonCold {
  readonly deep?: true;
  readonly anchor?: Anchor;
}

function addVerify(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "verify",
    "Looks at every byte of a store, and names each that is not what was written. What a killed " +
      "writer left behind the end of the log is told, and is no problem.",
    "one object",
  )
    .option(
      "--deep",
      "compare what is derived too: index runs with the log, saved states with its history",
    )
    .addOption(
      new Option("--anchor <position:hash>", 'what "leftfold head" has printed earlier')
        .argParser(once(anchorIn)),
    )
    .action(({ deep, anchor, ...options }: VerifyOptions) =>
      ask({
        _tag: "Verify",
        ...common(options),
        isDeep: deep === true,
        ...(anchor !== undefined && { anchor }),
      })
    );
}

interface RepairOptions extends CommonCold {
  readonly at?: LogPlace;
  readonly dryRun?: true;
  readonly yes?: true;
}

function addRepair(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "repair",
    "Says where the log of a damaged store is sound to, and what lies behind that. With --yes or " +
      "--at the log ends there from then on: what lies behind stays in its files, outside the log. " +
      "Nothing is ever deleted.",
    "one object",
  )
    .option("--dry-run", "only say what would be done, which is what happens without options too")
    .addOption(
      new Option("--yes", "do it, at the last place to which the log is sound")
        .conflicts("dryRun"),
    )
    .addOption(
      new Option("--at <segment:offset>", "do it at this place instead, where a commit ends")
        .argParser(once(logPlace)),
    )
    .action(({ at, dryRun, yes, ...options }: RepairOptions) =>
      ask({
        _tag: "Repair",
        ...common(options),
        ...(at !== undefined && { at }),
        isDone: dryRun !== true && (yes === true || at !== undefined),
      })
    );
}

interface ArchiveOptions extends Common {
  readonly to: ColdPlace;
  readonly through?: number;
  readonly throughSegment?: number;
  readonly olderThan?: number;
  readonly keepBytes?: number;
  readonly codec?: CodecName;
  readonly dryRun?: true;
}

const codecs: ReadonlyArray<CodecName> = ["deflate-raw", "zstd"];

function addArchive(program: Command, ask: Ask): void {
  command(
    program,
    "archive",
    "Moves segments that are full to a cold tier, compressed, the oldest first: all of them, or " +
      "those for which all holds that is asked for. Each is read back and compared before its own " +
      "file goes. Other commands read them with --cold.",
    "one object",
  )
    .addOption(
      new Option("--to <place>", "the cold tier: a directory, or s3://bucket/prefix")
        .argParser(once(coldPlace)).makeOptionMandatory(),
    )
    .addOption(
      new Option("--through <position>", "only segments that end at or before this position")
        .argParser(once(wholeNumber(1))),
    )
    .addOption(
      new Option("--through-segment <number>", "only segments up to and with this one")
        .argParser(once(wholeNumber(1))).conflicts("through"),
    )
    .addOption(
      new Option("--older-than <age>", "only segments without a younger commit; such as 90d or 12h")
        .argParser(once(age)),
    )
    .addOption(
      new Option(
        "--keep-bytes <number>",
        "leave so many bytes of the log where they are: the newest",
      )
        .argParser(once(wholeNumber(0))),
    )
    .addOption(
      new Option(
        "--codec <name>",
        'how it is compressed: deflate-raw or zstd (default: "deflate-raw")',
      )
        .argParser(once(oneOf(codecs))),
    )
    .option("--dry-run", "only say what would be moved")
    .action((
      { to, through, throughSegment, olderThan, keepBytes, codec, dryRun, ...options }:
        ArchiveOptions,
    ) =>
      ask({
        _tag: "Archive",
        ...common(options),
        to,
        codec: codec ?? "deflate-raw",
        isDone: dryRun !== true,
        policy: {
          ...(through !== undefined && { through: { position: through } }),
          ...(throughSegment !== undefined && { through: { segment: throughSegment } }),
          ...(olderThan !== undefined && { olderThanMs: olderThan }),
          ...(keepBytes !== undefined && { keepBytes }),
        },
      })
    );
}

function addBackup(program: Command, ask: Ask): void {
  commandOnArchived(
    program,
    "backup",
    "Copies a store into another directory, beside a writer if there is one, and verifies what it " +
      "has written. Run again, it copies only what is new, or goes on where it was interrupted.",
    "one object",
  )
    .addOption(
      new Option("--to <dir>", "the directory of the backup: empty, or with an earlier one")
        .argParser(once(someText)).makeOptionMandatory(),
    )
    .option("--no-index", "leave out the index, which a store that is restored then makes again")
    .action((
      { to, index, ...options }: CommonCold & { readonly to: string; readonly index: boolean },
    ) => ask({ _tag: "Backup", ...common(options), to, withIndex: index }));
}

function addRestore(program: Command, ask: Ask): void {
  command(
    program,
    "restore",
    "Makes a store of a backup, in an empty directory. The backup stays as it is.",
    "one object",
  )
    .addOption(
      new Option("--from <dir>", "the directory of the backup")
        .argParser(once(someText)).makeOptionMandatory(),
    )
    .action(({ from, ...options }: Common & { readonly from: string }) =>
      ask({ _tag: "Restore", ...common(options), from })
    );
}

function addIndex(program: Command, ask: Ask): void {
  const index = program.command("index").description("Works on the index of a store.");
  commandOnArchived(
    index,
    "rebuild",
    "Makes the whole index of a store again from its log, and believes nothing of what is there. " +
      "Nobody else may write to the store meanwhile.",
    "one object",
  ).action((options: CommonCold) => ask({ _tag: "RebuildIndex", ...common(options) }));
}
