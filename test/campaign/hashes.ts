/**
 * Lives some lives and prints the hashes of their traces, so that runtimes can be compared.
 *
 * @module
 */
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { profiles } from "../../stores/storage/simulated.ts";
import { life } from "./life.ts";

const under = { openFileStore, fileStates };
const hashes: string[] = [];
for (const profile of Object.values(profiles)) {
  for (let seed = 1; seed <= 20; seed++) hashes.push((await life(seed, profile, under)).hash);
}
// These differed on Bun, as long as the engine waited with `Promise.prototype.finally`.
for (const seed of [29, 72, 319]) hashes.push((await life(seed, profiles.power, under)).hash);
console.log(hashes.join(" "));
