/**
 * Planted bugs, start after start: each is caught by its check in twenty of twenty, whatever the
 * check draws by chance. `test/planted` makes one start in the gate.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { workshop } from "../planted/broken_build.ts";
import { catalogue } from "../planted/catalogue.ts";
import { tryBuild } from "../planted/trial.ts";
import { isSoak, startedElsewhere } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";

const starts = 20;
const seed = seedOfRun();
const skip = !isSoak ? "only in the soak; test/planted makes one start of each" : startedElsewhere;
const place = workshop();
after(place.remove);

test(`each planted bug is caught in ${starts} of ${starts} starts`, { skip }, async (t) => {
  const missed: string[] = [];
  for (const bug of catalogue) {
    const program = await place.make(bug.caughtBy.file, bug);
    let caught = 0;
    for (let left = starts; left > 0;) {
      const env = { LEFTFOLD_TIMES: String(left) };
      const { red, green } = await tryBuild(program, [bug.caughtBy.test], env);
      caught += red.length;
      // A start that never ends is the last one of its process.
      left -= Math.max(1, red.length + green.length);
    }
    if (caught !== starts) missed.push(`${bug.name}: ${caught} of ${starts}`);
  }
  t.diagnostic(`seed ${seed}: ${catalogue.length} bugs, ${starts} starts each`);
  assert.deepEqual(missed, []);
});
