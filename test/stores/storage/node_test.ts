/** What only a directory of a real file system can show. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { OwnerIdentity } from "../../../stores/file/storage.ts";
import { directory } from "../../../stores/storage/node.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-node-"));
after(() => rmSync(folder, { recursive: true, force: true }));

describe("a directory", () => {
  it("is made with all that it lies in", async () => {
    const storage = directory(join(folder, "a", "b", "c"));
    await storage.prepare();
    assert(statSync(join(folder, "a", "b", "c")).isDirectory());
  });

  it("is an absolute place", () => {
    assert.equal(directory("data").place, resolve("data"));
  });

  it("does not take a refusal for an absence", async () => {
    const storage = directory(folder);
    const long = "n".repeat(300);
    assert.throws(() => storage.exists(long), { code: "ENAMETOOLONG" });
    assert.throws(() => storage.openRead(long), { code: "ENAMETOOLONG" });
    assert.throws(() => storage.remove(long), { code: "ENAMETOOLONG" });
    writeFileSync(join(folder, "plain"), "");
    await assert.rejects(Promise.resolve(directory(join(folder, "plain")).list()), {
      code: "ENOTDIR",
    });
  });

  it("does not make a file in a place that is not there", () => {
    assert.throws(() => directory(join(folder, "nowhere")).create("a"), { code: "ENOENT" });
  });
});

describe("the owner of a directory", { skip: process.platform !== "linux" }, () => {
  const { owner } = directory(folder);
  const changed = async (change: Partial<OwnerIdentity>): Promise<boolean> =>
    owner.provenDead({ ...await owner.self(), ...change });

  it("says who it is", async () => {
    const self = await owner.self();
    assert.equal(self.pid, process.pid);
    assert.match(self.startTime, /^\d+$/);
    assert.match(self.bootId, /^[0-9a-f-]{36}$/);
    assert.match(self.pidNamespace, /^pid:\[\d+\]$/);
    assert.match(self.runtime, /^(node|deno|bun) \d+\.\d+/);
  });

  it("is proven dead when the process is gone, its pid reused, or the machine started again", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(await changed({ pid }), true);
    assert.equal(await changed({ startTime: "1" }), true);
    assert.equal(
      await changed({ bootId: "another", machineId: (await owner.self()).machineId }),
      true,
    );
  });

  it("is proven dead when the process has ended and nobody asked how", async () => {
    // The shell starts a child, then becomes a program that never asks for its children.
    const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"]);
    try {
      const pid = await new Promise<number>((told) => {
        parent.stdout.on("data", (line) => told(Number(line)));
      });
      assert.equal(await changed({ pid, startTime: "" }), false);
      while (!/ [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await pause(5);
      assert.equal(await changed({ pid, startTime: "" }), true);
    } finally {
      await killed(parent);
    }
  });

  it("is not taken for another state by the name of its program", async () => {
    const odd = join(folder, "odd) Z 1 2 (");
    symlinkSync("/bin/sleep", odd);
    const child = spawn(odd, ["60"], { argv0: "sleep" });
    try {
      await once(child, "spawn");
      assert(child.pid);
      assert.equal(await changed({ pid: child.pid, startTime: "" }), false);
      assert.equal(await changed({ pid: child.pid, startTime: "1" }), true);
    } finally {
      await killed(child);
    }
  });

  it("is not proven dead when in doubt", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(await changed({}), false, "the own process");
    assert.equal(await changed({ startTime: "" }), false, "a process of unknown age");
    assert.equal(await changed({ pid: 1, startTime: "" }), false, "a process of somebody else");
    assert.equal(await changed({ pid: 0 }), false, "no pid");
    assert.equal(await changed({ pid, pidNamespace: "pid:[1]" }), false, "another container");
    assert.equal(await changed({ pid, pidNamespace: "" }), false, "perhaps another container");
    assert.equal(await changed({ pid, bootId: "" }), false, "an unknown boot");
    assert.equal(await changed({ pid, bootId: "b", machineId: "m" }), false, "another machine");
    assert.equal(await changed({ pid, bootId: "b", machineId: "" }), false, "an unknown machine");
  });
});

async function killed(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
