/**
 * Loaded before a test file: properties that name no seed draw from that of the run.
 *
 * @module
 */
import fc from "fast-check";
import { givenSeed } from "./seed.ts";

/** From now on, properties that name no seed draw from this one. */
export function drawFrom(seed: number): void {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}

const seed = givenSeed();
if (seed !== undefined) drawFrom(seed);
