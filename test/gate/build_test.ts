import assert from "node:assert/strict";
import { test } from "node:test";
import { forBundlers, publishedManifest } from "./build.ts";
import { filesTooMany } from "./package.ts";
import { unexplained } from "./must_not_compile.ts";

test("the published manifest names compiled files, and nothing that only a checkout needs", () => {
  const published = publishedManifest(
    { name: "leftfold", scripts: {}, devDependencies: {}, dependencies: { "fp-ts": "^2" } },
    { ".": "./mod.ts", "./package.json": "./package.json" },
    { leftfold: "./cli/main.ts" },
  );
  assert.deepEqual(published, {
    name: "leftfold",
    dependencies: { "fp-ts": "^2" },
    exports: {
      ".": {
        types: "./dist/mod.d.ts",
        module: "./dist-esm/mod.js",
        workerd: "./dist-esm/mod.js",
        browser: "./dist-esm/mod.js",
        default: "./dist/mod.js",
      },
      "./package.json": "./package.json",
    },
    bin: { leftfold: "./dist/cli/main.js" },
  });
});

test("bundlers get the modules that they can shake", () => {
  assert.equal(
    forBundlers(`import * as E from "fp-ts/lib/Either.js"; import * as t from "io-ts";`),
    `import * as E from "fp-ts/es6/Either.js"; import * as t from "io-ts";`,
  );
});

test("a package of many files is told", () => {
  assert.deepEqual(filesTooMany(["a.js", "b.js", "c.js", "a.d.ts"], 1), []);
  assert.deepEqual(filesTooMany(["a.js", "b.js", "c.js", "d.js"], 1).length, 1);
});

test("a wrong program says what is wrong with it", () => {
  const mute = "// @ts-expect-error\nf(1);\n";
  assert.equal(unexplained("a.ts", mute).length, 1);
  assert.equal(unexplained("a.ts", "f(1);\n").length, 1);
  assert.deepEqual(unexplained("a.ts", mute.replace("error", "error: a number is no name")), []);
});
