/**
 * Loaded before a test file: properties that name no seed draw from that of the run.
 *
 * @module
 */
import fc from "fast-check";
import { givenSeed } from "./seed.ts";

const seed = givenSeed();
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
