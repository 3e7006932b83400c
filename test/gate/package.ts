/**
 * The package as a stranger gets it: built, packed, installed into a project of its own, and used
 * there from Node, Deno, Bun and a bundler.
 *
 * @module
 */
import { build as bundle } from "esbuild";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, packageFolder } from "./build.ts";
import { command, type Outcome, tool } from "./command.ts";
import { modulesOf, readManifest } from "./entry_points.ts";
import { examplesIn, unprintedIn } from "./example_blocks.ts";
import { root, walk } from "./files.ts";
import { lawPackages, tryLawRunners } from "./law_runners.ts";
import { complaints, type Part } from "./part.ts";

/** Entry points that a browser cannot load, as they are made for a machine with files. */
const needsNode: ReadonlySet<string> = new Set([
  "leftfold/storage/node",
  "leftfold/laws/node",
  "leftfold/cold/zstd",
]);

/** What a stranger has beside the package: the optional peer, for the entry points that want it. */
const peers = ["fast-check"];

function failures(outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> {
  return outcomes.filter(({ code }) => code !== 0).map(({ output }) => output);
}

/** Packs the built package and says where the archive is. */
async function pack(
  into: string,
): Promise<{ readonly outcome: Outcome; readonly archive: string }> {
  const outcome = await command("npm", ["pack", packageFolder, "--pack-destination", into, "-s"]);
  return { outcome, archive: join(into, outcome.stdout.trim().split("\n").at(-1) ?? "") };
}

/** What the archive may hold: nothing of the checkout slips in. */
function strangers(folder: string): ReadonlyArray<string> {
  const wanted = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist|dist-esm)$/;
  return readdirSync(folder).filter((name) => !wanted.test(name))
    .map((name) => `${name} is in the package, and nobody asked for it`);
}

/** More than a few files for each entry point: a runtime takes about a millisecond for each. */
export function filesTooMany(files: ReadonlyArray<string>, entryPoints: number): string[] {
  const most = 3 * entryPoints;
  const found = files.filter((path) => path.endsWith(".js")).length;
  return found <= most
    ? []
    : [`dist has ${found} files of JavaScript, and ${entryPoints} entry points may have ${most}`];
}

/** A project that imports every entry point and finds something in each. */
function writeProject(project: string, modules: ReadonlyArray<string>): void {
  const imports = modules.map((name, index) => `import * as m${index} from "${name}";`);
  const checks = modules.map((name, index) =>
    `if (Object.keys(m${index}).length === 0) throw new Error("${name} exports nothing");`
  );
  const lines = [...imports, ...checks, `console.log("imported ${modules.length}");`];
  writeFileSync(join(project, "imports.mjs"), `${lines.join("\n")}\n`);
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
  for (const moduleResolution of ["nodenext", "bundler"]) {
    writeFileSync(
      join(project, `tsconfig.${moduleResolution}.json`),
      JSON.stringify({
        compilerOptions: {
          noEmit: true,
          strict: true,
          exactOptionalPropertyTypes: true,
          target: "es2022",
          module: moduleResolution === "nodenext" ? "nodenext" : "esnext",
          moduleResolution,
          types: ["node"],
          typeRoots: [join(root, "node_modules", "@types")],
        },
        files: ["first.ts"],
      }),
    );
  }
}

/** The README's first example, written into the project as a person would paste it. */
function pasteFirstExample(project: string): ReadonlyArray<string> {
  const [first] = examplesIn("README.md", readFileSync(join(root, "README.md"), "utf8")).examples;
  if (first === undefined) throw new Error("README.md holds no example");
  writeFileSync(join(project, "first.ts"), first.code.trimStart());
  return first.prints;
}

/** Runs the project's program on three runtimes; each of them starts with no data. */
async function runFirstExample(
  project: string,
  prints: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> {
  const found: string[] = [];
  const runs = {
    node: () => command(join(root, "node_modules/.bin/tsx"), ["first.ts"], { cwd: project }),
    deno: () => tool("deno", ["run", "-A", "--no-check", "first.ts"], { cwd: project }),
    bun: () => tool("bun", ["first.ts"], { cwd: project }),
  };
  for (const [runtime, run] of Object.entries(runs)) {
    rmSync(join(project, "data"), { recursive: true, force: true });
    const outcome = await run();
    found.push(...failures([outcome]));
    // The other runtimes print objects in ways of their own.
    const missing = runtime === "node" ? unprintedIn(prints, outcome.stdout) : undefined;
    if (missing !== undefined) found.push(`it did not print ${missing}\n${outcome.output}`);
  }
  return found;
}

/** Whether a bundler for browsers can take an entry point: nothing of Node may be in it. */
async function bundles(project: string, name: string): Promise<ReadonlyArray<string>> {
  try {
    await bundle({
      stdin: { contents: `export * from "${name}";`, resolveDir: project },
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    return [];
  } catch (error) {
    return [`${name} cannot be bundled for a browser: ${String(error)}`];
  }
}

async function tryPackage(scratch: string, seed: number): Promise<ReadonlyArray<string>> {
  const built = await build();
  if (built.code !== 0) return [built.output];
  const { outcome: packed, archive } = await pack(scratch);
  if (packed.code !== 0) return [packed.output];

  const project = join(scratch, "project");
  mkdirSync(project);
  const modules = modulesOf(readManifest().exports);
  const names = [...modules.keys()];
  writeProject(project, names);
  const prints = pasteFirstExample(project);
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--no-save"];
  const wanted = [archive, ...peers, ...lawPackages];
  const install = await command("npm", ["install", ...quiet, ...wanted], { cwd: project });
  if (install.code !== 0) return [install.output];

  const outcomes = [
    await command("node", ["imports.mjs"], { cwd: project }),
    await tool("deno", ["run", "-A", "--no-check", "imports.mjs"], { cwd: project }),
    await tool("bun", ["imports.mjs"], { cwd: project }),
    await tool("tsc", ["-p", "tsconfig.nodenext.json"], { cwd: project }),
    await tool("tsc", ["-p", "tsconfig.bundler.json"], { cwd: project }),
    await tool("deno", ["check", "first.ts"], { cwd: project }),
    await command("npx", ["--no-install", "leftfold", "--help"], { cwd: project }),
    await tool("publint", [archive, "--strict"]),
    await tool("attw", [archive, "--profile", "esm-only"]),
  ];
  const forBrowsers = names.filter((name) => !needsNode.has(name));
  return [
    ...strangers(packageFolder),
    ...filesTooMany(walk(join("build", "npm", "dist")), names.length),
    ...failures(outcomes),
    ...await runFirstExample(project, prints),
    ...await tryLawRunners(project, seed),
    ...(await Promise.all(forBrowsers.map((name) => bundles(project, name)))).flat(),
  ];
}

/** The package as a stranger gets it. */
export const packagePart: Part = {
  name: "package",
  about: "the packed package works in a project of its own",
  run: async ({ seed }) => {
    const scratch = mkdtempSync(join(tmpdir(), "leftfold-package-"));
    try {
      return complaints(await tryPackage(scratch, seed));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
};
