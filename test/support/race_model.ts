/**
 * What must hold of a store for which two writers have raced.
 *
 * @module
 */
import { commitOf, hashOfCommit } from "./kill_commits.ts";
import type { Found, Line, Opened } from "./kill_lines.ts";

/** What is wrong with the log that two writers left, given what each of them was told. */
export function raceProblems(
  log: ReadonlyArray<Found>,
  writers: ReadonlyArray<ReadonlyArray<Line>>,
  seed: number,
): ReadonlyArray<string> {
  const openings = writers.flat().filter((line): line is Opened => line.tag === "opened");
  return [
    ...logProblems(log, seed),
    ...writers.flatMap((lines) => toldProblems(log, lines)),
    ...writers.flatMap((lines) => lateProblems(lines, openings)),
  ];
}

/** Dense positions and versions, and each commit once and as it was appended. */
function logProblems(log: ReadonlyArray<Found>, seed: number): ReadonlyArray<string> {
  const problems: string[] = [];
  const versions = new Map<string, number>();
  const keys = new Set<string>();
  let position = 0;
  for (const { key, first, last, hash, versions: own } of log) {
    if (first !== position + 1) problems.push(`${key} begins at ${first}, behind ${position}`);
    if (keys.has(key)) problems.push(`${key} is there twice`);
    if (hash !== hashOfCommit(key, commitOf(seed, key))) problems.push(`${key} was changed`);
    for (const [stream, ofStream] of own) {
      if (ofStream[0] !== (versions.get(stream) ?? 0) + 1) problems.push(`${stream} has a gap`);
      versions.set(stream, ofStream.at(-1) ?? 0);
    }
    keys.add(key);
    position = last;
  }
  return problems;
}

/** What was acknowledged is there, and what was refused is not. Of the unknown either is fine. */
function toldProblems(
  log: ReadonlyArray<Found>,
  lines: ReadonlyArray<Line>,
): ReadonlyArray<string> {
  const found = new Map(log.map((commit) => [commit.key, commit]));
  return lines.flatMap((line) => {
    if (line.tag === "faulted") {
      const isWrong = line.stored === "no" && found.has(line.key);
      return isWrong ? [`${line.key} was answered with ${line.fault}, and is stored`] : [];
    }
    if (line.tag !== "acknowledged") return [];
    const commit = found.get(line.key);
    if (!commit) return [`${line.key} was acknowledged and is lost`];
    const isSame = commit.first === line.first && commit.last === line.last &&
      commit.commitId === line.commitId && commit.hash === line.hash;
    return isSame ? [] : [`${line.key} is not where or what was acknowledged`];
  });
}

/**
 * Whatever a life is told after the next one has looked at the log lies within what that one found:
 * it was flushed, and checked, before the other claimed the store.
 */
function lateProblems(
  lines: ReadonlyArray<Line>,
  openings: ReadonlyArray<Opened>,
): ReadonlyArray<string> {
  let next = Infinity;
  return lines.flatMap((line) => {
    if (line.tag === "opened") {
      // The opening after this one finds at least as much, because appends came in between.
      next = Math.min(...openings.map(({ head }) => head).filter((head) => head > line.head));
    }
    if (line.tag !== "acknowledged" || line.last <= next) return [];
    return [`${line.key} was acknowledged at ${line.last}, and the next writer found only ${next}`];
  });
}
