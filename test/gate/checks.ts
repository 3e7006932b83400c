/**
 * The parts that are one command each: types, style, and what JSR would say.
 *
 * @module
 */
import { tool } from "./command.ts";
import { sources } from "./files.ts";
import { allSucceed, type Part } from "./part.ts";

function check(
  name: string,
  about: string,
  program: string,
  args: () => ReadonlyArray<string>,
): Part {
  return { name, about, run: async () => allSucceed([await tool(program, args())]) };
}

/** The parts that are one command each. */
export const checkParts: ReadonlyArray<Part> = [
  check("tsc", "TypeScript accepts every file", "tsc", () => ["-p", "tsconfig.json"]),
  check("pure", "the core compiles with no platform library", "tsc", () => [
    "-p",
    "tsconfig.pure.json",
  ]),
  check("check", "Deno's type check accepts every file", "deno", () => ["check", ...sources()]),
  check("lint", "deno lint finds nothing", "deno", () => ["lint"]),
  check("fmt", "every file is formatted", "deno", () => ["fmt", "--check"]),
  check("publish", "JSR would accept the package", "deno", () => [
    "publish",
    "--dry-run",
    "--allow-dirty",
  ]),
];
