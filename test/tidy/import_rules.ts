/**
 * Which way imports point.
 *
 * @module
 */
import {
  actingFiles,
  fileStoreModule,
  knowsIoTs,
  knowsNode,
  moduleOrder,
  packagePlaces,
  pureFiles,
  withoutFpTs,
} from "./areas.ts";
import { complaint, type Import, importsOf, isIn, type Parsed } from "./source.ts";
import { type Rule, type Source, typeScript } from "./source.ts";

type Judge = (file: Parsed, found: Import) => string | undefined;

function importRule(name: string, judge: Judge): Rule {
  return {
    name,
    check: (files) =>
      typeScript(files).flatMap((file) =>
        importsOf(file).flatMap((found) => {
          const words = judge(file, found);
          return words === undefined ? [] : [complaint(file.path, found.line, words)];
        })
      ),
  };
}

/** The name of a module of `src`, as the order has it; none for laws and for other folders. */
function coreModule(path: string): string | undefined {
  return path.match(/^src\/([a-z0-9_]+)\.ts$/)?.[1];
}

const order = importRule("a module of src imports only from its left", ({ path }, { target }) => {
  const from = coreModule(path);
  const to = target === undefined ? undefined : coreModule(target);
  if (from === undefined || to === undefined) return undefined;
  return moduleOrder.indexOf(to) < moduleOrder.indexOf(from)
    ? undefined
    : `${from} may not import ${to}, which is not to its left in test/tidy/areas.ts`;
});

const everyModuleHasItsPlace: Rule = {
  name: "every module of src and stores/file has its place on the map",
  check: (files) =>
    files.flatMap(({ path }) => {
      const core = coreModule(path);
      if (core !== undefined && !moduleOrder.includes(core)) {
        return [complaint(path, 1, "enter it into moduleOrder of test/tidy/areas.ts")];
      }
      const inStore = fileStoreModule(path);
      const isUnknown = inStore !== undefined && !pureFiles.has(inStore) &&
        !actingFiles.has(inStore);
      return isUnknown
        ? [complaint(path, 1, "enter it into pureFiles or actingFiles of test/tidy/areas.ts")]
        : [];
    }),
};

/** The folder, or the file, of `stores` to which a path belongs: `memory`, `file`, `storage`. */
function storeOf(path: string): string | undefined {
  return path.match(/^stores\/([a-z0-9_]+)/)?.[1];
}

function mayReach(path: string, target: string): boolean {
  if (isIn(path, "test")) return true;
  if (isIn(path, "src/laws")) return isIn(target, "src");
  if (isIn(path, "src")) return isIn(target, "src") && !isIn(target, "src/laws");
  if (path === "mod.ts") return isIn(target, "src") && !isIn(target, "src/laws");
  if (isIn(path, "stores")) {
    if (isIn(target, "src/laws")) return isIn(path, "stores/conformance");
    if (isIn(target, "src")) return true;
    if (isIn(path, "stores/storage") && target === "stores/file/storage.ts") return true;
    if (isIn(path, "stores/cold") && target === "stores/file/archive/cold_tier.ts") return true;
    return storeOf(target) !== undefined && storeOf(target) === storeOf(path);
  }
  return target.split("/")[0] === path.split("/")[0];
}

const directions: Rule = {
  name: "imports point inwards",
  check: (files) => {
    const entryPoints = entryPointFiles(files);
    return importRule("", ({ path }, { target }) => {
      if (target === undefined || mayReach(path, target)) return undefined;
      const isProgram = isIn(path, "cli", "examples", "bench");
      if (isProgram && (target === "mod.ts" || entryPoints.has(target))) return undefined;
      return `${path.split("/")[0]} may not import ${target}`;
    }).check(files);
  },
};

/** The files behind the entry points of package.json. */
export function entryPointFiles(files: ReadonlyArray<Source>): ReadonlySet<string> {
  const manifest = files.find(({ path }) => path === "package.json");
  if (manifest === undefined) return new Set();
  // The manifest is ours; the rule on entry points looks at its shape.
  const { exports } = JSON.parse(manifest.text) as { readonly exports: Record<string, string> };
  return new Set(Object.values(exports).map((source) => source.replace(/^\.\//, "")));
}

const specifiers = importRule("imports are written so that every runtime finds them", (
  { path },
  { specifier, target, isTypeOnly },
) => {
  if (target !== undefined) {
    return /\.(ts|mjs|json)$/.test(target) ? undefined : `"${specifier}" must end in .ts`;
  }
  if (specifier.startsWith("node:")) return undefined;
  const core = coreModule(path);
  if (/^fp-ts\/lib\/[A-Za-z]+\.js$/.test(specifier)) {
    return isTypeOnly || core === undefined || !withoutFpTs.has(core)
      ? undefined
      : `${core} may take only types from ${specifier}; see src/either.ts`;
  }
  if (specifier === "fp-ts/HKT") return isTypeOnly ? undefined : "fp-ts/HKT holds only types";
  if (specifier.startsWith("fp-ts")) return `"${specifier}" must be fp-ts/lib/X.js`;
  if (/^io-ts(\/lib\/[A-Za-z]+\.js)?$/.test(specifier)) {
    const isCodec = core === undefined ? !isIn(path, "stores", "mod.ts") : knowsIoTs.has(core);
    return isCodec ? undefined : "io-ts belongs to codecs";
  }
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  return isIn(path, ...packagePlaces[name] ?? []) ? undefined : `${name} may not be imported here`;
});

const nodeModules = importRule("node: is imported only where a machine is wanted", (
  { path },
  { specifier },
) =>
  !specifier.startsWith("node:") || isIn(path, ...knowsNode)
    ? undefined
    : `${specifier} may not be imported here`);

const pureImports = importRule("pure files of stores/file import no file that acts", (
  { path },
  { target },
) => {
  const from = fileStoreModule(path);
  const to = target === undefined ? undefined : fileStoreModule(target);
  if (from === undefined || to === undefined || !pureFiles.has(from)) return undefined;
  return actingFiles.has(to) ? `${from} is pure, and ${to} acts` : undefined;
});

/** The files that each file imports, types included: a reader has to follow those as well. */
function graphOf(files: ReadonlyArray<Source>): ReadonlyMap<string, ReadonlyArray<string>> {
  return new Map(
    typeScript(files).map((file) => [
      file.path,
      importsOf(file).flatMap(({ target }) => target ?? []),
    ]),
  );
}

const cycles: Rule = {
  name: "no import leads back to where it came from",
  check: (files) => {
    const graph = graphOf(files);
    const done = new Set<string>();
    const found: string[] = [];
    const follow = (path: string, trail: ReadonlyArray<string>): void => {
      if (trail.includes(path)) {
        const loop = [...trail.slice(trail.indexOf(path)), path];
        found.push(complaint(path, 1, `a cycle of imports: ${loop.join(" -> ")}`));
      } else if (!done.has(path)) {
        for (const next of graph.get(path) ?? []) follow(next, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of graph.keys()) follow(path, []);
    return found;
  },
};

const dead: Rule = {
  name: "every file of src and stores is reached from an entry point",
  check: (files) => {
    const graph = graphOf(files);
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const next of graph.get(path) ?? []) follow(next);
    };
    for (const path of [...entryPointFiles(files), "cli/main.ts"]) follow(path);
    return [...graph.keys()]
      .filter((path) => isIn(path, "src", "stores") && !reached.has(path))
      .map((path) => complaint(path, 1, "no entry point leads here"));
  },
};

/** Which way imports point. */
export const importRules: ReadonlyArray<Rule> = [
  order,
  everyModuleHasItsPlace,
  directions,
  specifiers,
  nodeModules,
  pureImports,
  cycles,
  dead,
];
