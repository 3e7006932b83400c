/**
 * What files are called, how long they are, and which words they use.
 *
 * @module
 */
import type { Node } from "@babel/types";
import {
  complaint,
  endOf,
  importsOf,
  isIn,
  lineOf,
  type Parsed,
  type Rule,
  typeScript,
  visit,
} from "./source.ts";

/** Drawers: names that say nothing about what is inside. */
const drawers: ReadonlySet<string> = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "shared",
  "misc",
  "types",
  "index",
]);

const noDrawers: Rule = {
  name: "no file and no folder is a drawer",
  check: (files) =>
    files.flatMap(({ path }) => {
      const drawer = path.split("/").map((step) => step.replace(/(_test)?\.\w+$/, ""))
        .find((step) => drawers.has(step));
      return drawer === undefined
        ? []
        : [complaint(path, 1, `"${drawer}" does not say what is in it`)];
    }),
};

const snakeCase: Rule = {
  name: "files are called in snake_case",
  check: (files) =>
    files.filter(({ path }) => /\.(ts|mjs)$/.test(path))
      .filter(({ path }) =>
        !/^[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.(ts|mjs)$/.test(path.split("/").at(-1) ?? "")
      )
      .map(({ path }) => complaint(path, 1, "the name must be snake_case")),
};

const testNames: Rule = {
  name: "tests are called x_test.ts, so that all three runtimes find them",
  check: (files) =>
    typeScript(files).flatMap((file) => {
      const isTest = file.path.endsWith("_test.ts");
      if (isTest && !isIn(file.path, "test")) {
        return [complaint(file.path, 1, "tests belong to test/")];
      }
      const runner = importsOf(file).find(({ specifier, isTypeOnly }) =>
        specifier === "node:test" && !isTypeOnly
      );
      return runner === undefined || isTest || isIn(file.path, "test/support")
        ? []
        : [complaint(file.path, runner.line, "a file that holds tests must end in _test.ts")];
    }),
};

/** No file is longer, in lines. */
export const fileLinesMax = 400;

const fileLength: Rule = {
  name: `no file is longer than ${fileLinesMax} lines`,
  check: (files) =>
    files.filter(({ path }) => path.endsWith(".ts")).flatMap(({ path, text }) => {
      const lines = text.trimEnd().split("\n").length;
      return lines <= fileLinesMax
        ? []
        : [complaint(path, lines, `${lines} lines; at most ${fileLinesMax}, so divide it`)];
    }),
};

/** No function is longer, in lines of its own. */
export const functionLinesMax = 70;

function isFunction(node: Node): boolean {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression" || node.type === "ObjectMethod" ||
    node.type === "ClassMethod";
}

/** The lines of each function, without those of the functions inside: they are told apart. */
function ownLines(file: Parsed): ReadonlyMap<Node, number> {
  const lines = new Map<Node, number>();
  visit(file.body, (node, around) => {
    if (!isFunction(node)) return;
    const length = endOf(node) - lineOf(node) + 1;
    lines.set(node, length);
    const outer = [...around].reverse().find(isFunction);
    // The line on which the inner function begins belongs to both.
    if (outer !== undefined) lines.set(outer, (lines.get(outer) ?? 0) - (length - 1));
  });
  return lines;
}

const functionLength: Rule = {
  name: `no function is longer than ${functionLinesMax} lines`,
  check: (files) =>
    typeScript(files).flatMap((file) =>
      [...ownLines(file)].filter(([, lines]) => lines > functionLinesMax).map(([node, lines]) =>
        complaint(
          file.path,
          lineOf(node),
          `a function of ${lines} lines; at most ${functionLinesMax}, so divide it`,
        )
      )
    ),
};

interface Banned {
  readonly pattern: RegExp;
  readonly instead: string;
}

const banned: ReadonlyArray<Banned> = [
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/, instead: "do it, or write an issue" },
  { pattern: /\baggregate root\b/i, instead: "say decider or stream" },
  { pattern: /\b(sequence number|seqno)s?\b/i, instead: "say version or position" },
  { pattern: /\b(blacklist|whitelist)/i, instead: "say what is allowed or refused" },
  { pattern: /\b(simply|obviously|blazing(ly)?|seamless(ly)?)\b/i, instead: "leave the word out" },
  { pattern: /(?<![\w.])\/(work|home|root|Users)\/\w/, instead: "name no place of one machine" },
  { pattern: /registry\.(npmjs|yarnpkg)|npm\.jsr\.io/i, instead: "name no registry's host" },
  { pattern: /\b(CEO|colleague)s?\b/, instead: "tell of the program, not of who made it" },
];

const words: Rule = {
  name: "the words are ours",
  check: (files) =>
    // The rules themselves have to name what they ban.
    files.filter(({ path }) => !isIn(path, "test/tidy", "test/tidy_test.ts")).flatMap((file) =>
      file.text.split("\n").flatMap((line, index) =>
        banned.flatMap(({ pattern, instead }) => {
          const [found] = line.match(pattern) ?? [];
          return found === undefined
            ? []
            : [complaint(file.path, index + 1, `"${found}": ${instead}`)];
        })
      )
    ),
};

/** What files are called, how long they are, and which words they use. */
export const nameRules: ReadonlyArray<Rule> = [
  noDrawers,
  snakeCase,
  testNames,
  fileLength,
  functionLength,
  words,
];
