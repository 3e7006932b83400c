/**
 * Where the project's files are.
 *
 * @module
 */
import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folders that no walk enters: they are made, fetched or private to a tool. */
const closed: ReadonlySet<string> = new Set(["node_modules", "build", "coverage", "data", ".git"]);

/** Every file below a folder of the project, as paths from the root with `/`, in order. */
export function walk(folder = "."): ReadonlyArray<string> {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return closed.has(entry.name) ? [] : walk(path);
      return entry.isFile() ? [relative(".", path).split(sep).join("/")] : [];
    })
    .sort();
}

/** Every test file. The three runtimes are given this list, and must run all of it. */
export function findTests(): ReadonlyArray<string> {
  return walk("test").filter((path) => path.endsWith("_test.ts"));
}

/** The files and folders at the root that hold TypeScript. */
export function sources(): ReadonlyArray<string> {
  const places = ["mod.ts", "src", "stores", "cli", "examples", "test", "bench"];
  const files = walk().filter((path) => path.endsWith(".ts"));
  return places.filter((place) =>
    files.some((path) => path === place || path.startsWith(`${place}/`))
  );
}
