/**
 * What the package weighs, built as npm gets it: bytes of bundles as a page would load them, and the
 * time of its import on Node beyond fp-ts itself.
 *
 * @module
 */
import { buildSync, type Metafile } from "esbuild";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Figure } from "./result.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "build", "npm");

/** Builds the package, and weighs it. */
export function measureWeight(rounds: number): ReadonlyArray<Figure> {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "build"], { cwd: root });
  if (status !== 0) throw new Error(`the package does not build: ${stdout}${stderr}`);
  return [...measureBundles(), ...measureImports(rounds)];
}

// ---------------------------------------------------------------------------
// bytes
// ---------------------------------------------------------------------------

interface Bundle {
  readonly title: string;
  readonly source: string;
  readonly atMost: number;
}

const bundles: ReadonlyArray<Bundle> = [
  {
    title: "decider, view, handler and memory store",
    source: `export { accept, decider, handler, reject, view } from "./mod.js";
      export { memoryStore } from "./stores/memory.js";`,
    atMost: 8_000,
  },
  {
    title: "the combinators of deciders, views and processes",
    source: `export * as decider from "./src/decider.js";
      export * as view from "./src/view.js";
      export * as process from "./src/process.js";`,
    atMost: 4_000,
  },
];

/** The bundles, minified and compressed, with all they need. */
function measureBundles(): ReadonlyArray<Figure> {
  return bundles.map(({ title, source, atMost }): Figure => {
    const { bytes } = bundled("dist-esm", source);
    const values = [gzipSync(bytes, { level: 9 }).length];
    return {
      workload: "weight",
      title: `${title}, minified and compressed`,
      unit: "B",
      values,
      atMost,
    };
  });
}

function bundled(
  form: "dist" | "dist-esm",
  contents: string,
  external: ReadonlyArray<string> = [],
): { readonly bytes: Uint8Array; readonly metafile: Metafile } {
  const { outputFiles: [file], metafile } = buildSync({
    stdin: { contents, resolveDir: join(built, form) },
    external: [...external],
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    logLevel: "error",
  });
  if (!file) throw new Error("esbuild has written nothing");
  return { bytes: file.contents, metafile };
}

// ---------------------------------------------------------------------------
// time
// ---------------------------------------------------------------------------

const imports: ReadonlyArray<readonly [title: string, module: string]> = [
  ["leftfold", "mod.js"],
  ["leftfold/decider", "src/decider.js"],
];

/** The time of an import, once what it needs of fp-ts is there; io-ts counts. */
function measureImports(rounds: number): ReadonlyArray<Figure> {
  const programs = imports.map(([title, module]) => ({
    title,
    values: new Array<number>(),
    program: programOf(needsOfFpTs(module), pathToFileURL(join(built, "dist", module)).href),
  }));
  // The first round fills the cache of files, and is not counted.
  for (let round = -1; round < 3 * rounds; round += 1) {
    for (const { program, values } of programs) {
      const ms = millisecondsOf(program);
      if (round >= 0) values.push(ms);
    }
  }
  return programs.map(({ title, values }): Figure => ({
    workload: "weight",
    title: `import of ${title}, beyond fp-ts`,
    unit: "ms",
    values,
    atMost: 5,
  }));
}

/** The modules of fp-ts that something imports, by itself or through others. */
function needsOfFpTs(module: string): ReadonlyArray<string> {
  const { metafile } = bundled("dist", `export * from "./${module}";`, ["fp-ts", "io-ts"]);
  const all = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  return all.map(({ path }) => path).filter((path) => path.startsWith("fp-ts/"));
}

function programOf(needs: ReadonlyArray<string>, module: string): string {
  return [
    ...needs.map((name) => `await import(${JSON.stringify(name)});`),
    "const begun = performance.now();",
    `await import(${JSON.stringify(module)});`,
    "console.log(performance.now() - begun);",
  ].join("\n");
}

function millisecondsOf(program: string): number {
  const words = ["--input-type=module", "--eval", program];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: root });
  if (status !== 0) throw new Error(`the import failed: ${stderr}`);
  return Number(stdout.toString());
}
