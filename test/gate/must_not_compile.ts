/**
 * Wrong programs that the compilers must refuse. Each stands below a `@ts-expect-error`, which is
 * itself an error as soon as its line is accepted.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, tool } from "./command.ts";
import { root, walk } from "./files.ts";
import { complaints, type Part } from "./part.ts";

const home = "test/must_not_compile";

/** Both compilers over TypeScript files of one folder, which has a tsconfig.json. */
function compile(folder: string, files: ReadonlyArray<string>): Promise<ReadonlyArray<Outcome>> {
  return Promise.all([
    tool("tsc", ["-p", join(folder, "tsconfig.json")]),
    tool("deno", ["check", ...files]),
  ]);
}

/** A right program that is said to be wrong: whoever accepts it in silence checks nothing. */
async function planted(): Promise<ReadonlyArray<string>> {
  const folder = join(root, "build", "planted");
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", include: ["."], exclude: [] }),
    );
    const file = join(folder, "accepted.ts");
    writeFileSync(file, "// @ts-expect-error: nothing is wrong\nexport const fine: number = 1;\n");
    const outcomes = await compile(folder, [file]);
    return outcomes
      .filter(({ code, output }) => code === 0 || !output.includes("TS2578"))
      .map(({ output }) => `a program that is accepted went unnoticed by\n${output}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Says of a file what its compilers cannot: that it expects something, and why. */
export function unexplained(path: string, text: string): ReadonlyArray<string> {
  const directives = text.split("\n").flatMap((line, index) => {
    const [, reason] = line.match(/^\s*\/\/ @ts-expect-error\b(.*)$/) ?? [];
    return reason === undefined ? [] : [{ line: index + 1, reason }];
  });
  if (directives.length === 0) return [`${path}: no @ts-expect-error in it`];
  return directives.filter(({ reason }) => !/^:? \S/.test(reason)).map(({ line }) =>
    `${path}:${line}: say after @ts-expect-error what is wrong with the next line`
  );
}

/** The wrong programs, and the proof that an accepted one would be noticed. */
export const mustNotCompilePart: Part = {
  name: "must-not-compile",
  about: "the compilers refuse what is wrong",
  run: async () => {
    const files = walk(home).filter((path) => path.endsWith(".ts"));
    if (files.length === 0) return complaints([`${home} holds no program`]);
    const refusals = await compile(home, files);
    return complaints([
      ...refusals.filter(({ code }) => code !== 0).map(({ output }) => output),
      ...files.flatMap((path) => unexplained(path, readFileSync(join(root, path), "utf8"))),
      ...await planted(),
    ]);
  },
};
