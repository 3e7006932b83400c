/**
 * Lives some lives and prints the hashes of their traces, so that runtimes can be compared.
 *
 * @module
 */
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { profiles } from "../../stores/storage/simulated.ts";
import { life } from "./life.ts";

const hashes: string[] = [];
for (const profile of Object.values(profiles)) {
  for (let seed = 1; seed <= 4; seed++) {
    hashes.push((await life(seed, profile, { openFileStore, fileStates })).hash);
  }
}
console.log(hashes.join(" "));
