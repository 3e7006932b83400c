/**
 * The bars: what a ratio of ours has to reach, one by one.
 *
 * @module
 */
import { median, type OpenedStore, OURS, rateOf, ratioTo, type Results } from "./result.ts";

/** A bar, and what was measured. */
export interface Judged {
  readonly what: string;
  readonly wanted: string;
  /** None if the run did not measure it. */
  readonly found: string | undefined;
  readonly isMet: boolean | undefined;
}

interface Bar {
  readonly workload: string;
  readonly against: string;
  readonly atLeast: number;
  readonly of?: string;
}

const bars: ReadonlyArray<Bar> = [
  { workload: "W1", against: "better-sqlite3", atLeast: 1 },
  { workload: "W1", against: "better-sqlite3", atLeast: 1, of: "leftfold (blocking flush)" },
  { workload: "W1", against: "emmett on SQLite", atLeast: 2.5 },
  { workload: "W1", against: "limit", atLeast: 0.9, of: "leftfold (blocking flush)" },
  { workload: "W1", against: "limit", atLeast: 1.3, of: "leftfold (blocking flush, room ahead)" },
  { workload: "W2", against: "better-sqlite3, batched", atLeast: 2.5 },
  { workload: "W2", against: "emmett on SQLite", atLeast: 20 },
  { workload: "W2", against: "limit", atLeast: 0.6 },
  { workload: "W3", against: "better-sqlite3", atLeast: 2 },
  { workload: "W3", against: "limit", atLeast: 1 },
  { workload: "W4", against: "better-sqlite3", atLeast: 2.5 },
  { workload: "W4", against: "emmett on SQLite", atLeast: 10 },
  { workload: "W4", against: "limit", atLeast: 0.7 },
  { workload: "W5", against: "better-sqlite3", atLeast: 2 },
  { workload: "W5", against: "event-storage", atLeast: 2 },
  { workload: "W5", against: "limit", atLeast: 0.9 },
  { workload: "W5b", against: "better-sqlite3", atLeast: 2 },
  { workload: "W5b", against: "event-storage", atLeast: 2 },
  { workload: "W7", against: "better-sqlite3, batched", atLeast: 5 },
  { workload: "W7", against: "emmett on SQLite", atLeast: 20 },
  { workload: "W7", against: "emmett in memory", atLeast: 2.5 },
  // At most 1.15 times as long, and 1.5 times.
  { workload: "W8", against: "hand-written loop", atLeast: 1 / 1.15 },
  { workload: "W8b", against: "hand-written loop", atLeast: 1 / 1.5 },
];

/** Each bar, beside what the run has measured. */
export function judge(results: Results): ReadonlyArray<Judged> {
  return [
    ...bars.map((bar) => judgeRatio(results, bar)),
    ...rates(results),
    ...sizes(results),
    ...results.figures.map(({ workload, title, unit, values, atMost }) =>
      atMostBar(`${workload} ${title}, ${unit}`, atMost, median(values))
    ),
  ];
}

function judgeRatio(
  results: Results,
  { workload, against, atLeast, of = OURS }: Bar,
): Judged {
  const ratio = ratioTo(results, workload, against, { subject: of, runtime: "node" });
  return atLeastBar(
    `${workload}${of === OURS ? "" : `, ${of},`} to ${against}`,
    atLeast,
    ratio,
    (value) => value.toFixed(2),
  );
}

function rates(results: Results): ReadonlyArray<Judged> {
  const many = rateOf(results, "W2b", OURS);
  const filtered = rateOf(results, "W4b", OURS);
  const whole = rateOf(results, "W4", OURS);
  const handled = rateOf(results, "W7", OURS);
  const grouped = rateOf(results, "W2", OURS);
  const rebuilt = rateOf(results, "W10", OURS);
  const decided = rateOf(results, "W8", OURS);
  const verified = rateOf(results, "W11", OURS);
  const whole2 = (value: number): string => Math.round(value).toLocaleString("en");
  const ratio = (value: number): string => value.toFixed(2);
  return [
    atLeastBar("W2b commits a second", 400_000, many, whole2),
    atLeastBar("W4b to W4", 5, filtered && whole && filtered / whole, ratio),
    atLeastBar("W7 to W2", 0.5, handled && grouped && handled / grouped, ratio),
    atLeastBar("W8 commands a second", 6e6, decided, whole2),
    atLeastBar("W10 to W4", 0.6, rebuilt && whole && rebuilt / whole, ratio),
    atLeastBar("W11 bytes a second", 500e6, verified, whole2),
  ];
}

function sizes({ opened }: Results): ReadonlyArray<Judged> {
  const find = (subject: string): OpenedStore | undefined => {
    return opened.find((one) => one.subject === subject && one.runtime === "node");
  };
  const ours = find(OURS);
  const sqlite = find("better-sqlite3");
  const bytes = ours && sqlite && ours.bytesOnDisk / sqlite.bytesOnDisk;
  return [
    atMostBar("W6 open, ms", 20, ours && median(ours.openMs)),
    atMostBar(
      "W6 memory added, MB",
      10,
      ours && median(ours.memoryBytes) / 1e6,
    ),
    atMostBar("bytes per event to better-sqlite3, commits of ten", 0.75, bytes),
  ];
}

function atLeastBar(
  what: string,
  wanted: number,
  found: number | undefined,
  show: (value: number) => string,
): Judged {
  return {
    what,
    wanted: `>= ${wanted.toLocaleString("en", { maximumFractionDigits: 2 })}`,
    found: found === undefined ? undefined : show(found),
    isMet: found === undefined ? undefined : found >= wanted,
  };
}

function atMostBar(
  what: string,
  wanted: number,
  found: number | undefined,
): Judged {
  return {
    what,
    wanted: `<= ${wanted}`,
    found: found?.toFixed(2),
    isMet: found === undefined ? undefined : found <= wanted,
  };
}
