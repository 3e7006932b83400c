/**
 * What only our store is measured in: opening after it was killed (W6b), and the delay until another
 * process is given what was acknowledged (W9).
 *
 * @module
 */
import { cpSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { childOf, startOf } from "./children.ts";
import type { DelayTask } from "./delay_child.ts";
import { delaysBetween, type Figure, median, OURS } from "./result.ts";
import type { Setup } from "./rounds.ts";

const MIB = 2 ** 20;
/** When the first segment is called full: a little below the 64 MiB at which the next one begins. */
const TAIL_BYTES = 62 * MIB;
const COMMITS_AT_ONCE = 3_000;
const FOLLOWED_PER_SECOND = 5_000;

/** W6b: opens copies of a store that was killed when its only segment was nearly full. */
export async function measureKilled({ rounds, scratch }: Setup): Promise<ReadonlyArray<Figure>> {
  const place = join(scratch, "killed");
  const writer = childOf({ subject: OURS, runtime: "node", place });
  while (segmentBytes(place) < TAIL_BYTES) {
    await writer.ask({ ask: "append", commits: COMMITS_AT_ONCE });
  }
  await writer.kill();
  const openMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // What opening does to the store must not be there in the next round.
    const copy = `${place}-${round}`;
    cpSync(place, copy, { recursive: true });
    const child = childOf({ subject: OURS, runtime: "node", place: copy });
    openMs.push((await child.ask({ ask: "open" })).ms);
    await child.end();
    rmSync(copy, { recursive: true });
  }
  const mib = (segmentBytes(place) / MIB).toFixed(0);
  return [{
    workload: "W6b",
    title: `open after SIGKILL, a tail of ${mib} MiB`,
    unit: "ms",
    values: openMs,
    atMost: 400,
  }];
}

/** The size of the only segment; none before it is there. */
function segmentBytes(place: string): number {
  const segments = readdirSync(place).filter((name) => name.startsWith("segment-"));
  if (segments.length > 1) throw new Error("the tail was to be one segment, and has begun another");
  return segments.reduce((sum, name) => sum + statSync(join(place, name)).size, 0);
}

/** W9: how long after its acknowledgement an event is delivered in another process. */
export async function measureDelay(
  { rounds, milliseconds, scratch }: Setup,
): Promise<ReadonlyArray<Figure>> {
  const p50: number[] = [];
  const p99: number[] = [];
  const paces: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { delays, commitsPerSecond } = await delaysOf(
      join(scratch, `followed-${round}`),
      Math.round(2 * milliseconds / 1000 * FOLLOWED_PER_SECOND),
    );
    p50.push(quantile(delays, 0.5));
    p99.push(quantile(delays, 0.99));
    paces.push(commitsPerSecond);
  }
  const pace = Math.round(median(paces)).toLocaleString("en");
  const title = `acknowledgement to delivery in another process, ${pace} commits/s`;
  return [
    { workload: "W9", title: `${title}, p50`, unit: "ms", values: p50, atMost: 1 },
    { workload: "W9", title: `${title}, p99`, unit: "ms", values: p99, atMost: 10 },
  ];
}

async function delaysOf(
  place: string,
  commits: number,
): Promise<{ readonly delays: ReadonlyArray<number>; readonly commitsPerSecond: number }> {
  const task: DelayTask = { commits, commitsPerSecond: FOLLOWED_PER_SECOND };
  const writer = startOf("delay_child", ["write", place, JSON.stringify(task)]);
  await writer.hear();
  const follower = startOf("delay_child", ["follow", place, JSON.stringify(task)]);
  await follower.hear();
  writer.tell("go");
  // Both are arrays of numbers, one for each commit.
  const acknowledged = JSON.parse(await writer.hear()) as ReadonlyArray<number>;
  const delivered = JSON.parse(await follower.hear()) as ReadonlyArray<number>;
  await Promise.all([writer.end(), follower.end()]);
  const delays = delaysBetween(acknowledged, delivered);
  const [first = NaN, last = NaN] = [Math.min(...acknowledged), Math.max(...acknowledged)];
  return { delays, commitsPerSecond: commits / (last - first) * 1000 };
}

function quantile(values: ReadonlyArray<number>, part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;
}
