/**
 * What a user can import: follows the entry points to the declarations behind them.
 *
 * @module
 */
import type { Node } from "@babel/types";
import { entryPointFiles } from "./import_rules.ts";
import { importsOf, type Parsed, type Source, typeScript } from "./source.ts";

/** A declaration that a user can reach. */
export interface PublicName {
  readonly name: string;
  readonly file: Parsed;
  readonly node: Node;
}

type Exported = ReadonlyMap<string, PublicName>;

function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  return node.type === "StringLiteral" ? node.value : "";
}

function declaredIn(node: Node): ReadonlyArray<string> {
  if (node.type === "VariableDeclaration") return node.declarations.map(({ id }) => nameOf(id));
  return "id" in node && node.id ? [nameOf(node.id)] : [];
}

/** The declarations at the top of a file, with the statement that a docstring stands above. */
function declarationsOf(file: Parsed): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>();
  if (file.body.type !== "Program") return found;
  for (const statement of file.body.body) {
    const declaration = statement.type === "ExportNamedDeclaration"
      ? statement.declaration
      : statement;
    if (!declaration) continue;
    // Of an overloaded function the first form carries the docstring.
    for (const name of declaredIn(declaration)) if (!found.has(name)) found.set(name, statement);
  }
  return found;
}

/** Everything a file exports, its own and what it passes on. */
function exportsOf(path: string, files: ReadonlyMap<string, Parsed>): Exported {
  const file = files.get(path);
  if (file === undefined || file.body.type !== "Program") return new Map();
  const own = declarationsOf(file);
  const found = new Map<string, PublicName>();
  const passOn = (
    specifier: string,
    names?: ReadonlyMap<string, string>,
    onlyTypes = false,
  ): void => {
    const target = importsOf(file).find((one) => one.specifier === specifier)?.target;
    const behind: Exported = target === undefined ? new Map() : exportsOf(target, files);
    for (const [name, declaration] of behind) {
      const outer = names === undefined ? name : names.get(name);
      if (outer === undefined || (onlyTypes && !isType(declaration.node))) continue;
      found.set(outer, declaration);
    }
  };
  for (const statement of file.body.body) {
    if (statement.type === "ExportAllDeclaration") {
      passOn(statement.source.value, undefined, statement.exportKind === "type");
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const name of statement.declaration ? declaredIn(statement.declaration) : []) {
      found.set(name, { name, file, node: own.get(name) ?? statement });
    }
    const names = new Map(
      statement.specifiers.flatMap((one) =>
        one.type === "ExportSpecifier" ? [[one.local.name, nameOf(one.exported)] as const] : []
      ),
    );
    if (statement.source) passOn(statement.source.value, names);
    for (const [local, outer] of statement.source ? [] : names) {
      const node = own.get(local);
      if (node !== undefined) found.set(outer, { name: outer, file, node });
    }
  }
  return found;
}

/** Whether a declaration is a type: all that `export type *` passes on. */
function isType(node: Node): boolean {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  return declaration?.type === "TSInterfaceDeclaration" ||
    declaration?.type === "TSTypeAliasDeclaration";
}

/** The TypeScript files by path. */
export function filesByPath(files: ReadonlyArray<Source>): ReadonlyMap<string, Parsed> {
  return new Map(typeScript(files).map((file) => [file.path, file]));
}

/** Everything that a user can import, each declaration once. */
export function publicNames(files: ReadonlyArray<Source>): ReadonlyArray<PublicName> {
  const byPath = filesByPath(files);
  const all = [...entryPointFiles(files)].flatMap((path) => [...exportsOf(path, byPath).values()]);
  return [...new Map(all.map((one) => [one.node, one])).values()];
}

/** Finds the declaration behind a name that a file uses: its own, or one that it imports. */
export function declarationOf(
  file: Parsed,
  name: string,
  files: ReadonlyMap<string, Parsed>,
): Node | undefined {
  const own = declarationsOf(file).get(name);
  if (own !== undefined || file.body.type !== "Program") return own;
  for (const statement of file.body.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const imported = statement.specifiers.find((one) =>
      one.type === "ImportSpecifier" && one.local.name === name
    );
    if (imported?.type !== "ImportSpecifier") continue;
    const target = importsOf(file).find((one) => one.specifier === statement.source.value)?.target;
    const behind = target === undefined ? undefined : exportsOf(target, files);
    return behind?.get(nameOf(imported.imported))?.node;
  }
  return undefined;
}
