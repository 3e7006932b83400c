/**
 * Every short life: all sequences of up to three steps on a fresh store, as scripts. Most crash bugs
 * of file systems need no more than three operations, and all of those a crash after a flush
 * (Mohan et al., OSDI 2018).
 *
 * @module
 */
import type { CommitPlan, Step } from "./plan.ts";
import type { Script } from "./scripts.ts";

const one: CommitPlan = { streams: ["a-1"], events: 1, bytes: 0, expects: "any", hasId: true };
const large: CommitPlan = { ...one, streams: ["a-1", "b-1"], events: 2, bytes: 900 };

const alphabet: ReadonlyArray<readonly [string, Step]> = [
  ["append", { _tag: "Append", commits: [one] }],
  ["two at once, and a roll", { _tag: "Append", commits: [one, large] }],
  ["close", { _tag: "Close" }],
  ["kill", { _tag: "Kill" }],
  ["power cut", { _tag: "PowerCut" }],
  ["save", { _tag: "Save" }],
  ["forget indexes", { _tag: "ForgetIndexes" }],
];

/** Every sequence of so many steps at most. */
export function shortScripts(stepsMax: number): ReadonlyArray<Script> {
  let longest: ReadonlyArray<Script> = [{ name: "", steps: [] }];
  const all: Script[] = [];
  for (let count = 0; count < stepsMax; count++) {
    longest = longest.flatMap(({ name, steps }) =>
      alphabet.map(([word, step]) => ({
        name: name === "" ? word : `${name}, ${word}`,
        steps: [...steps, step],
      }))
    );
    all.push(...longest);
  }
  return all;
}
