/**
 * A process that opens a store and appends, some commits at a time, until it is killed or its input
 * ends. Arguments: the directory, and its `WriterTask` as JSON.
 */
import * as E from "fp-ts/lib/Either.js";
import process from "node:process";
import { explain } from "../../src/explain.ts";
import { run } from "../../src/run.ts";
import { openFileStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { clockMs, say } from "./follow_lines.ts";
import { commitOf, keyOf } from "./kill_commits.ts";

/** What a writer is to do. */
export interface WriterTask {
  readonly seed: number;
  readonly life: number;
  readonly segmentBytesMax: number;
  /** So many appends are under way at once. */
  readonly inFlight: number;
}

const [place = "", task = ""] = process.argv.slice(2);
// The campaign wrote it.
const { seed, life, segmentBytesMax, inFlight } = JSON.parse(task) as WriterTask;
let isEnding = false;
process.stdin.on("end", () => isEnding = true).resume();

const store = await run(openFileStore(directory(place), { segmentBytesMax }));
let nth = 0;
await Promise.all(Array.from({ length: inFlight }, async () => {
  while (!isEnding) {
    const commit = commitOf(seed, keyOf(life, nth++));
    const askedMs = clockMs();
    const answer = await store.append(commit)();
    if (E.isRight(answer)) {
      say({ tag: "stored", last: answer.right.last, askedMs, toldMs: clockMs() });
    } else {
      say({ tag: "ended", why: explain(answer.left) });
      isEnding = true;
    }
  }
}));
await run(store.close);
process.exit(0);
