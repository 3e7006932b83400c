import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { keyOf, type LawName } from "../../src/laws/law.ts";
import { regressionTest } from "../../src/laws/regression.ts";
import { command, tool } from "../gate/command.ts";
import { root } from "../gate/files.ts";
import type { Planted } from "../support/laws/planted.ts";
import { plantedBugs } from "../support/laws/planted/catalogue.ts";
import { seedOfRun } from "../support/seed.ts";

const isSoak = process.env["LEFTFOLD_SOAK"] === "1";
const seed = seedOfRun();
/** Of so many bugs one is taken, which ones is the seed's choice; all of them in the soak. */
const nth = 8;
const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

const law: LawName = {
  id: "DE16",
  part: "it's small",
  family: "decider",
  tier: "declared",
  title: "holds",
  why: "So.",
};
const one = { law, subject: "order", saved: { commands: [] } };

describe("a printed test", () => {
  it("imports a specification and the function that makes its laws", () => {
    const text = regressionTest({
      ...one,
      maker: "deciderLaws",
      sources: [{ from: "./order.ts", spec: "orderSpec", runner: "vitest" }],
    });
    assert.equal(
      text,
      [
        'import { it } from "vitest";',
        'import { deciderLaws, expectLaw } from "leftfold/laws";',
        'import { orderSpec } from "./order.ts";',
        "",
        "const found = { commands: [] };",
        "",
        'it("order obeys DE16/it\'s small: holds", () =>',
        '  expectLaw(deciderLaws(orderSpec), "DE16/it\'s small", found));',
      ].join("\n"),
    );
  });

  it("imports the laws, if it is they that are exported", () => {
    const source = { from: "./order.ts", laws: "orderLaws" };
    const text = regressionTest({ ...one, maker: "deciderLaws", sources: [source] });
    assert.match(text, /^import { expectLaw } from "leftfold\/laws";$/m);
    assert.match(text, /^import { orderLaws } from "\.\/order\.ts";$/m);
    assert.match(text, /expectLaw\(orderLaws, "DE16/);
  });

  it("says what to put in, where nobody has said what to import", () => {
    const nothing = regressionTest({ ...one, maker: "deciderLaws", sources: [] });
    assert.match(nothing, /^\/\/ Put in here where the laws of "order" are exported\.$/m);
    // A law that is made apart is not among those that a function makes of the specification.
    const source = { from: "./order.ts", spec: "orderSpec" };
    const apart = regressionTest({ ...one, maker: undefined, sources: [source] });
    assert.match(apart, /^\/\/ Put in here/m);
    const file = { from: "./laws.ts", laws: "all" };
    const found = regressionTest({ ...one, maker: undefined, sources: [source, file] });
    assert.match(found, /^import { all } from "\.\/laws\.ts";$/m);
  });
});

describe(
  "printed tests, written to files",
  { skip: isNode ? false : "one runtime is enough" },
  () => {
    // Below the project's folder, so that `leftfold` is found as in any other of its files.
    const folder = join(root, "build", `printed-${process.pid}`);
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("compile, and fail for the law that the bug has broken", async () => {
      const chosen = plantedBugs.filter((_, at) => isSoak || at % nth === seed % nth);
      mkdirSync(folder, { recursive: true });
      const files = await Promise.all(chosen.map((bug, at) => printed(folder, bug, at)));
      writeFileSync(join(folder, "all.ts"), files.map((file) => `import "./${file}";\n`).join(""));
      writeFileSync(join(folder, "tsconfig.json"), config);

      const compiled = await tool("tsc", ["-p", folder]);
      assert.equal(compiled.code, 0, compiled.output);

      const args = ["--import", "tsx", "--test-reporter=tap", join(folder, "all.ts")];
      // Else it would take itself for a part of the test that runs it.
      const env = { NODE_TEST_CONTEXT: "" };
      const { stdout, output } = await command(process.execPath, args, { env });
      const outcomes = outcomesIn(stdout);
      assert.equal(outcomes.length, chosen.length, output);
      const wrong = chosen.flatMap(({ bug, law }, at) => {
        const { isGreen, text } = outcomes[at]!; // as many as there are bugs
        if (isGreen) return [`it passes, in spite of the bug: ${bug}: ${text}`];
        const isMeant = text.includes(` breaks ${law}: `);
        return isMeant ? [] : [`it fails for something else: ${bug}: ${text}`];
      });
      assert.deepEqual(wrong, []);
    });
  },
);

const config = JSON.stringify({
  extends: "../../tsconfig.json",
  compilerOptions: { declaration: false, isolatedDeclarations: false },
  include: ["."],
  exclude: [],
});

/** Writes the test that is printed for a bug, and the module with its laws that the test imports. */
async function printed(folder: string, bug: Planted, at: number): Promise<string> {
  const place = plantedBugs.indexOf(bug);
  const law = bug.laws().find((one) => keyOf(one) === bug.law);
  assert(law, `there is no law ${bug.law}`);
  const source = { from: `./laws_${at}.ts`, laws: "brokenLaws" };
  const outcome = await law.check({ runs: 100, seed, source })();
  assert(E.isLeft(outcome) && outcome.left._tag === "LawBroken", `${bug.law} does not see it`);
  const { test } = outcome.left;
  writeFileSync(join(folder, `printed_${at}.ts`), `${test}\n`);
  writeFileSync(
    join(folder, `laws_${at}.ts`),
    [
      'import { plantedBugs } from "../../test/support/laws/planted/catalogue.ts";',
      `export const brokenLaws = plantedBugs[${place}]!.laws();`,
      "",
    ].join("\n"),
  );
  return `printed_${at}.ts`;
}

/** The tests of a TAP report, in their order, each with what is told of it. */
function outcomesIn(
  tap: string,
): ReadonlyArray<{ readonly isGreen: boolean; readonly text: string }> {
  return tap.split(/^# Subtest: /m).slice(1).map((text) => ({
    isGreen: /^ok \d+ - /m.test(text),
    text,
  }));
}
