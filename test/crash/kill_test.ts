import assert from "node:assert/strict";
import { test } from "node:test";
import { killWriters } from "../support/kill_campaign.ts";
import { isSoak, runtimes, startedElsewhere, tellMissing } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";

const rounds = isSoak ? 200 : 10;
const seed = seedOfRun();

tellMissing("a writer that is killed");

test(
  `a writer is killed ${rounds} times, and the next one finds all that was acknowledged`,
  { skip: startedElsewhere },
  async (t) => {
    const { problems, ...figures } = await killWriters({ seed, rounds, runtimes });
    t.diagnostic(`seed ${seed}: ${JSON.stringify(figures)}`);
    assert.deepEqual(problems, [], `LEFTFOLD_SEED=${seed}`);
    assert(figures.acknowledged > rounds, `${figures.acknowledged} were acknowledged only`);
  },
);

test(
  "the campaign sees the loss of a store that acknowledges before it writes",
  { skip: startedElsewhere },
  async () => {
    const { problems } = await killWriters({ seed, rounds: 24, runtimes, durability: "none" });
    assert.match(problems.join("\n"), /was acknowledged and is lost/, `LEFTFOLD_SEED=${seed}`);
  },
);
