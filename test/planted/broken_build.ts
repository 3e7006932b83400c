/**
 * Builds of a test file, and of the store that it imports, with a planted bug in one of the sources.
 *
 * @module
 */
import { type BuildContext, context, type Plugin } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../gate/files.ts";
import { plant, type PlantedBug } from "./planted_bug.ts";

/** Makes builds, one at a time, in a folder that goes when they are not wanted any more. */
export interface Workshop {
  /** Bundles a test file as a program that runs some of its tests, and gives where it is. */
  readonly make: (testFile: string, bug: PlantedBug | undefined) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** What is built now. */
interface Bench {
  bug: PlantedBug | undefined;
  /** Whether the build has met the source with the bug. */
  isPlanted: boolean;
}

export function workshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), "leftfold-planted-"));
  // Of the sources of a test file one is another from build to build: the others stay parsed.
  const contexts = new Map<string, Promise<BuildContext<{ write: false }>>>();
  const bench: Bench = { bug: undefined, isPlanted: false };
  let made = 0;
  return {
    make: async (testFile, bug) => {
      const building = contexts.get(testFile) ?? begin(testFile, bench);
      contexts.set(testFile, building);
      Object.assign(bench, { bug, isPlanted: false });
      const { outputFiles: [bundle] } = await (await building).rebuild();
      if (bug && !bench.isPlanted) {
        throw new Error(`${testFile} does not use ${bug.file}, where "${bug.name}" is planted`);
      }
      const program = join(folder, `${++made}.mjs`);
      writeFileSync(program, bundle!.contents);
      return program;
    },
    remove: async () => {
      for (const building of contexts.values()) await (await building).dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function begin(testFile: string, bench: Bench): Promise<BuildContext<{ write: false }>> {
  return context({
    stdin: {
      contents: `import { runTests } from "./test/planted/collected_tests.ts";\n` +
        `import "./${testFile}";\nawait runTests();\n`,
      resolveDir: root,
      loader: "ts",
    },
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    // The manifest says that no module does anything by itself; those of tests do.
    ignoreAnnotations: true,
    // What CommonJS packages ask of Node at run time.
    banner: {
      js: `import { createRequire } from "node:module";` +
        `const require = createRequire(import.meta.url);`,
    },
    // A test may import the very builder that makes this build.
    external: ["esbuild", "@babel/parser"],
    plugins: [sources(bench)],
    logLevel: "silent",
  });
}

/** Gives sources as they are, but for the bug, and tests that are collected instead of run. */
function sources(bench: Bench): Plugin {
  return {
    name: "planted",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^node:test$/ }, () => {
        return { path: join(root, "test/planted/collected_tests.ts") };
      });
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        let text = readFileSync(path, "utf8");
        const { bug } = bench;
        if (bug && path === join(root, bug.file)) {
          text = plant(bug, text);
          bench.isPlanted = true;
        }
        // A bundle lies elsewhere than the files that it was made of.
        const here = JSON.stringify(pathToFileURL(path).href);
        return { contents: text.replaceAll("import.meta.url", here), loader: "ts" };
      });
    },
  };
}
