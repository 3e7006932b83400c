/**
 * Each planted bug turns the test red that is meant for it, and that test is green without it.
 *
 * On Node all of them; on the other runtimes a few, which show that the checks are the same there.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test } from "node:test";
import { root } from "../gate/files.ts";
import { isSoak } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";
import { type Workshop, workshop } from "./broken_build.ts";
import { catalogue } from "./catalogue.ts";
import { type Check, plant, type PlantedBug } from "./planted_bug.ts";
import { tryBuild } from "./trial.ts";

const isNode = process.versions["deno"] === undefined && process.versions["bun"] === undefined;

/** Each so many bugs, where Node tries all. */
const stride = isNode ? 1 : 25;

const tried = catalogue.filter((_, nth) => nth % stride === 0);
/** The checks are green in the gate as they are; in builds, each so many files of them is looked at. */
const greenStride = isSoak || !isNode ? 1 : 5;
const greenFrom = seedOfRun() % greenStride;
const place: Workshop = workshop();
after(place.remove);

describe("the catalogue of planted bugs", () => {
  test("has at least forty, each under a name of its own", () => {
    assert.ok(catalogue.length >= 40);
    assert.equal(new Set(catalogue.map(({ name }) => name)).size, catalogue.length);
  });

  test("is about the sources as they are", () => {
    const stale = catalogue.flatMap((bug) => {
      try {
        plant(bug, readFileSync(join(root, bug.file), "utf8"));
        return [];
      } catch (thrown) {
        return [String(thrown)];
      }
    });
    assert.deepEqual(stale, []);
  });

  test("is told when the text of a rule is gone, or stands there twice", () => {
    const bug: PlantedBug = {
      name: "forgets",
      rule: "remember",
      file: "memory.ts",
      edits: [["keep();", "$&"]],
      caughtBy: { file: "memory_test.ts", test: "remembers" },
    };
    assert.equal(plant(bug, "look(); keep();"), "look(); $&");
    assert.throws(() => plant(bug, "look();"), /"forgets" wants a text once .* finds it 0 times/);
    assert.throws(() => plant(bug, "keep(); keep();"), /finds it 2 times/);
  });
});

describe("without a bug, each check is green", () => {
  for (const [nth, [file, tests]] of [...testsByFile(tried)].entries()) {
    if (nth % greenStride !== greenFrom) continue;
    test(file, async () => {
      const { green, red } = await tryBuild(await place.make(file, undefined), tests);
      assert.deepEqual(red, []);
      assert.deepEqual([...green].sort(), [...tests].sort(), "each is a test of this file");
    });
  }
});

describe("a store is caught that", () => {
  for (const bug of tried) {
    const { name, caughtBy } = bug;
    test(`${name}, by ${caughtBy.file}`, async () => {
      const { red } = await tryBuild(await place.make(caughtBy.file, bug), [caughtBy.test]);
      const seenBy = red.map(({ test: one }) => one);
      assert.deepEqual(seenBy, [caughtBy.test], `nothing keeps this rule: ${bug.rule}`);
    });
  }
});

/** The tests that catch some bugs, each once, by their files. */
function testsByFile(bugs: ReadonlyArray<PlantedBug>): ReadonlyMap<string, ReadonlyArray<string>> {
  const tests = new Map<string, ReadonlyArray<string>>();
  for (const { file, test: one } of bugs.map(({ caughtBy }): Check => caughtBy)) {
    const known = tests.get(file) ?? [];
    tests.set(file, known.includes(one) ? known : [...known, one]);
  }
  return tests;
}
