import assert from "node:assert/strict";
import { test } from "node:test";
import { isSoak, runtimes, startedElsewhere, tellMissing } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";
import { raceWriters } from "../support/race_campaign.ts";

const rounds = isSoak ? 200 : 10;
const seed = seedOfRun();

tellMissing("a writer that is stopped past its lease");

test(
  `two writers race ${rounds} times, and nothing that was acknowledged is lost or doubled`,
  { skip: startedElsewhere },
  async (t) => {
    const { problems, ...figures } = await raceWriters({ seed, rounds, runtimes });
    t.diagnostic(`seed ${seed}: ${JSON.stringify(figures)}`);
    assert.deepEqual(problems, [], `LEFTFOLD_SEED=${seed}`);
    assert(figures.takeovers >= rounds, `there were ${figures.takeovers} take-overs only`);
  },
);

test(
  "the campaign sees the harm of a writer that does not look whether it is still the owner",
  { skip: startedElsewhere },
  async () => {
    const { problems } = await raceWriters({ seed, rounds: 4, runtimes, isBlind: true });
    assert.match(
      problems.join("\n"),
      /verifyStore|is lost|next writer found only/,
      `LEFTFOLD_SEED=${seed}`,
    );
  },
);
