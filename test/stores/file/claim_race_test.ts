/** Processes of the same runtime that claim one directory. */
import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { acquireClaim } from "../../../stores/file/claims/claimant.ts";
import type { Claim } from "../../../stores/file/claims/held_claim.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { directory } from "../../../stores/storage/node.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-race-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const leaseMs = 15_000;

async function claim(storage: StoragePort, lockWaitMs = 0): Promise<Claim> {
  const claimed = await acquireClaim(storage, { leaseMs, lockWaitMs });
  assert(E.isRight(claimed), JSON.stringify(claimed));
  return claimed.right;
}

async function isRefused(storage: StoragePort): Promise<void> {
  const claimed = await acquireClaim(storage, { leaseMs, lockWaitMs: 0 });
  assert(E.isLeft(claimed) && claimed.left._tag === "StoreLocked", JSON.stringify(claimed));
}

async function end(held: Claim): Promise<void> {
  await held.release();
  await held.close();
}

describe("claims of several processes", () => {
  it("go to one of those who race for them", async () => {
    const place = join(folder, "race");
    const storage = directory(place);
    await storage.prepare();
    const racers = [1, 2].map(() => start(place, 60_000, 0));
    const answers = await Promise.all(racers.map((racer) => racer.line()));
    assert.deepEqual([...answers].sort(), ["StoreLocked", "claimed 1"]);
    const winner = racers[answers.indexOf("claimed 1")];
    assert(winner);
    await isRefused(storage);
    winner.child.stdin.end();
    assert.equal(await winner.line(), "held");
    await Promise.all(racers.map((racer) => racer.exit));
    const next = await claim(storage);
    assert.equal(next.epoch, 2);
    await end(next);
  });

  it(
    "pass at once from a process that was killed",
    { skip: process.platform !== "linux" },
    async () => {
      const place = join(folder, "killed");
      const storage = directory(place);
      await storage.prepare();
      const victim = start(place, 60_000, 0);
      assert.equal(await victim.line(), "claimed 1");
      victim.signal("SIGKILL");
      await victim.exit;
      const next = await claim(storage);
      assert.equal(next.epoch, 2);
      assert.equal(next.others[0]?.isFinished, true);
      await end(next);
    },
  );

  it("pass after the lease from a process that is stopped, and it finds itself fenced", {
    skip: process.platform !== "linux",
  }, async () => {
    const place = join(folder, "stopped");
    const storage = directory(place);
    await storage.prepare();
    const paused = start(place, 200, 0);
    assert.equal(await paused.line(), "claimed 1");
    paused.signal("SIGSTOP");
    const next = await claim(storage, 60_000);
    paused.signal("SIGCONT");
    paused.child.stdin.end();
    assert.equal(await paused.line(), "fenced");
    await paused.exit;
    assert.equal(await next.fenced(), "held");
    await end(next);
  });
});

/** Starts one. Every one is ended by its test or by `after`. */
function start(place: string, lease: number, wait: number): {
  readonly child: ChildProcessWithoutNullStreams;
  readonly line: () => Promise<string>;
  readonly exit: Promise<unknown>;
  readonly signal: (name: NodeJS.Signals) => void;
} {
  const program = fileURLToPath(new URL("../../support/claiming_process.ts", import.meta.url));
  const flags = process.versions["bun"]
    ? []
    : process.versions["deno"]
    ? ["run", "-A", "--no-check"]
    : ["--import", "tsx"];
  const args = [...flags, program, place, String(lease), String(wait)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stderr.pipe(process.stderr);
  // Not `child.kill`, which in Deno sends no second signal.
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(child.pid, name);
  };
  const exit = new Promise((resolve) => child.on("exit", resolve));
  let isOver = false;
  exit.then(() => {
    isOver = true;
  });
  after(() => {
    if (!isOver) signal("SIGKILL");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => String((await lines.next()).value),
    exit,
    signal,
  };
}
