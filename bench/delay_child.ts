/**
 * The two processes of W9: one appends at a steady pace, the other follows. Both say at the end when
 * each event was acknowledged or delivered, by the clock of the machine that all processes share.
 * Arguments: the role, the directory, and the `DelayTask` as JSON.
 *
 * @module
 */
import { isSome } from "fp-ts/lib/Option.js";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Encoded, type Page, type Pages, type ReadFault, run } from "../mod.ts";
import { openFileStore } from "../stores/file/mod.ts";
import { directory } from "../stores/storage/node.ts";
import { sampleEvent, streamName } from "./sample.ts";

/** What both are to do. */
export interface DelayTask {
  readonly commits: number;
  readonly commitsPerSecond: number;
}

const [role, place = "", text = ""] = process.argv.slice(2);
// The parent wrote it.
const { commits, commitsPerSecond } = JSON.parse(text) as DelayTask;

/** Milliseconds of the monotonic clock of the machine. */
function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function write(): Promise<void> {
  const store = await run(openFileStore(directory(place)));
  const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  say("ready");
  await heard.next();
  const times: number[] = [];
  const append = async (nth: number): Promise<void> => {
    const { type, data, metadata } = sampleEvent(nth);
    const event = { type, schemaVersion: 1, data, tags: [] };
    const writes = [{
      stream: streamName(nth % 1_000),
      expected: "any" as const,
      events: [{ event, metadata }],
    }];
    await run(store.append({ writes }));
    times[nth] = clockMs();
  };
  const appends: Array<Promise<void>> = [];
  for (const begun = clockMs(); appends.length < commits; await sleep(1)) {
    // As many as are due by now, so that a late timer does not slow the pace.
    const due = Math.min(commits, Math.ceil((clockMs() - begun) / 1000 * commitsPerSecond));
    while (appends.length < due) appends.push(append(appends.length));
  }
  await Promise.all(appends);
  say(times);
  await heard.next();
  await run(store.close);
}

async function follow(): Promise<void> {
  const store = await run(openFileStore(directory(place), { mode: "readOnly" }));
  say("ready");
  const times: number[] = [];
  let pages: Pages<Encoded, ReadFault> = store.follow({});
  while (times.length < commits) {
    const page: Page<Encoded, ReadFault> = await run(pages);
    const at = clockMs();
    // Positions are dense, and the store began empty.
    for (const { position } of page.records) times[position - 1] = at;
    if (!isSome(page.next)) throw new Error("a follower has always a next page");
    pages = page.next.value;
  }
  say(times);
  await run(store.close);
}

await (role === "write" ? write() : follow());
process.exit(0);
