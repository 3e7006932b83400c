/**
 * That no module keeps state: what all share who load it, and what no caller sees.
 *
 * @module
 */
import type { Node } from "@babel/types";
import { complaintsOn, isIn, type Parsed, type Rule, typeScript, visit } from "./source.ts";

/** Methods that change what they are called on. */
const changes: ReadonlySet<string> = new Set([
  "add",
  "clear",
  "copyWithin",
  "delete",
  "fill",
  "pop",
  "push",
  "reverse",
  "set",
  "shift",
  "sort",
  "splice",
  "unshift",
]);

/** What a node writes into: an element or a field that is assigned, or what a method changes. */
function writtenInto(node: Node): Node | undefined {
  if (node.type === "AssignmentExpression") return ownerOf(node.left);
  if (node.type === "UpdateExpression") return ownerOf(node.argument);
  if (node.type === "UnaryExpression" && node.operator === "delete") return ownerOf(node.argument);
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  const { property } = node.callee;
  const isChange = property.type === "Identifier" && !node.callee.computed &&
    (changes.has(property.name) || /^set(Big)?(Ui|I)nt|^setFloat/.test(property.name));
  return isChange ? node.callee.object : undefined;
}

function ownerOf(node: Node): Node | undefined {
  return node.type === "TSNonNullExpression"
    ? ownerOf(node.expression)
    : node.type === "MemberExpression"
    ? node.object
    : undefined;
}

/** The variable in which something lies: of `a.b[0]` it is `a`. */
function variableOf(node: Node | undefined): string | undefined {
  if (node?.type === "Identifier") return node.name;
  if (node?.type === "TSNonNullExpression") return variableOf(node.expression);
  return node?.type === "MemberExpression" ? variableOf(node.object) : undefined;
}

function isAtTop(around: ReadonlyArray<Node>): boolean {
  return around.every(({ type }) => type === "Program" || type === "ExportNamedDeclaration");
}

/** The constants at the top of a module, but for names that are given to something else as well. */
function constantsOf(file: Parsed): ReadonlySet<string> {
  const atTop = new Set<string>();
  const inside = new Set<string>();
  visit(file.body, (node, around) => {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier") {
      (isAtTop(around.slice(0, -1)) ? atTop : inside).add(node.id.name);
    } else if (node.type === "VariableDeclarator") take(node.id);
    if ("params" in node && Array.isArray(node.params)) node.params.forEach(take);
  });
  function take(bound: Node): void {
    visit(bound, (node) => node.type === "Identifier" && inside.add(node.name));
  }
  return new Set([...atTop].filter((name) => !inside.has(name)));
}

/** No module of the package keeps state, neither in a variable nor in what a constant holds. */
export const noModuleState: Rule = {
  name: "no module keeps state",
  check: (files) =>
    typeScript(files).filter(({ path }) => isIn(path, "src", "stores", "mod.ts")).flatMap(
      (file) => {
        const constants = constantsOf(file);
        return complaintsOn(file, (node, around) => {
          if (node.type === "VariableDeclaration" && node.kind !== "const" && isAtTop(around)) {
            return `"${node.kind}" at the top of a module is state that all share`;
          }
          const name = variableOf(writtenInto(node));
          const isInFunction = around.some(({ type }) => /Function|ObjectMethod/.test(type));
          return name !== undefined && isInFunction && constants.has(name)
            ? `"${name}" is written to by a function, and so is state that all share`
            : undefined;
        });
      },
    ),
};
