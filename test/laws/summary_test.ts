import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkLaws } from "../../src/laws/check_laws.ts";
import { broken, held, type Judgement, skipped, unable } from "../../src/laws/judgement.ts";
import type { Law } from "../../src/laws/law.ts";
import { lawOf } from "../../src/laws/statement.ts";
import { summaryOf } from "../../src/laws/summary.ts";

function law(id: string, judge: (one: number) => Judgement, subject = "numbers"): Law {
  return lawOf<number>({
    id,
    family: "algebra",
    tier: "core",
    title: "numbers are small",
    why: "So that there is something to find.",
    subject,
    cases: fc.nat(1000),
    judge,
    save: (one) => one,
    restore: Number,
    tell: (one) => [["Given", String(one)]],
  });
}

describe("a summary", () => {
  it("has a line for each law, by subject, with its cases and what they are worth", async () => {
    const laws = [
      law("T1", () => held),
      law("T2", (one) => one % 2 === 0 ? held : skipped("odd")),
      law("T3", (one) => one < 100 ? held : broken("it is large")),
      law("T4/part", () => skipped("never"), "others"),
      law("T5", () => unable("there is no clock here"), "others"),
    ];
    const summary = summaryOf(await checkLaws(laws, { seed: 1 })());
    const lines = summary.split("\n").map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(lines[0], ["numbers"]);
    assert.deepEqual(lines[1], ["held", "T1", "100 of 100", "under 3.0 %", "numbers are small"]);
    assert.deepEqual(lines[2]?.slice(0, 2), ["held", "T2"]);
    assert.match(lines[2]?.slice(2, 4).join() ?? "", /^\d\d of 100,under \d\.\d %$/);
    assert.deepEqual(lines[3]?.slice(0, 2), ["BROKEN", "T3"]);
    assert.match(lines[3]?.slice(2).join() ?? "", /^case \d+,numbers are small$/);
    assert.deepEqual(lines[5], ["others"]);
    assert.deepEqual(lines[6], ["unable", "T5", "there is no clock here", "numbers are small"]);
    assert.deepEqual(lines[7], ["VACUOUS", "T4/part", "0 of 1000", "too few", "numbers are small"]);
    assert.deepEqual(lines[9], ["5 laws: 2 held, 1 unable, 1 broken, 1 vacuous"]);
  });

  it("promises nothing where nothing was sampled", async () => {
    const summary = summaryOf(await checkLaws([law("T5", () => unable("no clock"))])());
    assert.doesNotMatch(summary, /confidence/);
    assert.match(summaryOf(E.right([])), /^0 laws: none was checked$/);
  });
});
