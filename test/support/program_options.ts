/**
 * The options of a program that works on the project: what its first comment says is its help.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** Reads the command line of a program; ends it with its help if asked, or if an option is wrong. */
export function programOptions<Config extends ParseArgsConfig>(
  program: URL,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.includes("--help")) {
    console.log(helpOf(program));
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    // So it says what is wrong with an option; all else is a defect.
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${helpOf(program)}`);
    process.exit(2);
  }
}

function helpOf(program: URL): string {
  const [, comment = ""] = /^\/\*\*\n(.*?) \*\//s.exec(readFileSync(program, "utf8")) ?? [];
  return comment.replaceAll(/^ \* ?/gm, "").replace("@module", "").trim();
}
