/**
 * What code may not do: trust without a reason, keep state, look at the clock.
 *
 * @module
 */
import type { ClassDeclaration, ClassExpression, Node } from "@babel/types";
import { fileStoreModule, pureFiles } from "./areas.ts";
import {
  complaint,
  complaintsOn,
  endOf,
  isIn,
  lineOf,
  type Parsed,
  type Rule,
  typeScript,
  visit,
} from "./source.ts";
import { noModuleState } from "./state_rule.ts";

/** The lines on which a remark stands. Docstrings are no remarks: they speak of the whole. */
function remarkLines(file: Parsed): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { type, value, loc } of file.comments) {
    const isDocstring = type === "CommentBlock" && value.startsWith("*");
    if (isDocstring || !loc) continue;
    for (let line = loc.start.line; line <= loc.end.line; line += 1) lines.add(line);
  }
  return lines;
}

/** Whether a remark stands in the node's lines, or above them in the same paragraph. */
function isExplained(file: Parsed, remarks: ReadonlySet<number>, node: Node): boolean {
  const lines = file.text.split("\n");
  for (let line = lineOf(node); line <= endOf(node); line += 1) if (remarks.has(line)) return true;
  for (let line = lineOf(node) - 1; line > 0; line -= 1) {
    if (remarks.has(line)) return true;
    if (lines[line - 1]?.trim() === "") return false;
  }
  return false;
}

function isConst(node: Node): boolean {
  return node.type === "TSAsExpression" && node.typeAnnotation.type === "TSTypeReference" &&
    node.typeAnnotation.typeName.type === "Identifier" &&
    node.typeAnnotation.typeName.name === "const";
}

function isUnknown(node: Node): boolean {
  return node.type === "TSAsExpression" && node.typeAnnotation.type === "TSUnknownKeyword";
}

const noAny: Rule = {
  name: "nothing is any",
  check: (files) =>
    typeScript(files).flatMap((file) =>
      complaintsOn(file, (node) => node.type === "TSAnyKeyword" ? "any: say the type" : undefined)
    ),
};

const castsHaveReasons: Rule = {
  name: "what the compiler must take on trust has its reason beside it",
  check: (files) =>
    typeScript(files).flatMap((file) => {
      const remarks = remarkLines(file);
      const isTest = isIn(file.path, "test");
      return complaintsOn(file, (node) => {
        const isCast = node.type === "TSAsExpression" || node.type === "TSTypeAssertion";
        if (!isCast || isConst(node) || (isTest && !isUnknown(node))) return undefined;
        return isExplained(file, remarks, node) ? undefined : "a cast without its reason";
      });
    }),
};

/** Whether a class is an arbitrary: fast-check knows them by their class and by nothing else. */
function isArbitrary(node: ClassDeclaration | ClassExpression): boolean {
  const base = node.superClass;
  return base?.type === "MemberExpression" && base.property.type === "Identifier" &&
    base.property.name === "Arbitrary";
}

const noClasses: Rule = {
  name: "the only classes are FaultError and arbitraries of fast-check",
  check: (files) =>
    typeScript(files).filter(({ path }) => isIn(path, "src", "stores", "mod.ts")).flatMap((file) =>
      complaintsOn(file, (node) => {
        const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
        return isClass && node.id?.name !== "FaultError" && !isArbitrary(node)
          ? "a class; a record of functions will do"
          : undefined;
      })
    ),
};

const declarations: Rule = {
  name: "exported functions are declarations, and nothing is exported as default",
  check: (files) =>
    typeScript(files).filter(({ path }) => isIn(path, "src", "stores", "mod.ts")).flatMap((file) =>
      complaintsOn(file, (node) => {
        if (node.type === "ExportDefaultDeclaration") return "export it under its own name";
        if (node.type !== "ExportNamedDeclaration") return undefined;
        if (node.declaration?.type !== "VariableDeclaration") return undefined;
        const isFunction = node.declaration.declarations.some(({ init }) =>
          init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression"
        );
        return isFunction ? "export it as a function declaration" : undefined;
      })
    ),
};

/** Names under which time, chance and the platform come in. */
const platform: ReadonlySet<string> = new Set([
  "performance",
  "crypto",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "console",
  "process",
  "globalThis",
  "window",
  "fetch",
  "TextEncoder",
  "TextDecoder",
  "Buffer",
  "structuredClone",
  "navigator",
]);

/** Every name that the file gives to something of its own, whatever the platform calls so. */
function ownNames(file: Parsed): ReadonlySet<string> {
  const names = new Set<string>();
  // Also the names inside a pattern, such as `{ process, at }`.
  const take = (bound: Node | null | undefined): void => {
    if (bound) visit(bound, (node) => node.type === "Identifier" && names.add(node.name));
  };
  visit(file.body, (node) => {
    if (node.type === "VariableDeclarator") take(node.id);
    if ("params" in node && Array.isArray(node.params)) node.params.forEach(take);
    if (node.type === "ImportSpecifier") take(node.local);
    if (node.type === "FunctionDeclaration") take(node.id);
  });
  return names;
}

/** Whether an identifier stands for a variable, and not for a field or a parameter's name. */
function isVariable(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "MemberExpression":
    case "OptionalMemberExpression":
      return parent.object === node;
    case "CallExpression":
    case "NewExpression":
    case "UnaryExpression":
      return true;
    default:
      return false;
  }
}

function timeOrChance(node: Node): string | undefined {
  if (node.type === "NewExpression" && node.callee.type === "Identifier") {
    const isNow = node.callee.name === "Date" && node.arguments.length === 0;
    return isNow ? "new Date()" : undefined;
  }
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  const name = node.property.type === "Identifier" ? node.property.name : "";
  const said = `${node.object.name}.${name}`;
  return ["Date.now", "Math.random"].includes(said) ? said : undefined;
}

function isPure(path: string): boolean {
  const inStore = fileStoreModule(path);
  return path.startsWith("src/") || (inStore !== undefined && pureFiles.has(inStore));
}

const noClock: Rule = {
  name: "the core sees no clock, no chance and no platform",
  check: (files) =>
    typeScript(files).filter(({ path }) => isPure(path)).flatMap((file) => {
      const isCore = isIn(file.path, "src") && !isIn(file.path, "src/laws");
      const own = ownNames(file);
      return complaintsOn(file, (node, around) => {
        const found = timeOrChance(node);
        if (found !== undefined) return `${found}: take the value as an argument`;
        const isPlatform = isCore && node.type === "Identifier" && platform.has(node.name) &&
          !own.has(node.name) &&
          isVariable(node, around.at(-1));
        return isPlatform ? `${node.name} is the platform's` : undefined;
      });
    }),
};

const noWaiting: Rule = {
  name: "pure files of stores/file wait for nothing",
  check: (files) =>
    typeScript(files).filter(({ path }) => isPure(path) && isIn(path, "stores")).flatMap((file) =>
      complaintsOn(file, (node) => {
        const isAsync = "async" in node && node.async === true;
        return isAsync || node.type === "AwaitExpression" ? "a pure file does not wait" : undefined;
      })
    ),
};

const noBlankEnds: Rule = {
  name: "no line ends in blanks, and every file in a line end",
  check: (files) =>
    files.flatMap(({ path, text }) => [
      ...text.split("\n").flatMap((line, index) =>
        /[ \t]$/.test(line) ? [complaint(path, index + 1, "blanks at the end of the line")] : []
      ),
      ...text.endsWith("\n") ? [] : [complaint(path, 1, "no line end at the end of the file")],
    ]),
};

/** What code may not do. */
export const codeRules: ReadonlyArray<Rule> = [
  noAny,
  castsHaveReasons,
  noClasses,
  noModuleState,
  declarations,
  noClock,
  noWaiting,
  noBlankEnds,
];
