import assert from "node:assert/strict";
import { test } from "node:test";
import { replay } from "leftfold";
import { commandOf, declaration } from "../../../examples/declarations/decider.ts";
import { generate } from "../../../examples/declarations/generator.ts";
import { type Entry, readInput } from "../../../examples/declarations/input.ts";
import type { RuleName } from "../../../examples/declarations/rules.ts";
import { rulesExplained } from "../../../examples/declarations/rules.ts";

async function generated(seed: number, declarations: number): Promise<ReadonlyArray<Entry>> {
  const input = await readInput({ _tag: "Generated", seed, declarations });
  assert(input._tag === "Right", "every generated line is an event of the domain");
  return input.right;
}

test("the same seed gives the same lines, another seed gives others", () => {
  const lines = generate({ seed: 7, declarations: 50 });
  assert.deepEqual(generate({ seed: 7, declarations: 50 }), lines);
  assert.notDeepEqual(generate({ seed: 8, declarations: 50 }), lines);
});

test("the lines are the same on every runtime", () => {
  const lines = generate({ seed: 7, declarations: 300 }).join("\n");
  // A sum that tells two texts apart well enough: this is no place for a cryptographic one.
  const sum = [...lines].reduce(
    (so, letter) => (Math.imul(so, 31) + letter.charCodeAt(0)) >>> 0,
    0,
  );
  assert.deepEqual([lines.length, sum], [628655, 1883933124]);
});

test("more declarations keep those of fewer", () => {
  const many = new Set(generate({ seed: 7, declarations: 60 }));
  for (const line of generate({ seed: 7, declarations: 40 })) assert(many.has(line), line);
});

test("the lines are in the order of their times, and each declaration counts its events", async () => {
  const entries = await generated(7, 300);
  const counts = new Map<string, number>();
  let last = 0;
  for (const { cloudEvent: { stream, recordedAt, proposed } } of entries) {
    const count = (counts.get(stream) ?? 0) + 1;
    counts.set(stream, count);
    assert.equal(proposed.id, `${stream}/${count}`);
    assert(recordedAt.getTime() >= last);
    last = recordedAt.getTime();
  }
  assert.equal(counts.size, 300);
});

test("most declarations obey, and every rule but that of amounts is broken somewhere", async () => {
  const entries = await generated(1, 6000);
  const streams = new Map<string, Array<Entry>>();
  for (const entry of entries) {
    const stream = entry.cloudEvent.stream;
    streams.set(stream, [...streams.get(stream) ?? [], entry]);
  }
  const broken = [...streams.values()].map(firstBroken).filter((rule) => rule !== undefined);
  assert(broken.length < streams.size / 4, `${broken.length} of ${streams.size} break a rule`);
  const wanted = Object.keys(rulesExplained).filter((rule) => rule !== "AmountIsMoney");
  assert.deepEqual([...new Set(broken)].sort(), wanted.sort());
});

function firstBroken(entries: ReadonlyArray<Entry>): RuleName | undefined {
  let state = declaration.initialState;
  for (const { event } of entries) {
    const decision = declaration.decide(commandOf(event), state);
    if (decision._tag === "Left") return decision.left.rule;
    state = replay(declaration)(decision.right, state);
  }
  return undefined;
}
