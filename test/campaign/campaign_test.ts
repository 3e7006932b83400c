import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { profiles } from "../../stores/storage/simulated.ts";
import { runtimes, start, startedElsewhere } from "../support/kill_runtimes.ts";
import { life } from "./life.ts";

const under = { openFileStore, fileStates };

/** So many lives of each profile; `npm run simulate` lives more of them. */
const lives = 40;

describe("lives on a disk that breaks", () => {
  for (const profile of [profiles.process, profiles.power]) {
    test(`${profile.name}: ${profile.promise}`, async () => {
      let recoveries = 0;
      for (let seed = 1; seed <= lives; seed++) {
        const { violations, figures } = await life(seed, profile, under);
        assert.deepEqual(violations, [], `seed ${seed}`);
        recoveries += figures.recoveries;
      }
      assert.ok(recoveries > 2 * lives, "stores were opened again");
    });
  }
});

const hashesFile = "../campaign/hashes.ts";

test("the same seed gives the same life on every runtime", { skip: startedElsewhere }, async () => {
  const told = await Promise.all(runtimes.map(async (runtime) => {
    const child = start(runtime, hashesFile, []);
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 0, runtime.name);
    return [runtime.name, output] as const;
  }));
  const [, first] = told[0]!;
  assert.match(first, /^([0-9a-f]{16} ?){20}\n$/);
  for (const [name, hashes] of told) assert.equal(hashes, first, name);
});
