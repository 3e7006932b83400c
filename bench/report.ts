/**
 * A run as a page of Markdown.
 *
 * @module
 */
import { judge } from "./bar.ts";
import { median, noise, OURS, ratioTo, type Results } from "./result.ts";
import { subjects } from "./subjects/mod.ts";
import { workloads } from "./workload.ts";

/** The page. */
export function reportOf(results: Results): string {
  const { at, commit, machine, versions, rounds } = results;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  return [
    "# Side by side",
    "",
    `${at}, commit ${commit}, ${machine}. ${rounds} rounds, interleaved; medians. ${list}.`,
    "",
    "Made by `npm run bench`. A ratio is ours divided by theirs, round by round: above 1, ours is",
    "faster. What an acknowledgement means stands beside each name.",
    "",
    ...workloads.flatMap(({ id, title, unit }) => table(results, id, `${id}: ${title}`, unit)),
    ...openTable(results),
    ...barTable(results),
  ].join("\n");
}

function table(
  results: Results,
  id: string,
  title: string,
  unit: string,
): ReadonlyArray<string> {
  const rows = results.measured.filter(({ workload }) => workload === id);
  if (rows.length === 0) return [];
  return [
    `## ${title}`,
    "",
    `| | ${unit} a second | noise | leftfold is |`,
    "| --- | ---: | ---: | ---: |",
    ...rows.map(({ subject, runtime, rates }) => {
      const who = runtime === "node" ? subject : `${subject} on ${runtime}`;
      const isOurs = subject === OURS && runtime === "node";
      const ratio = runtime === "node" && !isOurs ? ratioTo(results, id, subject) : undefined;
      const times = ratio === undefined ? "" : `${ratio.toFixed(2)} x`;
      return `| ${who}${durableOf(subject)} | ${figure(median(rates))} | ${
        percent(noise(rates))
      } | ${times} |`;
    }),
    "",
  ];
}

function openTable({ opened }: Results): ReadonlyArray<string> {
  if (opened.length === 0) return [];
  return [
    `## W6: open a store of ${figure(opened[0]?.events ?? 0)} events`,
    "",
    "| | ms | memory added, MB | bytes per event | files |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...opened.map(
      (
        { subject, runtime, events, openMs, memoryBytes, bytesOnDisk, files },
      ) => {
        const who = runtime === "node" ? subject : `${subject} on ${runtime}`;
        const ms = median(openMs).toFixed(1);
        const memory = (median(memoryBytes) / 1e6).toFixed(1);
        return `| ${who} | ${ms} | ${memory} | ${figure(bytesOnDisk / events)} | ${files} |`;
      },
    ),
    "",
  ];
}

function barTable(results: Results): ReadonlyArray<string> {
  const rows = judge(results).filter(({ found }) => found !== undefined);
  return [
    "## Bars",
    "",
    "| | wanted | measured | |",
    "| --- | ---: | ---: | --- |",
    ...rows.map(({ what, wanted, found, isMet }) =>
      `| ${what} | ${wanted} | ${found} | ${isMet ? "met" : "**missed**"} |`
    ),
    "",
  ];
}

/** What an acknowledgement of a subject means, in words behind its name. */
function durableOf(subject: string): string {
  const durable = subjects.find(({ name }) => name === subject)?.durable;
  return durable === undefined || durable === "not stored" ? "" : ` *(${durable})*`;
}

/** A figure with three digits that count. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en");
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}
