/**
 * What came out, as text.
 *
 * @module
 */
import { describe } from "./declaration.ts";
import { breaches } from "./deciding.ts";
import {
  differing,
  percentRejected,
  type Published,
  rateOf,
  type RejectionRates,
} from "./rejection_rates.ts";
import { rulesExplained } from "./rules.ts";
import type { OnDisk } from "./places.ts";
import type { Findings } from "./study.ts";
import { figure, minute, pace, plot, table } from "./text.ts";
import { histogram, quantile } from "./throughput.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The whole report: sections with a heading each, no line beyond 80 columns. */
export function report(findings: Findings): ReadonlyArray<string> {
  return [
    ...section("History, imported as it was", imported(findings)),
    ...section("The same as commands, through the decider", decided(findings)),
    ...section("Rejections by role", rejections(findings)),
    ...section("Days from first submission to payment", throughput(findings)),
    ...section("One declaration, and its state after each event", story(findings)),
    ...section("Whose desk, at a past moment and at the end", desks(findings)),
  ];
}

/** What lies on the disk, and what it took to bring it there. */
export function reportOnDisk(stores: ReadonlyArray<OnDisk>): ReadonlyArray<string> {
  return section("On disk", stores.flatMap(onDisk));
}

function onDisk({ folder, stats, traffic }: OnDisk): ReadonlyArray<string> {
  const { segments, segmentBytes, indexRuns, indexBytes, records, streams } = stats;
  return [
    `  ${folder}`,
    `    ${figure(records)} events of ${figure(streams)} streams: ${
      figure(stats.bytesPerRecord, 1)
    } bytes per event, with the index`,
    `    segments: ${figure(segments)}, ${bytesOf(segmentBytes)}; index runs: ${
      figure(indexRuns)
    }, ${bytesOf(indexBytes)}`,
    `    in this run: flushes ${figure(traffic.flushes)}, writes ${figure(traffic.writes)}, ` +
    `written ${bytesOf(traffic.writtenBytes)}`,
    // Not an error: a writer that was stopped leaves them, and nobody was told that they are stored.
    ...stats.torn.map(({ file, from, to }) =>
      `    outside the log: ${bytesOf(to - from)} at the end of ${file}`
    ),
  ];
}

function bytesOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${figure(bytes / 1024, 1)} KiB` : `${figure(bytes / 2 ** 20, 1)} MiB`;
}

function section(heading: string, lines: ReadonlyArray<string>): ReadonlyArray<string> {
  return ["", heading, "-".repeat(heading.length), ...lines];
}

function imported({ imported: { result, seconds } }: Findings): ReadonlyArray<string> {
  const { events, commits, added, repeated } = result;
  const news = repeated === 0
    ? `  ${figure(added)} events added`
    : added === 0
    ? `  nothing to add: all ${figure(repeated)} events were there already`
    : `  ${figure(added)} events added; ${figure(repeated)} were there already`;
  return [
    news,
    `  ${figure(events)} events in ${figure(commits)} commits: ${
      pace(commits, "commits", seconds)
    }`,
  ];
}

function decided({ verdict }: Findings): ReadonlyArray<string> {
  const { result, seconds } = verdict;
  const { accepted, repeated, broken, untried, declarations } = result;
  const obeying = declarations - broken.length;
  const tried = accepted + broken.length;
  const again = repeated === 0 ? "" : `, ${figure(repeated)} of them in an earlier run`;
  const rows = breaches(result).map(({ rule, count, example }) => [
    rule,
    figure(count),
    example.eventId,
  ]);
  const explained = breaches(result).map(({ rule }) => `  ${rule}: ${rulesExplained[rule]}`);
  return [
    `  ${figure(tried)} commands decided: ${pace(tried, "commands", seconds)}`,
    `  ${figure(accepted)} accepted, a commit each${again}`,
    `  ${figure(broken.length)} rejected, each the first of its declaration, which stops there`,
    `  ${figure(untried)} not tried, because they came after a rejection`,
    "",
    `  ${figure(obeying)} of ${figure(declarations)} declarations (${
      figure(100 * obeying / declarations, 1)
    } %) obey all rules${broken.length === 0 ? "" : "; the others broke first"}`,
    ...(broken.length === 0 ? [] : [
      "",
      ...table([
        { head: "rule", align: "left" },
        { head: "declarations", align: "right" },
        { head: "for example", align: "left" },
      ], rows),
      "",
      ...explained,
    ]),
  ];
}

const judges = ["ADMINISTRATION", "PRE_APPROVER", "BUDGET OWNER", "SUPERVISOR"] as const;
const others = ["EMPLOYEE", "MISSING"] as const;

function rejections(findings: Findings): ReadonlyArray<string> {
  const { rates, published, ratesFrom, ratesThrough } = findings;
  const rows = judges.map((role) => {
    const rate = rateOf(rates, role);
    const there = published === undefined ? undefined : rateOf(published.rates, role);
    return [
      role,
      figure(rate.approved),
      figure(rate.rejected),
      figure(percentRejected(rate), 2),
      ...(there === undefined ? [] : [`${figure(there.approved)} / ${figure(there.rejected)}`]),
    ];
  });
  return [
    ...table([
      { head: "role", align: "left" },
      { head: "approved", align: "right" },
      { head: "rejected", align: "right" },
      { head: "rejected %", align: "right" },
      ...(published === undefined ? [] : [{ head: "published", align: "right" } as const]),
    ], rows),
    "",
    ...others.map((role) => `  ${role}: ${figure(rateOf(rates, role).rejected)} more rejections`),
    ...(published === undefined ? [] : compared(rates, published)),
    ratesFrom === 0
      ? `  projection: folded from the beginning, through position ${figure(ratesThrough)}`
      : `  projection: went on from position ${figure(ratesFrom)}, through ${figure(ratesThrough)}`,
  ];
}

function compared(rates: RejectionRates, { by, rates: wanted }: Published): ReadonlyArray<string> {
  const different = differing(rates, wanted);
  return [
    different.length === 0
      ? `  exactly the table that ${by} published`
      : `  NOT the table that ${by} published: ${different.join(", ")}`,
  ];
}

/** Bins of two days, and one for what took longer. */
const edges = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30];

function throughput({ days }: Findings): ReadonlyArray<string> {
  if (days.length === 0) return ["  no declaration was paid"];
  const bins = histogram(days, edges);
  const shown = [0.05, 0.5, 0.95].map((part) => figure(quantile(days, part) ?? 0, 1));
  return [
    ...plot(bins.map(({ from, to, count }) => ({
      label: to === Infinity ? `${from} and more` : `${from} - ${to}`,
      count,
    }))),
    `  ${figure(days.length)} paid; half of them within ${shown[1]} days, ` +
    `5 % within ${shown[0]}, 95 % within ${shown[2]}`,
  ];
}

function story({ story }: Findings): ReadonlyArray<string> {
  const [first] = story;
  if (first === undefined) return ["  none"];
  return [
    `  ${first.record.stream}, ${figure(first.record.event.amount, 2)} euros`,
    ...story.flatMap(({ record: { version, recordedAt, event }, after }) => [
      `  ${String(version).padStart(2)}  ${minute(recordedAt)}  ${event.type} by ${event.by}`,
      `        -> ${describe(after)}`,
    ]),
  ];
}

function desks({ then, now }: Findings): ReadonlyArray<string> {
  const names = [...new Set([...then.work.waiting.keys(), ...now.work.waiting.keys()])].sort();
  const moments = [then, now];
  return table([
    { head: "", align: "left" },
    ...moments.map(({ at }) => ({ head: minute(at), align: "right" } as const)),
  ], [
    ["log position", ...moments.map(({ position }) => figure(position))],
    ...names.map((name) => [
      `waits for ${name}`,
      ...moments.map(({ work }) => figure(work.waiting.get(name) ?? 0)),
    ]),
    ["paid", ...moments.map(({ work }) => figure(work.paid))],
    ["euros paid", ...moments.map(({ work }) => figure(work.paidEuros, 2))],
  ]);
}
