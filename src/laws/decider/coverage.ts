/**
 * The law of coverage: histories reach what was declared.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { invariant } from "../../invariant.ts";
import { countCoverage, type Coverage, judgeShare, textOfCoverage } from "../coverage.ts";
import type { DeciderSpec } from "../decider_spec.ts";
import { againWith } from "../failure.ts";
import { unable } from "../judgement.ts";
import type { Law, LawName, Missed } from "../law.ts";
import { walk } from "../walk.ts";

const shareMinDefault = 0.01;
/** In each round so many histories are drawn. */
const round = 500;
/** What is not known after so many histories is missed. */
const historiesMax = 20_000;

const name: LawName = {
  id: "DE26",
  family: "decider",
  tier: "declared",
  title: "histories reach what was declared",
  why: "A law that holds of histories in which nothing happens says nothing.",
};

export function coverageLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  const { expect } = spec;
  if (!expect) return [];
  invariant(
    expect.events !== "all" || spec.codec !== undefined,
    `${spec.name} expects all events: give the codec, which knows how many there are`,
  );
  invariant(
    wanted(spec, countCoverage().coverage()).length > 0,
    `${spec.name} expects nothing: name what its histories have to reach`,
  );
  const share = expect.shareMin ?? shareMinDefault;
  return [{
    ...name,
    subject: spec.name,
    judge: () => Promise.resolve(unable("coverage is of many histories, not of one")),
    check: (params = {}) => () => {
      const count = countCoverage(spec.label);
      const seed = params.seed ?? fc.sample(fc.nat(), 1)[0]!; // one was asked for
      for (let drawn = 0; drawn < historiesMax; drawn += round) {
        const options = { seed: seed + drawn, numRuns: round };
        for (const history of fc.sample(walk(spec, spec.walk), options)) count.add(history);
        const answers = wanted(spec, count.coverage()).map(({ seen }) =>
          judgeShare(seen, drawn + round, share)
        );
        if (answers.every((answer) => answer === "reached")) {
          const cases = drawn + round;
          const known = { law: name, subject: spec.name, held: cases, cases, seed };
          const report = { ...known, skipped: new Map(), unable: undefined, bound: 0 };
          return Promise.resolve(E.right(report));
        }
        if (answers.includes("missed")) break;
      }
      const coverage = count.coverage();
      const missed = wanted(spec, coverage)
        .filter(({ seen }) => judgeShare(seen, coverage.histories, share) !== "reached")
        .map((one) => ({ ...one, wanted: share }));
      const text = textOf(spec.name, coverage, missed, seed);
      const { histories: cases } = coverage;
      const failure = { law: name, subject: spec.name, missed, cases, seed, text };
      return Promise.resolve(E.left({ _tag: "CoverageMissed", ...failure }));
    },
  }];
}

function wanted<Command, Event, State, Rejection>(
  { expect = {}, codec }: DeciderSpec<Command, Event, State, Rejection>,
  coverage: Coverage,
): ReadonlyArray<Pick<Missed, "what" | "seen">> {
  const events = expect.events === "all" ? codec?.types ?? [] : expect.events ?? [];
  const part = (
    kind: string,
    names: ReadonlyArray<string>,
    counts: ReadonlyMap<string, number>,
  ): ReadonlyArray<Pick<Missed, "what" | "seen">> =>
    names.map((one) => ({ what: `the ${kind} ${one}`, seen: counts.get(one) ?? 0 }));
  return [
    ...part("event", events, coverage.events),
    ...part("accepted command", expect.accepted ?? [], coverage.accepted),
    ...part("rejected command", expect.rejected ?? [], coverage.rejected),
    ...part("rejection", expect.rejections ?? [], coverage.rejections),
    ...part("state", expect.states ?? [], coverage.states),
    ...part("transition", expect.transitions ?? [], coverage.transitions),
  ];
}

function textOf(
  subject: string,
  coverage: Coverage,
  missed: ReadonlyArray<Missed>,
  seed: number,
): string {
  const lines = missed.map(({ what, seen, wanted: share }) =>
    `  ${what}: in ${seen} of ${coverage.histories} histories; wanted in ${100 * share} % of them`
  );
  const head = `${subject} breaks ${name.id}: ${name.title}`;
  const again = `  Run again  ${againWith(name, subject, seed)}`;
  return [head, ...lines, "", textOfCoverage(coverage), "", again].join("\n");
}
