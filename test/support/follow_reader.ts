/**
 * A process that follows a store that others write, until it has come to the position that its input
 * names. Arguments: the directory, and its `ReaderTask` as JSON.
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import process from "node:process";
import { explain } from "../../src/explain.ts";
import { run } from "../../src/run.ts";
import { openFileStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { clockMs, digestOf, say } from "./follow_lines.ts";

/** What a reader is to do. */
export interface ReaderTask {
  /** A planted bug: of each fifth page it loses the last record. */
  readonly isLossy: boolean;
}

const [place = "", task = ""] = process.argv.slice(2);
// The campaign wrote it.
const { isLossy } = JSON.parse(task) as ReaderTask;
let until = Infinity;
let through = 0;
const controller = new AbortController();
process.stdin.setEncoding("utf8").on("data", (position: string) => {
  until = Number(position);
  // It may be there already, and would wait for a page that never comes.
  if (through >= until) controller.abort();
});

const store = await run(openFileStore(directory(place), { mode: "readOnly" }));
const digest = digestOf();
say({ tag: "following" });
let [pages, nth] = [store.follow({}, { signal: controller.signal }), 0];
while (through < until) {
  const page = await pages();
  if (E.isLeft(page)) {
    if (controller.signal.aborted) break;
    say({ tag: "ended", why: explain(page.left) });
    process.exit(1);
  }
  const atMs = clockMs();
  const { from, records, next } = page.right;
  const isCut = isLossy && (nth += 1) % 5 === 0;
  for (const record of isCut ? records.slice(0, -1) : records) digest.add(record);
  through = page.right.through;
  say({ tag: "seen", from, through, records: records.length, atMs, digest: digest.read() });
  if (O.isNone(next)) throw new Error("a follower has always a next page");
  pages = next.value;
}
await run(store.close);
process.exit(0);
