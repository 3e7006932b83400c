/**
 * What stays flat as a store grows: the same work on stores of 10,000 events and more, and of a hundred
 * streams and more, and what the formulas of the design say of greater ones.
 *
 *     npm run curves                             up to a million events and a million streams
 *     npm run curves -- --events 10000000        up to ten million events; needs 6 GB of disk
 *     npm run curves -- --quick                  up to 100,000 events and 10,000 streams
 *
 * The rounds are interleaved, each in a new process. Writes bench/curves.{md,json,svg}, unless it is
 * quick.
 *
 * @module
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compileChildren, removeCompiled, startOf } from "./children.ts";
import type { CurveRound, CurveTask } from "./curve_child.ts";
import { type Axis, chartOf, type Point, reportOf } from "./curve_report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    events: { type: "string" },
    rounds: { type: "string" },
  },
});
const eventsMax = Number(values.events ?? (values.quick ? 1e5 : 1e6));
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
const milliseconds = values.quick ? 300 : 1_000;
const here = fileURLToPath(new URL(".", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "leftfold-curves-"));

interface Store extends CurveTask {
  readonly axis: Axis;
  readonly place: string;
}

/** The powers of ten from one to another. */
function powers(from: number, to: number): ReadonlyArray<number> {
  const all: number[] = [];
  for (let power = from; power <= to; power *= 10) all.push(power);
  return all;
}

const fixedEvents = Math.min(eventsMax, 1e6);
const stores: ReadonlyArray<Store> = [
  ...powers(1e4, eventsMax).map((events) => storeOf("events", events, 1_000)),
  ...powers(100, values.quick ? 1e4 : fixedEvents).map((streams) =>
    storeOf("streams", fixedEvents, streams)
  ),
];

function storeOf(axis: Axis, events: number, streams: number): Store {
  const place = join(scratch, `${axis}-${events}-${streams}`);
  return { axis, events, streams, milliseconds, place };
}

async function answerOf(what: "fill" | "measure", store: Store): Promise<string> {
  const child = startOf("curve_child", [what, store.place, JSON.stringify(store)]);
  const answer = await child.hear();
  await child.end();
  return answer;
}

function bytesOf({ place }: Store, prefix: string): number {
  const files = readdirSync(place).filter((name) => name.startsWith(prefix));
  return files.reduce((sum, name) => sum + statSync(join(place, name)).size, 0);
}

compileChildren();
try {
  const measured = new Map<Store, CurveRound[]>();
  const bytes = new Map<Store, Pick<Point, "logBytes" | "indexBytes">>();
  for (const store of stores) {
    console.log(`storing ${store.events} events in ${store.streams} streams...`);
    await answerOf("fill", store);
    measured.set(store, []);
    bytes.set(store, {
      logBytes: bytesOf(store, "segment-"),
      indexBytes: bytesOf(store, "index-"),
    });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [store, all] of measured) {
      // The child wrote it.
      all.push(JSON.parse(await answerOf("measure", store)) as CurveRound);
    }
  }
  const points = [...measured].map(([store, all]): Point => {
    const { axis, events, streams } = store;
    const { logBytes = NaN, indexBytes = NaN } = bytes.get(store) ?? {};
    return { axis, events, streams, logBytes, indexBytes, rounds: all };
  });
  const report = reportOf(points);
  if (!values.quick) {
    writeFileSync(join(here, "curves.json"), `${JSON.stringify(points, undefined, 2)}\n`);
    writeFileSync(join(here, "curves.md"), report);
    writeFileSync(join(here, "curves.svg"), chartOf(points));
  }
  console.log(`\n${report}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
  removeCompiled();
}
