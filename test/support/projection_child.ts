/**
 * A process that catches a projection up, or rebuilds it, over a store in a directory, and kills
 * itself with SIGKILL at one of its calls to the storage of the states. Arguments: the directory,
 * `catchUp` or `rebuild`, and the number of the call.
 */
import process from "node:process";
import { run } from "../../src/run.ts";
import { openFileStore } from "../../stores/file/mod.ts";
import { fileStates } from "../../stores/file/states.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { directory } from "../../stores/storage/node.ts";
import { seenIn } from "./seen.ts";
import { watchedStorage } from "./watched_storage.ts";

const [place = "", what = "", call = ""] = process.argv.slice(2);

/** A storage at one of whose calls the process ends; of a write the half is made. */
function deadly(sound: StoragePort, killAt: number): StoragePort {
  let calls = 0;
  return watchedStorage(sound, (_call, half) => {
    calls += 1;
    if (calls !== killAt) return;
    half();
    process.kill(process.pid, "SIGKILL");
  });
}

const storage = directory(place);
const store = await run(openFileStore(storage, { mode: "readOnly" }));
const projection = seenIn(store, fileStates(deadly(storage, Number(call))));
const paging = { pageRecordsMax: 2, saveEveryPositions: 2 };
const { position } = await run(
  what === "rebuild" ? projection.rebuild(paging) : projection.catchUp(paging),
);
await run(store.close);
process.stdout.write(`${position}\n`);
