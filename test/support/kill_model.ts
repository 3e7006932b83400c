/**
 * What must hold of a store whose writers are killed again and again.
 *
 * A life of a writer attempts commits in a known order: those of the life before that may not be
 * there, then its own. So a log is what the last check found, followed by a beginning of what the
 * life since then has attempted, and that beginning holds all that was acknowledged.
 *
 * @module
 */
import { commitOf, hashOfCommit, keyOf, partsOf } from "./kill_commits.ts";
import type { Acknowledged, Checked, Found, Line } from "./kill_lines.ts";

/** What is known of a store between two lives of its writers. */
export interface Known {
  readonly seed: number;
  /** What the last check found, in log order. */
  readonly log: ReadonlyArray<Found>;
  /** By key; what was told by all lives. */
  readonly acknowledged: ReadonlyMap<string, Acknowledged>;
  /** The last life that appended, and what it appended again first. */
  readonly life: number;
  readonly again: ReadonlyArray<string>;
}

/** A life and what went against the rules in it. */
export interface Judged {
  readonly known: Known;
  readonly problems: ReadonlyArray<string>;
  readonly acknowledged: number;
  /** Commits of the life before that were stored, though nobody was told. */
  readonly untold: number;
}

/** Before the first life. */
export function nothingKnown(seed: number): Known {
  return { seed, log: [], acknowledged: new Map(), life: 0, again: [] };
}

/** Which commits the next life appends again: the last ones that were told, and those behind. */
export function toRepeat(
  { life, seed, acknowledged }: Known,
  inFlight: number,
): ReadonlyArray<string> {
  if (life === 0) return [];
  const told = [...acknowledged.keys()].map(partsOf).filter(([one]) => one === life);
  const last = told.reduce((most, [, nth]) => Math.max(most, nth), -1);
  const from = Math.max(0, last - 3);
  return Array.from({ length: inFlight + 6 }, (_, at) => keyOf(life, from + at))
    // Without a commit id there is no telling a repetition from a new commit.
    .filter((key) => commitOf(seed, key).commitId !== undefined);
}

/** Judges what a life has told. `again` is what it was asked to append again. */
export function judge(
  before: Known,
  life: number,
  again: ReadonlyArray<string>,
  lines: ReadonlyArray<Line>,
): Judged {
  const checked = lines.find((line): line is Checked => line.tag === "checked");
  // Killed before it knew what is there, so that it has not appended anything.
  if (!checked) return { known: before, problems: [], acknowledged: 0, untold: 0 };
  const log = lines.filter((line) => line.tag === "found");
  const told = lines.filter((line) => line.tag === "acknowledged");
  const faults = lines.filter((line) => line.tag === "faulted");
  const stored = new Set(log.map(({ key }) => key));
  const acknowledged = new Map(before.acknowledged);
  for (const one of told) acknowledged.set(one.key, one);
  return {
    known: {
      seed: before.seed,
      log,
      acknowledged,
      life,
      again: again.filter((key) => !stored.has(key)),
    },
    problems: [
      ...checked.problems,
      ...placeProblems(log, checked.head),
      ...contentProblems(before, log),
      ...historyProblems(before, log),
      ...lossProblems(before, log),
      ...told.flatMap((one) => answerProblems(one, before.seed, stored)),
      ...faults.map(({ key, fault }) => `the append of ${key} was answered with ${fault}`),
    ],
    acknowledged: told.length,
    untold: log.slice(before.log.length).filter(({ key }) => !before.acknowledged.has(key)).length,
  };
}

/** Positions and versions are dense, from 1 on. */
function placeProblems(log: ReadonlyArray<Found>, head: number): ReadonlyArray<string> {
  const problems: string[] = [];
  const versions = new Map<string, number>();
  let position = 0;
  for (const commit of log) {
    if (commit.first !== position + 1) {
      problems.push(`${commit.key} begins at ${commit.first}, and ${position} lies before it`);
    }
    for (const [stream, own] of commit.versions) {
      for (const version of own) {
        const last = versions.get(stream) ?? 0;
        if (version !== last + 1) problems.push(`${stream} goes on from ${last} with ${version}`);
        versions.set(stream, version);
      }
    }
    position = commit.last;
  }
  if (head !== position) problems.push(`the head is ${head}, and the last position ${position}`);
  return problems;
}

/** Every commit is what its key says, whole, and there once. */
function contentProblems({ seed }: Known, log: ReadonlyArray<Found>): ReadonlyArray<string> {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { key, commitId, hash } of log) {
    const wanted = commitOf(seed, key);
    if (seen.has(key)) problems.push(`${key} is there twice`);
    if (hash !== hashOfCommit(key, wanted)) problems.push(`${key} is not what was appended`);
    if (wanted.commitId !== undefined && wanted.commitId !== commitId) {
      problems.push(`${key} has the commit id ${commitId}`);
    }
    seen.add(key);
  }
  return problems;
}

/** The log goes on from what was found before with a beginning of what was attempted. */
function historyProblems(before: Known, log: ReadonlyArray<Found>): ReadonlyArray<string> {
  const changed = before.log.find((commit, at) =>
    JSON.stringify(commit) !== JSON.stringify(log[at])
  );
  if (changed) {
    return [`${changed.key} was found before, and is not the same or not there any more`];
  }
  const { life, again } = before;
  const attempted = (at: number): string => again[at] ?? keyOf(life, at - again.length);
  const strange = log.slice(before.log.length).find(({ key }, at) => key !== attempted(at));
  return strange ? [`${strange.key} is not what was attempted next`] : [];
}

/** What was acknowledged is there, where it was said to be. */
function lossProblems({ acknowledged }: Known, log: ReadonlyArray<Found>): ReadonlyArray<string> {
  const found = new Map(log.map((commit) => [commit.key, commit]));
  return [...acknowledged.values()].flatMap((told) => {
    const commit = found.get(told.key);
    if (!commit) return [`${told.key} was acknowledged and is lost`];
    const versions = commit.versions.map(([stream, own]) => [stream, own.at(-1)]);
    const isSame = commit.commitId === told.commitId && commit.first === told.first &&
      commit.last === told.last && commit.hash === told.hash &&
      JSON.stringify(versions) === JSON.stringify(told.versions);
    return isSame ? [] : [`${told.key} is not where or what was acknowledged`];
  });
}

/** A commit that was there is told as a repetition, and another one is not. */
function answerProblems(
  { key, repeated, hash }: Acknowledged,
  seed: number,
  stored: ReadonlySet<string>,
): ReadonlyArray<string> {
  return [
    ...repeated === stored.has(key) ? [] : [`${key} was answered with repeated: ${repeated}`],
    ...hash === hashOfCommit(key, commitOf(seed, key)) ? [] : [`${key} was made otherwise`],
  ];
}
