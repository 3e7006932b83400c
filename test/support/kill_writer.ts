/**
 * A process that opens a store, tells what it finds there, and then appends, many commits at a
 * time, until it is killed. Each acknowledgement is written to standard output before the process
 * goes on. Arguments: the directory, and its `Task` as JSON.
 */
import * as E from "fp-ts/lib/Either.js";
import process from "node:process";
import type { Appended } from "../../src/event_store.ts";
import type { AppendFault } from "../../src/fault.ts";
import { run } from "../../src/run.ts";
import { type FileStoreOptions, openFileStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { commitOf, hashOfCommit, keyOf, randomFrom } from "./kill_commits.ts";
import { tell } from "./kill_lines.ts";
import { checkStore } from "./kill_reading.ts";

/** What a writer is to do. */
export interface Task {
  readonly seed: number;
  readonly life: number;
  readonly options: FileStoreOptions;
  /** Commits of an earlier life that may be there or not, to be appended again. */
  readonly again: ReadonlyArray<string>;
  /** So many appends are under way at once; 0 appends nothing, closes and ends. */
  readonly inFlight: number;
}

const STDOUT = 1;
const [place = "", task = ""] = process.argv.slice(2);
// The campaign wrote it.
const { seed, life, options, again, inFlight } = JSON.parse(task) as Task;

const storage = directory(place);
const store = await run(openFileStore(storage, options));
tell(STDOUT, { tag: "opened", life, head: await run(store.head) });
const say = (line: Parameters<typeof tell>[1]): void => tell(STDOUT, line);
say(await checkStore(store, storage, randomFrom(seed, life), say));

async function append(key: string): Promise<void> {
  const commit = commitOf(seed, key);
  // Hashed first, so that the answer is told as soon as it is there.
  const hash = hashOfCommit(key, commit);
  answered(key, hash, await store.append(commit)());
}

function answered(key: string, hash: string, answer: E.Either<AppendFault, Appended>): void {
  if (E.isLeft(answer)) {
    const { _tag: fault, stored } = answer.left;
    say({ tag: "faulted", key, fault, stored });
    return;
  }
  const { commitId, first, last, versions, repeated } = answer.right;
  say({ tag: "acknowledged", key, commitId, first, last, versions: [...versions], repeated, hash });
}

if (inFlight > 0) {
  const repeated = again.map(append);
  let nth = 0;
  await Promise.all([
    ...repeated,
    ...Array.from({ length: inFlight }, async () => {
      for (;;) await append(keyOf(life, nth++));
    }),
  ]);
}
await run(store.close);
