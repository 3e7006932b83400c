/**
 * The entry points. `package.json` is the one place that lists them; everything else is compared
 * with it.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./files.ts";

/** What the gate wants to know from `package.json`. */
export interface Manifest {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Source files by the name under which they are imported, such as `./decider`. */
  readonly exports: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** Reads `package.json`. */
export function readManifest(): Manifest {
  // The file is ours, and a wrong shape of it fails the packaging part at once.
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as
    & Manifest
    & Readonly<Record<string, unknown>>;
  return { manifest, exports: manifest.exports, bin: manifest.bin };
}

/** The entry points that are modules, by the name under which a user imports them. */
export function modulesOf(
  exports: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(exports)
      .filter(([, source]) => source.endsWith(".ts"))
      .map(([name, source]) => [name.replace(/^\./, "leftfold"), source.replace(/^\.\//, "")]),
  );
}
