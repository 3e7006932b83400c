/**
 * Makes the package that npm gets, in `build/npm`: compiled JavaScript twice, the types, and a
 * manifest whose entry points are the compiled ones. In a checkout the same entry points are the
 * TypeScript sources, so that nothing has to be built to run them.
 *
 * `dist` imports `fp-ts/lib`, which every runtime can load. Its modules are put together, as far as
 * no entry point loads what it does not need: a runtime takes about a millisecond for each file.
 * `dist-esm` imports `fp-ts/es6`, which only bundlers can, and from which they drop what a program
 * does not use; there each module is a file.
 *
 *     npm run build && npm pack ./build/npm
 *
 * @module
 */
import { build as bundle } from "esbuild";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, tool } from "./command.ts";
import { readManifest } from "./entry_points.ts";
import { root, walk } from "./files.ts";

/** Where the package is made. */
export const packageFolder: string = join(root, "build", "npm");

type Target = string | Readonly<Record<string, string>>;

/** The compiled forms of an entry point, by the conditions under which each is taken. */
export function publishedTarget(source: string): Target {
  if (!source.endsWith(".ts")) return source;
  const path = source.replace(/^\.\//, "").replace(/\.ts$/, "");
  const forBundlers = `./dist-esm/${path}.js`;
  return {
    types: `./dist/${path}.d.ts`,
    module: forBundlers,
    workerd: forBundlers,
    browser: forBundlers,
    default: `./dist/${path}.js`,
  };
}

/** The manifest that npm gets, made from the one of the checkout. */
export function publishedManifest(
  manifest: Readonly<Record<string, unknown>>,
  exports: Readonly<Record<string, string>>,
  bin: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const { scripts: _scripts, devDependencies: _devDependencies, ...kept } = manifest;
  const mapped = Object.entries(exports).map(([name, source]) => [name, publishedTarget(source)]);
  const commands = Object.entries(bin).map(([name, source]) => [
    name,
    source.replace(/^\.\//, "./dist/").replace(/\.ts$/, ".js"),
  ]);
  return { ...kept, exports: Object.fromEntries(mapped), bin: Object.fromEntries(commands) };
}

/** The same program for bundlers. */
export function forBundlers(code: string): string {
  return code.replaceAll(/(["'])(fp-ts|io-ts)\/lib\//g, "$1$2/es6/");
}

/** Builds the package. Its failure is the compiler's outcome. */
export async function build(): Promise<Outcome> {
  rmSync(packageFolder, { recursive: true, force: true });
  const outcome = await tool("tsc", ["-p", "tsconfig.build.json"]);
  if (outcome.code !== 0) return outcome;
  const dist = join(packageFolder, "dist");
  const distEsm = join(packageFolder, "dist-esm");
  cpSync(dist, distEsm, {
    recursive: true,
    filter: (path) => !path.endsWith(".d.ts") && path !== join(dist, "cli"),
  });
  for (const path of walk(join("build", "npm", "dist-esm"))) {
    const file = join(root, path);
    writeFileSync(file, forBundlers(readFileSync(file, "utf8")));
  }
  const { manifest, exports, bin } = readManifest();
  await putTogether(dist, [...Object.values(exports), ...Object.values(bin)]);
  const published = publishedManifest(manifest, exports, bin);
  writeFileSync(join(packageFolder, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  for (const page of ["README.md", "LICENSE", "CHANGELOG.md"]) {
    if (existsSync(join(root, page))) cpSync(join(root, page), join(packageFolder, page));
  }
  return outcome;
}

/** The modules behind the entry points, in as few files as share them without loading more. */
async function putTogether(dist: string, sources: ReadonlyArray<string>): Promise<void> {
  const entryPoints = sources.filter((source) => source.endsWith(".ts"))
    .map((source) => join(dist, source.replace(/\.ts$/, ".js")));
  const { outputFiles } = await bundle({
    entryPoints,
    outdir: dist,
    outbase: dist,
    chunkNames: "parts/[hash]",
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  for (const path of walk(join("build", "npm", "dist"))) {
    if (path.endsWith(".js")) rmSync(join(root, path));
  }
  mkdirSync(join(dist, "parts"));
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}

if (process.argv[1]?.endsWith("test/gate/build.ts") === true) {
  const { code, output } = await build();
  if (code !== 0) console.error(output);
  process.exitCode = code === 0 ? 0 : 1;
}
