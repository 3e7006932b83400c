/**
 * The files of the project: those that git tracks or would track, or all of an exported tree.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, walk } from "../gate/files.ts";
import type { Source } from "./source.ts";

/** Text that people wrote, and pictures that pages show. Other files are not held to any rule. */
const written = /\.(ts|mjs|md|json|sh|svg)$|^\.ci\/run$|^LICENSE$/;

/** Files that a tool writes, or whose bytes are the point. */
const unwritten = /^package-lock\.json$|^test\/golden\//;

function tracked(): ReadonlyArray<string> {
  if (!existsSync(join(root, ".git"))) return walk();
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  // A file that was removed and not yet committed is still listed.
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Reads the project. */
export function readProject(): ReadonlyArray<Source> {
  return tracked()
    .filter((path) => written.test(path) && !unwritten.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}
