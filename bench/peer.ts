/**
 * Loading a peer. They are installed beside this folder's own package.json, so that the package
 * itself never depends on one, and the root's type check needs none of their types.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Loads a peer as the few of its functions that are used here, which the caller names: one of this
 * folder's own package.json, or of a folder inside it, where two of them do not go together.
 */
export async function loadPeer<Shape>(name: string, folder = "."): Promise<Shape> {
  const require = createRequire(new URL(`${folder}/package.json`, import.meta.url));
  const loaded: { readonly default?: unknown } = await import(
    pathToFileURL(require.resolve(name)).href
  );
  // The shape is what its documentation says; a wrong one throws at the first call.
  return (loaded.default ?? loaded) as Shape;
}

export function versionOf(name: string, folder = "."): string {
  // Not through its exports, which need not name it.
  const file = new URL(`${folder}/node_modules/${name}/package.json`, import.meta.url);
  const { version }: { version?: string } = JSON.parse(readFileSync(file, "utf8"));
  return version ?? "unknown";
}
