/** The random laws of stores at length; `test/stores` runs each of them some times in the gate. */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { explainLawFault, storeLaws } from "../../stores/conformance/mod.ts";
import { isSoak, startedElsewhere } from "../support/kill_runtimes.ts";
import { seedOfRun } from "../support/seed.ts";
import {
  fileSubject,
  type FileSubjectOptions,
  inMemory,
  memorySubject,
  onSimulatedDisk,
} from "../support/store_subjects.ts";

const seed = seedOfRun();
const skip = !isSoak
  ? "only in the soak; the tests of the stores run some of it"
  : startedElsewhere;

const tiny: FileSubjectOptions = { segmentBytesMax: 1024, archives: true };
const subjects = [
  memorySubject,
  fileSubject("a file store whose power is cut", onSimulatedDisk, { survives: "power" }),
  fileSubject("one of tiny segments whose power is cut", onSimulatedDisk, {
    ...{ survives: "power", ...tiny },
  }),
  fileSubject("a file store of tiny segments that is killed", inMemory, tiny),
  fileSubject("one of few terms", inMemory, { activeTermsMax: 3 }),
];

for (const subject of subjects) {
  for (const [id, runs] of [["model.histories", 1_000], ["together.history", 3_000]] as const) {
    test(`${subject.name} holds to ${id} in ${runs} random cases`, { skip }, async (t) => {
      const law = storeLaws.find((one) => one.id === id);
      assert(law);
      const held = await law.check(subject, { runs, seed, secondsMax: 900 })();
      if (E.isLeft(held)) assert.fail(`LEFTFOLD_SEED=${seed}: ${explainLawFault(held.left)}`);
      t.diagnostic(`seed ${seed}: ${id}, ${subject.name}: ${JSON.stringify(held.right)}`);
    });
  }
}
