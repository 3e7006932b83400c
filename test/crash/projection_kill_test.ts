import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { run } from "../../src/run.ts";
import { openFileStore } from "../../stores/file/mod.ts";
import { fileStates } from "../../stores/file/states.ts";
import { directory } from "../../stores/storage/node.ts";
import { added, append, cleared, folded, other, seen, seenIn } from "../support/seen.ts";

const rounds = process.env["LEFTFOLD_SOAK"] === "1" ? 100 : 10;
const place = mkdtempSync(join(tmpdir(), "leftfold-projection-"));
after(() => rmSync(place, { recursive: true, force: true }));

test(`a projection killed at any of its steps, ${rounds} times, ends as a fold of the log`, async () => {
  const storage = directory(place);
  const store = await run(openFileStore(storage));
  const here = seenIn(store, fileStates(storage));
  let position = 0;
  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    await append(store, [added(round), other, added(2), cleared, added(5), added(7)]);
    // Steps of a round, in an order that leaves none out: 11 and 37 have no divisor in common.
    const call = 1 + (round * 11) % 37;
    const what = round % 5 === 4 ? "rebuild" : "catchUp";
    const end = await childOf(what, call);
    assert(end === "SIGKILL" || end === 0, `the child ended with ${end} (${what}, ${call})`);
    if (end === "SIGKILL") kills += 1;
    const kept = await run(here.read);
    assert.deepEqual(kept.state, await folded(store, seen, kept.position), `${what}, ${call}`);
    assert(kept.position >= position, `it went back to ${kept.position} (${what}, ${call})`);
    position = kept.position;
  }
  assert(kills >= rounds / 2, `it was killed ${kills} times only`);
  const head = await run(store.head);
  assert.deepEqual(await run(here.catchUp()), { state: await folded(store), position: head });
  assert.deepEqual(await run(here.rebuild()), { state: await folded(store), position: head });
  await run(store.close);
});

/** How a child ended: its exit code, or the signal that ended it. */
function childOf(what: string, call: number): Promise<number | NodeJS.Signals | null> {
  const program = fileURLToPath(new URL("../support/projection_child.ts", import.meta.url));
  const flags = process.versions["bun"]
    ? []
    : process.versions["deno"]
    ? ["run", "-A", "--no-check"]
    : ["--import", "tsx"];
  const child = spawn(process.execPath, [...flags, program, place, what, String(call)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ?? code));
  });
}
