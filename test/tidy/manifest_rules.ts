/**
 * What npm, JSR and the tree must agree on.
 *
 * @module
 */
import { complaint, isIn, type Rule, type Source } from "./source.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly imports?: unknown;
}

function readManifest(files: ReadonlyArray<Source>, path: string): Manifest | undefined {
  const file = files.find((one) => one.path === path);
  // Both manifests are ours; a field that is missing shows up as a complaint below.
  return file === undefined ? undefined : JSON.parse(file.text) as Manifest;
}

function bothManifests(
  name: string,
  compare: (npm: Manifest, jsr: Manifest) => ReadonlyArray<string>,
): Rule {
  return {
    name,
    check: (files) => {
      const npm = readManifest(files, "package.json");
      const jsr = readManifest(files, "deno.json");
      if (npm === undefined || jsr === undefined) return ["package.json or deno.json is missing"];
      return compare(npm, jsr).map((words) => complaint("deno.json", 1, words));
    },
  };
}

function modules(exports: Manifest["exports"]): ReadonlyMap<string, string> {
  return new Map(Object.entries(exports).filter(([, source]) => source.endsWith(".ts")));
}

const sameEntryPoints = bothManifests("npm and JSR offer the same entry points", (npm, jsr) => {
  const [ours, theirs] = [modules(npm.exports), modules(jsr.exports)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) =>
    ours.get(name) === theirs.get(name)
      ? []
      : [`${name} is ${theirs.get(name)}, but ${ours.get(name)} in package.json`]
  );
});

const sameVersion = bothManifests("npm and JSR offer the same version and licence", (npm, jsr) => [
  ...npm.version === jsr.version ? [] : [`version ${jsr.version}, but ${npm.version} on npm`],
  ...npm.license === jsr.license ? [] : [`licence ${jsr.license}, but ${npm.license} on npm`],
]);

const noImportMap = bothManifests("Deno finds dependencies in package.json", (_npm, jsr) =>
  // With an import map and its global cache, Deno loses the types of fp-ts and accepts wrong code.
  jsr.imports === undefined ? [] : ["remove imports: under them Deno loses the types of fp-ts"]);

const dependencyRanges: Rule = {
  name: "what users get is a range, what the gate runs is pinned",
  check: (files) => {
    const npm = readManifest(files, "package.json");
    const wrong = (
      packages: Readonly<Record<string, string>> = {},
      pattern: RegExp,
      words: string,
    ): ReadonlyArray<string> =>
      Object.entries(packages).filter(([, version]) => !pattern.test(version))
        .map(([name, version]) => complaint("package.json", 1, `${name} ${version}: ${words}`));
    return [
      ...wrong(npm?.dependencies, /^\^\d/, "a range, so that users have one copy of it"),
      ...wrong(npm?.devDependencies, /^\d/, "one version, so that the gate is the same for all"),
    ];
  },
};

/** Folders of which every file is an entry point: `stores/storage/x_y.ts` is `./storage/x-y`. */
const adapters: Rule = {
  name: "every adapter of the storage port is an entry point of its own",
  check: (files) => {
    const exports = modules(readManifest(files, "package.json")?.exports ?? {});
    return files.filter(({ path }) => /^stores\/storage\/\w+\.ts$/.test(path)).flatMap(
      ({ path }) => {
        const name = path.replace(/^stores\//, "./").replace(/\.ts$/, "").replaceAll("_", "-");
        return exports.get(name) === `./${path}`
          ? []
          : [complaint(path, 1, `package.json does not offer it as ${name}`)];
      },
    );
  },
};

const outsideData: Rule = {
  name: "data from outside is found through LEFTFOLD_DATA",
  check: (files) =>
    files.filter(({ path }) => isIn(path, "test") && !isIn(path, "test/tidy", "test/tidy_test.ts"))
      .flatMap(({ path, text }) =>
        text.split("\n").flatMap((line, index) =>
          /\.\.\/shared\b/.test(line)
            ? [complaint(path, index + 1, "take the folder from LEFTFOLD_DATA, or skip")]
            : []
        )
      ),
};

/** What npm, JSR and the tree must agree on. */
export const manifestRules: ReadonlyArray<Rule> = [
  sameEntryPoints,
  sameVersion,
  noImportMap,
  dependencyRanges,
  adapters,
  outsideData,
];
