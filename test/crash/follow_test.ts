import assert from "node:assert/strict";
import { test } from "node:test";
import { followWriters } from "../support/follow_campaign.ts";
import { isSoak, runtimes, startedElsewhere, tellMissing } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";

const seed = seedOfRun();
const writers = runtimes;
// In the gate one reader, on another runtime each time.
const readers = isSoak ? runtimes : [runtimes[seed % runtimes.length]!];
const [kills, writingMs] = isSoak ? [11, 5_000] : [2, 500];

tellMissing("a reader that follows a writer");

test(
  `readers follow a store whose writer is killed ${kills} times: every record once, in order`,
  { skip: startedElsewhere },
  async (t) => {
    const { problems, ...figures } = await followWriters({
      seed,
      kills,
      writingMs,
      writers,
      readers,
    });
    t.diagnostic(`seed ${seed}: ${JSON.stringify(figures)}`);
    assert.deepEqual(problems, [], `LEFTFOLD_SEED=${seed}`);
    assert(figures.acknowledged > 3 * kills, `${figures.acknowledged} were acknowledged only`);
  },
);

test(
  "the campaign sees a reader that loses a record",
  { skip: startedElsewhere },
  async () => {
    const writers = runtimes.slice(0, 1);
    const campaign = { seed, kills: 0, writingMs: 500, writers, readers: writers, isLossy: true };
    const { problems } = await followWriters(campaign);
    assert.match(problems.join("\n"), /saw other records/, `LEFTFOLD_SEED=${seed}`);
  },
);
