/**
 * A file as the rules of the tree see it: its path, its text, and what a parser makes of it.
 *
 * @module
 */
import { parse } from "@babel/parser";
import type { Comment, Node } from "@babel/types";

/** A file of the project. Paths are counted from the root and use `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A file with its tree. */
export interface Parsed extends Source {
  readonly body: Node;
  readonly comments: ReadonlyArray<Comment>;
}

/** A rule: what it is called, and everything in the files that goes against it. */
export interface Rule {
  readonly name: string;
  readonly check: (files: ReadonlyArray<Source>) => ReadonlyArray<string>;
}

/** A complaint, in the form that editors can follow. */
export function complaint(path: string, line: number, words: string): string {
  return `${path}:${line}: ${words}`;
}

const parsed = new WeakMap<Source, Parsed>();

/** The file with its tree; parsed once, since many rules ask. */
export function parseSource(source: Source): Parsed {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const file = parse(source.text, { sourceType: "module", plugins: ["typescript"] });
  const result: Parsed = { ...source, body: file.program, comments: file.comments ?? [] };
  parsed.set(source, result);
  return result;
}

/** The TypeScript files of a list, parsed. */
export function typeScript(files: ReadonlyArray<Source>): ReadonlyArray<Parsed> {
  return files.filter(({ path }) => path.endsWith(".ts")).map(parseSource);
}

/** The line on which a node begins, counted from 1. */
export function lineOf(node: Node): number {
  return node.loc?.start.line ?? 0;
}

/** The line on which a node ends. */
export function endOf(node: Node): number {
  return node.loc?.end.line ?? 0;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && "start" in value;
}

const besideTheTree: ReadonlySet<string> = new Set([
  "leadingComments",
  "trailingComments",
  "innerComments",
  "loc",
  "extra",
  "errors",
]);

/** Visits a tree from the top, each node with those around it, the nearest last. */
export function visit(
  node: Node,
  enter: (node: Node, around: ReadonlyArray<Node>) => void,
  around: ReadonlyArray<Node> = [],
): void {
  enter(node, around);
  const inside = [...around, node];
  for (const [key, value] of Object.entries(node)) {
    if (besideTheTree.has(key)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, enter, inside);
    }
  }
}

/** What each node of a file has against it, in the order of the file. */
export function complaintsOn(
  file: Parsed,
  say: (node: Node, around: ReadonlyArray<Node>) => string | undefined,
): ReadonlyArray<string> {
  const found: string[] = [];
  visit(file.body, (node, around) => {
    const words = say(node, around);
    if (words !== undefined) found.push(complaint(file.path, lineOf(node), words));
  });
  return found;
}

/** Whether a path lies in one of the folders, or is one of the files. */
export function isIn(path: string, ...places: ReadonlyArray<string>): boolean {
  return places.some((place) => path === place || path.startsWith(`${place}/`));
}

/** Where an import leads, and how it is written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Whether only types come through it, so that nothing is loaded. */
  readonly isTypeOnly: boolean;
  /** The file it leads to, for relative imports. */
  readonly target: string | undefined;
}

/** Where a relative path leads that is written in a file. */
export function resolveFrom(path: string, specifier: string): string {
  const steps = [...path.split("/").slice(0, -1), ...specifier.split("/")];
  const taken: string[] = [];
  for (const step of steps) {
    if (step === "..") taken.pop();
    else if (step !== ".") taken.push(step);
  }
  return taken.join("/");
}

/** Every import of a file, also those of `export ... from` and `import(...)`. */
export function importsOf(file: Parsed): ReadonlyArray<Import> {
  const found: Import[] = [];
  const add = (node: Node, specifier: string, isTypeOnly: boolean): void => {
    const target = specifier.startsWith(".") ? resolveFrom(file.path, specifier) : undefined;
    found.push({ specifier, line: lineOf(node), isTypeOnly, target });
  };
  visit(file.body, (node) => {
    if (node.type === "ImportDeclaration") {
      add(node, node.source.value, node.importKind === "type");
    } else if (node.type === "ExportAllDeclaration") {
      add(node, node.source.value, node.exportKind === "type");
    } else if (node.type === "ExportNamedDeclaration" && node.source) {
      add(node, node.source.value, node.exportKind === "type");
    } else if (node.type === "TSImportType" && node.argument.type === "StringLiteral") {
      add(node, node.argument.value, true);
    } else if (node.type === "CallExpression" && node.callee.type === "Import") {
      const [argument] = node.arguments;
      if (argument?.type === "StringLiteral") add(node, argument.value, false);
    }
  });
  return found;
}
