/**
 * The seed of a run of the tests.
 *
 * The gate gives every run the same one, so that it says the same of the same sources; whoever runs
 * a test file alone, or the soak, draws another one each time.
 *
 * @module
 */
import process from "node:process";

/** `LEFTFOLD_SEED`, or another whole number below 2^31 each time. */
export function seedOfRun(): number {
  return givenSeed() ?? Math.floor(Math.random() * 2 ** 31);
}

/** `LEFTFOLD_SEED`, if it is given. One that is no whole number is thrown. */
export function givenSeed(): number | undefined {
  const given = process.env["LEFTFOLD_SEED"];
  if (given === undefined) return undefined;
  const seed = Number(given);
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`LEFTFOLD_SEED is "${given}"; give a whole number`);
  }
  return seed;
}
