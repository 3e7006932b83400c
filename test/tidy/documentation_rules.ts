/**
 * What is written about what is public.
 *
 * @module
 */
import type { Node } from "@babel/types";
import { declarationOf, filesByPath, publicNames } from "./public_names.ts";
import {
  complaint,
  isIn,
  lineOf,
  type Parsed,
  resolveFrom,
  type Rule,
  typeScript,
  visit,
} from "./source.ts";

/** The docstring above a node, also with remarks in between; empty if there is none. */
function docstringOf(file: Parsed, node: Node): string {
  let above = lineOf(node) - 1;
  for (const { type, value, loc } of [...file.comments].reverse()) {
    if (loc?.end.line !== above) continue;
    if (type === "CommentBlock" && value.startsWith("*")) return value;
    above = loc.start.line - 1;
  }
  return "";
}

function isFunction(node: Node): boolean {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  return declaration?.type === "FunctionDeclaration" || declaration?.type === "TSDeclareFunction";
}

const publicIsDocumented: Rule = {
  name: "everything public has a docstring",
  check: (files) =>
    publicNames(files).filter(({ file, node }) => docstringOf(file, node).trim() === "")
      .map(({ name, file, node }) =>
        complaint(file.path, lineOf(node), `${name} has no docstring`)
      ),
};

const functionsHaveExamples: Rule = {
  name: "every public function has an example",
  check: (files) =>
    publicNames(files)
      .filter(({ file, node }) => isFunction(node) && !docstringOf(file, node).includes("@example"))
      .map(({ name, file, node }) => complaint(file.path, lineOf(node), `${name} has no @example`)),
};

const modulesAreIntroduced: Rule = {
  name: "every module of src and stores says at its top what it is",
  check: (files) =>
    typeScript(files).filter(({ path }) => isIn(path, "src", "stores", "mod.ts"))
      .filter(({ text }) => !/^(#!.*\n)?\/\*\*(?:(?!\*\/)[\s\S])*@module/.test(text))
      .map(({ path }) => complaint(path, 1, "begin with a docstring that ends in @module")),
};

const noRepeatedNames: Rule = {
  name: "docstrings repeat no names of parameters and no authors",
  check: (files) =>
    typeScript(files).flatMap((file) =>
      file.comments.flatMap(({ value, loc }) => {
        const [tag] = value.match(/^\s*\*?\s*@(param|returns?|author|since)\b/m) ?? [];
        return tag === undefined
          ? []
          : [complaint(file.path, loc?.start.line ?? 1, `"${tag.trim()}": say it in a sentence`)];
      })
    ),
};

/** The parts of a module, in the order in which a reader meets them. Others may stand between. */
const sections = ["model", "constructors", "combinators", "destructors"];

const sectionOrder: Rule = {
  name: "the sections of a module come in one order",
  check: (files) =>
    typeScript(files).filter(({ path }) => isIn(path, "src", "stores")).flatMap((file) => {
      const heads = [...file.text.matchAll(/^\/\/ -{10,}\n\/\/ (.+)\n\/\/ -{10,}$/gm)]
        .map(([, head = ""]) => head).filter((head) => sections.includes(head));
      const wanted = sections.filter((head) => heads.includes(head));
      return heads.join() === wanted.join()
        ? []
        : [complaint(file.path, 1, `sections ${heads.join(", ")}; wanted ${wanted.join(", ")}`)];
    }),
};

/** The parts of a declaration that a user gets out of it: what it returns, or what it is made of. */
function resultsOf(node: Node): ReadonlyArray<Node> {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  switch (declaration?.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return declaration.returnType ? [declaration.returnType] : [];
    case "TSInterfaceDeclaration":
      return [declaration.body, ...declaration.extends ?? []];
    default:
      return [];
  }
}

function isInterface(node: Node | undefined): boolean {
  const declaration = node?.type === "ExportNamedDeclaration" ? node.declaration : node;
  return declaration?.type === "TSInterfaceDeclaration";
}

/** The names of types in a tree, each with its line. */
function typesIn(tree: Node): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  visit(tree, (node) => {
    const name = node.type === "TSTypeReference"
      ? node.typeName
      : node.type === "TSExpressionWithTypeArguments"
      ? node.expression
      : undefined;
    if (name?.type === "Identifier") names.set(name.name, lineOf(node));
  });
  return names;
}

/** Without it, a user whose own results mention the interface cannot write its types for others. */
const resultsAreNamed: Rule = {
  name: "an interface that appears in a result is exported under its own name",
  check: (files) => {
    const known = publicNames(files);
    const isPublic = new Set(known.map(({ node }) => node));
    const byPath = filesByPath(files);
    return known.flatMap(({ name, file, node }) =>
      resultsOf(node).flatMap((tree) => [...typesIn(tree)]).flatMap(([type, line]) => {
        const behind = declarationOf(file, type, byPath);
        return behind === undefined || !isInterface(behind) || isPublic.has(behind)
          ? []
          : [complaint(file.path, line, `${type} appears in ${name}, and no entry point has it`)];
      })
    );
  },
};

const linksLead: Rule = {
  name: "links in pages lead to files that are there",
  check: (files) =>
    files.filter(({ path }) => path.endsWith(".md")).flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) =>
        [...line.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].flatMap(([, link = ""]) => {
          const target = resolveFrom(path, link.replace(/\/$/, ""));
          return files.some((file) => isIn(file.path, target))
            ? []
            : [complaint(path, index + 1, `${link} leads nowhere`)];
        })
      )
    ),
};

/** What is written about what is public. */
export const documentationRules: ReadonlyArray<Rule> = [
  publicIsDocumented,
  functionsHaveExamples,
  modulesAreIntroduced,
  noRepeatedNames,
  sectionOrder,
  resultsAreNamed,
  linksLead,
];
