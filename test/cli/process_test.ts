import { type ChildProcessWithoutNullStreams } from "node:child_process";
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cloudEvents, ended, leftfold, spawned } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-process-"));
after(() => rmSync(folder, { recursive: true }));

/** So many that an import can be killed on its way, and that an export does not fit in a pipe. */
const count = 8_000;
const lines = cloudEvents(count);
const input = join(folder, "in.ndjson");
writeFileSync(input, lines);

/** Waits until the log of a store has so many bytes. */
async function logReaches(
  store: string,
  bytes: number,
  child: ChildProcessWithoutNullStreams,
): Promise<void> {
  const size = (): number =>
    existsSync(store)
      ? readdirSync(store).filter((name) => name.startsWith("segment-"))
        .reduce((sum, name) => sum + statSync(join(store, name)).size, 0)
      : 0;
  while (size() < bytes) {
    assert.equal(child.exitCode, null, "the import ended before it was far enough");
    await sleep(2);
  }
}

/** Imports all again, and looks that nothing is missing and nothing doubled. */
async function goesOn(store: string): Promise<void> {
  const ran = await leftfold(["import", input, "--store", store, "--json"]);
  assert.equal(ran.code, 0, ran.err);
  const { added, repeated } = JSON.parse(ran.out);
  assert.equal(added + repeated, count);
  assert(added > 0 && repeated > 0, `${added} added, ${repeated} repeated`);
  const exported = await leftfold(["export", "--store", store]);
  assert(exported.out === lines, "the export is not what was imported");
}

describe("leftfold as a process", () => {
  it("goes on with an import that was killed, or ended by Ctrl-C, and doubles nothing", async () => {
    for (const signal of ["SIGKILL", "SIGINT"] as const) {
      const store = join(folder, signal);
      const child = spawned(["import", input, "--store", store]);
      const end = ended(child);
      await logReaches(store, 300_000, child);
      child.kill(signal);
      const { code, err } = await end;
      if (signal === "SIGINT") {
        assert.equal(code, 130);
        assert.match(err, /^The import stopped at line \d+, .*; import again to go on\n$/);
        const { torn } = JSON.parse((await leftfold(["stats", "--store", store, "--json"])).out);
        assert.deepEqual(torn, [], "a store that is closed cleanly has no torn tail");
      }
      await goesOn(store);
    }
  });

  it("follows what another process appends, until it is asked to end", async () => {
    const store = join(folder, "followed");
    await leftfold(["import", "-", "--store", store], cloudEvents(10));
    const args = ["follow", "--store", store, "--type", "ShowOpened", "--json"];
    const interrupted = spawned(args);
    const terminated = spawned([...args, "--after", "1"]);
    const ends = [ended(interrupted), ended(terminated)];
    await once(interrupted.stdout, "data");
    await leftfold(["import", "-", "--store", store], cloudEvents(20));
    await Promise.all([once(interrupted.stdout, "data"), once(terminated.stdout, "data")]);
    interrupted.kill("SIGINT");
    terminated.kill("SIGTERM");
    const told = (await Promise.all(ends)).map(({ code, out, err }) => {
      const positions = out.trim().split("\n").map((line) => JSON.parse(line).position);
      return { code, err, positions };
    });
    assert.deepEqual(told, [
      { code: 0, err: "", positions: [1, 11] },
      { code: 143, err: "", positions: [11] },
    ]);
  });

  it("ends quietly when its reader has seen enough", async () => {
    // Filled by the first test.
    const store = join(folder, "SIGKILL");
    const children = [["export"], ["read"], ["read", "--json"]].map((args) => {
      const child = spawned([...args, "--store", store]);
      child.stdout.once("data", () => child.stdout.destroy());
      return ended(child);
    });
    for (const { code, err } of await Promise.all(children)) {
      assert.deepEqual({ code, err }, { code: 0, err: "" });
    }
  });

  it("answers wrong use with 2, help with 0, and a missing store with one sentence", async () => {
    const [wrong, help, missing] = await Promise.all([
      ended(spawned(["read", "--store", folder, "--limit", "many"])),
      ended(spawned(["--version"])),
      ended(spawned(["read", "--store", join(folder, "none")])),
    ]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /'many' is invalid. Wanted a whole number, 1 or more.\n.*--help/);
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /^\d+\.\d+\.\d+\n$/);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /^There is no store in [^\n]+\n$/);
  });
});
