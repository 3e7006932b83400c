import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { givenSeed } from "../support/seed.ts";

const given = givenSeed();
const alone: string | false = given === undefined
  ? "LEFTFOLD_SEED is not given, so that each property draws a seed of its own"
  : false;

test("a property that names no seed draws from that of the run", { skip: alone }, () => {
  const { seed } = fc.check(fc.property(fc.nat(), () => true));
  assert.equal(seed, given, "load test/support/preload_seed.ts before the test, as the gate does");
  assert.equal(fc.check(fc.property(fc.nat(), () => true), { seed: 7 }).seed, 7);
});
