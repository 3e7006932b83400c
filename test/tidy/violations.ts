/**
 * For each rule at least one small tree that goes against it, and the words that it then says. A
 * rule that was never seen to complain may be blind.
 *
 * @module
 */

/** A tree that goes against a rule. */
export interface Violation {
  readonly rule: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What the rule says, among other things. */
  readonly complaint: string;
}

function manifest(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ name: "a", version: "1.0.0", license: "MIT", exports: {}, ...fields });
}

const entry = manifest({ exports: { ".": "./mod.ts" } });

const ofImports: ReadonlyArray<Violation> = [
  {
    rule: "a module of src imports only from its left",
    files: { "src/stream.ts": 'import { run } from "./run.ts";\n' },
    complaint:
      "src/stream.ts:1: stream may not import run, which is not to its left in test/tidy/areas.ts",
  },
  {
    rule: "every module of src and stores/file has its place on the map",
    files: { "src/strange.ts": "" },
    complaint: "src/strange.ts:1: enter it into moduleOrder of test/tidy/areas.ts",
  },
  {
    rule: "every module of src and stores/file has its place on the map",
    files: { "stores/file/strange.ts": "" },
    complaint: "stores/file/strange.ts:1: enter it into pureFiles or actingFiles of " +
      "test/tidy/areas.ts",
  },
  {
    rule: "imports point inwards",
    files: { "src/view.ts": '\nexport * from "../stores/memory.ts";\n' },
    complaint: "src/view.ts:2: src may not import stores/memory.ts",
  },
  {
    rule: "imports point inwards",
    files: { "src/view.ts": 'import "./laws/view.ts";\n' },
    complaint: "src/view.ts:1: src may not import src/laws/view.ts",
  },
  {
    rule: "imports point inwards",
    files: { "stores/memory.ts": 'import "./file/log.ts";\n' },
    complaint: "stores/memory.ts:1: stores may not import stores/file/log.ts",
  },
  {
    rule: "imports point inwards",
    files: { "package.json": entry, "cli/main.ts": 'import "../src/view.ts";\n' },
    complaint: "cli/main.ts:1: cli may not import src/view.ts",
  },
  {
    rule: "imports are written so that every runtime finds them",
    files: { "src/view.ts": 'import * as E from "fp-ts/Either";\n' },
    complaint: 'src/view.ts:1: "fp-ts/Either" must be fp-ts/lib/X.js',
  },
  {
    rule: "imports are written so that every runtime finds them",
    files: { "src/view.ts": 'import "./frozen";\n' },
    complaint: 'src/view.ts:1: "./frozen" must end in .ts',
  },
  {
    rule: "imports are written so that every runtime finds them",
    files: { "src/view.ts": 'import * as t from "io-ts";\n' },
    complaint: "src/view.ts:1: io-ts belongs to codecs",
  },
  {
    rule: "imports are written so that every runtime finds them",
    files: { "src/decider.ts": 'import * as E from "fp-ts/lib/Either.js";\n' },
    complaint:
      "src/decider.ts:1: decider may take only types from fp-ts/lib/Either.js; see src/either.ts",
  },
  {
    rule: "imports are written so that every runtime finds them",
    files: { "stores/memory.ts": 'const fc = await import("fast-check");\n' },
    complaint: "stores/memory.ts:1: fast-check may not be imported here",
  },
  {
    rule: "node: is imported only where a machine is wanted",
    files: { "stores/file/reader.ts": 'import { open } from "node:fs";\n' },
    complaint: "stores/file/reader.ts:1: node:fs may not be imported here",
  },
  {
    rule: "pure files of stores/file import no file that acts",
    files: { "stores/file/format/frame.ts": 'import type { Log } from "../log.ts";\n' },
    complaint: "stores/file/format/frame.ts:1: format/frame is pure, and log acts",
  },
  {
    rule: "no import leads back to where it came from",
    files: {
      "src/view.ts": 'import type { A } from "./run.ts";\n',
      "src/run.ts": 'import "./view.ts";\n',
    },
    complaint: "src/view.ts:1: a cycle of imports: src/view.ts -> src/run.ts -> src/view.ts",
  },
  {
    rule: "every file of src and stores is reached from an entry point",
    files: { "package.json": entry, "mod.ts": "", "src/view.ts": "" },
    complaint: "src/view.ts:1: no entry point leads here",
  },
];

const ofNames: ReadonlyArray<Violation> = [
  {
    rule: "no file and no folder is a drawer",
    files: { "src/utils/view.ts": "" },
    complaint: 'src/utils/view.ts:1: "utils" does not say what is in it',
  },
  {
    rule: "no file and no folder is a drawer",
    files: { "test/helpers_test.ts": "" },
    complaint: 'test/helpers_test.ts:1: "helpers" does not say what is in it',
  },
  {
    rule: "files are called in snake_case",
    files: { "src/eventStore.ts": "" },
    complaint: "src/eventStore.ts:1: the name must be snake_case",
  },
  {
    rule: "tests are called x_test.ts, so that all three runtimes find them",
    files: { "test/view.test.ts": 'import { it } from "node:test";\n' },
    complaint: "test/view.test.ts:1: a file that holds tests must end in _test.ts",
  },
  {
    rule: "no file is longer than 400 lines",
    files: { "src/view.ts": "run();\n".repeat(401) },
    complaint: "src/view.ts:401: 401 lines; at most 400, so divide it",
  },
  {
    rule: "no function is longer than 70 lines",
    files: { "src/view.ts": `function long() {\n${"run();\n".repeat(69)}}\n` },
    complaint: "src/view.ts:1: a function of 71 lines; at most 70, so divide it",
  },
  {
    rule: "the words are ours",
    files: { "docs/a.md": "# A\n\nThe seqno of a record.\n" },
    complaint: 'docs/a.md:3: "seqno": say version or position',
  },
  {
    rule: "the words are ours",
    files: { "README.md": "Look into /home/ada.\n" },
    complaint: 'README.md:1: "/home/a": name no place of one machine',
  },
];

const ofCode: ReadonlyArray<Violation> = [
  {
    rule: "nothing is any",
    files: { "test/a_test.ts": "const a = run() as any;\n" },
    complaint: "test/a_test.ts:1: any: say the type",
  },
  {
    rule: "what the compiler must take on trust has its reason beside it",
    files: { "src/view.ts": "/** A docstring is no reason. */\nexport const a = b as string;\n" },
    complaint: "src/view.ts:2: a cast without its reason",
  },
  {
    rule: "what the compiler must take on trust has its reason beside it",
    files: { "test/a_test.ts": "// Why.\n\nconst a = b as unknown as string;\n" },
    complaint: "test/a_test.ts:3: a cast without its reason",
  },
  {
    rule: "the only classes are FaultError and arbitraries of fast-check",
    files: { "src/run.ts": "class FaultError {}\nclass Other {}\n" },
    complaint: "src/run.ts:2: a class; a record of functions will do",
  },
  {
    rule: "no module keeps state",
    files: { "stores/memory.ts": "function f() { let own = 1; return own; }\nlet all = 1;\n" },
    complaint: 'stores/memory.ts:2: "let" at the top of a module is state that all share',
  },
  {
    rule: "no module keeps state",
    files: {
      "stores/memory.ts":
        "const names: string[] = [];\nfunction f(at: number) { names[at] = 'one'; }\n",
    },
    complaint:
      'stores/memory.ts:2: "names" is written to by a function, and so is state that all share',
  },
  {
    rule: "no module keeps state",
    files: {
      "stores/memory.ts":
        "const known = { all: new Map() };\nconst f = () => known.all.set(1, 2);\n",
    },
    complaint:
      'stores/memory.ts:2: "known" is written to by a function, and so is state that all share',
  },
  {
    rule: "exported functions are declarations, and nothing is exported as default",
    files: { "src/view.ts": "export const f = () => 1;\n" },
    complaint: "src/view.ts:1: export it as a function declaration",
  },
  {
    rule: "the core sees no clock, no chance and no platform",
    files: { "src/view.ts": "const now = Date.now();\n" },
    complaint: "src/view.ts:1: Date.now: take the value as an argument",
  },
  {
    rule: "the core sees no clock, no chance and no platform",
    files: { "src/laws/view.ts": "const now = new Date();\n" },
    complaint: "src/laws/view.ts:1: new Date(): take the value as an argument",
  },
  {
    rule: "the core sees no clock, no chance and no platform",
    files: { "src/view.ts": "const bytes = new TextEncoder();\n" },
    complaint: "src/view.ts:1: TextEncoder is the platform's",
  },
  {
    rule: "pure files of stores/file wait for nothing",
    files: { "stores/file/format/frame.ts": "export async function f() {}\n" },
    complaint: "stores/file/format/frame.ts:1: a pure file does not wait",
  },
  {
    rule: "no line ends in blanks, and every file in a line end",
    files: { "README.md": "# A \nb" },
    complaint: "README.md:1: blanks at the end of the line",
  },
];

const mod = 'export { f } from "./src/view.ts";\n';

const ofDocumentation: ReadonlyArray<Violation> = [
  {
    rule: "everything public has a docstring",
    files: {
      "package.json": entry,
      "mod.ts": mod,
      "src/view.ts": "/** Far away. */\n\nexport function f(): void {}\n",
    },
    complaint: "src/view.ts:3: f has no docstring",
  },
  {
    rule: "every public function has an example",
    files: {
      "package.json": entry,
      "mod.ts": 'export * from "./src/run.ts";\n',
      "src/run.ts": mod.replace("src/", ""),
      "src/view.ts": "/** Does. */\nexport function f(): void {}\n",
    },
    complaint: "src/view.ts:2: f has no @example",
  },
  {
    rule: "every module of src and stores says at its top what it is",
    files: { "src/view.ts": "/** Views. */\nexport {};\n" },
    complaint: "src/view.ts:1: begin with a docstring that ends in @module",
  },
  {
    rule: "docstrings repeat no names of parameters and no authors",
    files: { "src/view.ts": "/**\n * Does.\n * @param a the a\n */\n" },
    complaint: 'src/view.ts:1: "* @param": say it in a sentence',
  },
  {
    rule: "the sections of a module come in one order",
    files: {
      "src/view.ts": ["destructors", "model"]
        .map((head) => `// ${"-".repeat(75)}\n// ${head}\n// ${"-".repeat(75)}\n`).join(""),
    },
    complaint: "src/view.ts:1: sections destructors, model; wanted model, destructors",
  },
  {
    rule: "an interface that appears in a result is exported under its own name",
    files: {
      "package.json": entry,
      "mod.ts": mod,
      "src/view.ts": 'import type { A } from "./run.ts";\n' +
        "/** Does. */\nexport function f(): ReadonlyArray<A> {\n  return [];\n}\n",
      "src/run.ts": "export interface A {}\n",
    },
    complaint: "src/view.ts:3: A appears in f, and no entry point has it",
  },
  {
    rule: "links in pages lead to files that are there",
    files: { "README.md": "", "docs/a.md": "[a](../README.md#x) [b](https://b.org) [c](./c.md)\n" },
    complaint: "docs/a.md:1: ./c.md leads nowhere",
  },
];

const ofManifests: ReadonlyArray<Violation> = [
  {
    rule: "npm and JSR offer the same entry points",
    files: { "package.json": entry, "deno.json": manifest({ exports: { ".": "./main.ts" } }) },
    complaint: "deno.json:1: . is ./main.ts, but ./mod.ts in package.json",
  },
  {
    rule: "npm and JSR offer the same version and licence",
    files: { "package.json": entry, "deno.json": manifest({ version: "2.0.0" }) },
    complaint: "deno.json:1: version 2.0.0, but 1.0.0 on npm",
  },
  {
    rule: "Deno finds dependencies in package.json",
    files: { "package.json": entry, "deno.json": manifest({ imports: {} }) },
    complaint: "deno.json:1: remove imports: under them Deno loses the types of fp-ts",
  },
  {
    rule: "what users get is a range, what the gate runs is pinned",
    files: { "package.json": manifest({ devDependencies: { tsx: "^4.0.0" } }) },
    complaint: "package.json:1: tsx ^4.0.0: one version, so that the gate is the same for all",
  },
  {
    rule: "every adapter of the storage port is an entry point of its own",
    files: { "package.json": entry, "stores/storage/durable_object.ts": "" },
    complaint: "stores/storage/durable_object.ts:1: package.json does not offer it as " +
      "./storage/durable-object",
  },
  {
    rule: "data from outside is found through LEFTFOLD_DATA",
    files: { "test/a_test.ts": 'const data = "../shared/data";\n' },
    complaint: "test/a_test.ts:1: take the folder from LEFTFOLD_DATA, or skip",
  },
];

/** Trees that go against the rules. */
export const violations: ReadonlyArray<Violation> = [
  ...ofImports,
  ...ofNames,
  ...ofCode,
  ...ofDocumentation,
  ...ofManifests,
];
