/**
 * A process that opens a store, whoever has it, appends until it learns that another one has taken
 * over, and opens it again, until its input ends. Its input says where it is to stop itself. All that it is told it writes to a file of its
 * own, before it goes on. Arguments: the directory, the file, and its `RaceTask` as JSON.
 */
import * as E from "fp-ts/lib/Either.js";
import { openSync } from "node:fs";
import process from "node:process";
import { explain } from "../../src/explain.ts";
import { FaultError, run } from "../../src/run.ts";
import { openFileStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";
import { commitOf, hashOfCommit, keyOf, randomFrom } from "./kill_commits.ts";
import { tell } from "./kill_lines.ts";
import { pausingStorage } from "./race_pauses.ts";

/** What a writer is to do. */
export interface RaceTask {
  readonly seed: number;
  /** The first of its lives, which no other writer has. Each time it opens is another life. */
  readonly firstLife: number;
  readonly leaseMs: number;
  /** A planted bug: it does not see that another one has taken over. */
  readonly isBlind: boolean;
}

const [place = "", ownFile = "", task = ""] = process.argv.slice(2);
// The campaign wrote it.
const { seed, firstLife, leaseMs, isBlind } = JSON.parse(task) as RaceTask;
const told = openSync(ownFile, "a");
let isEnding = false;
/** Where it is to stop itself, as its input says. */
let stop: string | undefined;
process.stdin.setEncoding("utf8").on("data", (pause: string) => stop = pause);
process.stdin.on("end", () => isEnding = true);

/** Opens, appends until an append fails or the input ends, and closes. */
async function live(life: number): Promise<void> {
  const random = randomFrom(seed, life);
  const storage = pausingStorage(directory(place), {
    isBlind,
    stopsAt: (pause) => {
      if (pause !== stop) return false;
      stop = undefined;
      tell(told, { tag: "stopping", call: pause });
      return true;
    },
  });
  const segmentBytesMax = random.oneOf([16_384, 2 ** 20, 2 ** 26]);
  // What it was told to do in an earlier life is over.
  stop = undefined;
  const opened = await openFileStore(storage, { leaseMs, lockWaitMs: 60_000, segmentBytesMax })();
  if (E.isLeft(opened)) {
    // It may lose the store while it opens it, too.
    if (!explain(opened.left).includes("another writer has taken over")) {
      throw new FaultError(opened.left);
    }
    tell(told, { tag: "fenced", life });
    return;
  }
  const store = opened.right;
  tell(told, { tag: "opened", life, head: await run(store.head) });
  let isOver = false;
  let nth = 0;
  await Promise.all(Array.from({ length: random.oneOf([1, 8, 40]) }, async () => {
    while (!isOver && !isEnding) {
      const key = keyOf(life, nth++);
      const commit = commitOf(seed, key);
      const hash = hashOfCommit(key, commit);
      const answer = await store.append(commit)();
      if (E.isLeft(answer)) {
        const { _tag: fault, stored } = answer.left;
        tell(told, { tag: "faulted", key, fault, stored });
        isOver = true;
      } else {
        const { versions, ...appended } = answer.right;
        tell(told, { tag: "acknowledged", key, ...appended, versions: [...versions], hash });
      }
    }
  }));
  if (isOver) tell(told, { tag: "fenced", life });
  await store.close();
}

for (let life = firstLife; !isEnding; life++) await live(life);
process.exit(0);
