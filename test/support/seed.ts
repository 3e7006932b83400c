/**
 * The seed of a run of the tests.
 *
 * The gate gives every run the same one, so that it says the same of the same sources; whoever runs
 * a test file alone, or the soak, draws another one each time.
 *
 * @module
 */
import process from "node:process";

/** `LEFTFOLD_SEED`, or another one each time: a whole number below 2^31. */
export function seedOfRun(): number {
  return givenSeed() ?? Math.floor(Math.random() * 2 ** 31);
}

/** `LEFTFOLD_SEED`, if it is given. */
export function givenSeed(): number | undefined {
  const given = process.env["LEFTFOLD_SEED"];
  return given === undefined ? undefined : Number(given);
}
