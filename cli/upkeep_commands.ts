/**
 * The commands for whoever looks after a store, as the command line declares them: what proves it,
 * what mends it, what copies it.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Anchor, LogPlace } from "leftfold/stores/file";
import { anchorIn } from "./anchor_text.ts";
import { logPlace, once, someText, wholeNumber } from "./option_value.ts";
import { type Ask, command, type Common, common } from "./subcommand.ts";

/** Adds them to a program. */
export function addUpkeep(program: Command, ask: Ask): void {
  addHead(program, ask);
  addVerify(program, ask);
  addRepair(program, ask);
  addBackup(program, ask);
  addRestore(program, ask);
}

interface HeadOptions extends Common {
  readonly position?: number;
}

function addHead(program: Command, ask: Ask): void {
  command(
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

interface VerifyOptions extends Common {
  readonly deep?: true;
  readonly anchor?: Anchor;
}

function addVerify(program: Command, ask: Ask): void {
  command(
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

interface RepairOptions extends Common {
  readonly at?: LogPlace;
  readonly dryRun?: true;
  readonly yes?: true;
}

function addRepair(program: Command, ask: Ask): void {
  command(
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

function addBackup(program: Command, ask: Ask): void {
  command(
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
      { to, index, ...options }: Common & { readonly to: string; readonly index: boolean },
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
