import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHistory } from "../../../stores/conformance/mod.ts";
import { isSoak } from "../../support/kill_runtimes.ts";
import { seedOfRun } from "../../support/seed.ts";
import { isExplained } from "../../support/linearizability.ts";
import { rightHistory, twisted } from "../../support/small_histories.ts";

const seed = seedOfRun();
const count = isSoak ? 100_000 : 4_000;

test(`the checker agrees with a search of every order, on ${count} small histories`, (t) => {
  let wrong = 0;
  for (let nth = 0; nth < count; nth++) {
    const right = rightHistory(seed + nth, 7);
    assert.deepEqual(checkHistory(right.operations, right.log), [], `LEFTFOLD_SEED=${seed + nth}`);
    const other = twisted(right, seed + nth);
    const isRight = isExplained(other.operations, other.log);
    const violations = checkHistory(other.operations, other.log);
    assert.equal(
      violations.length === 0,
      isRight,
      `LEFTFOLD_SEED=${seed + nth}: ${JSON.stringify({ ...other, violations })}`,
    );
    wrong += isRight ? 0 : 1;
  }
  t.diagnostic(`seed ${seed}: ${wrong} of ${count} were wrong`);
  assert(wrong > count / 5, `${wrong} of ${count} were wrong`);
});
