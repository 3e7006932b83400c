import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type Runtime,
  runtimes,
  startedElsewhere,
  tellMissing,
  wordsFor,
} from "../support/kill_runtimes.ts";
import { type Call, callsIn, missingBefore } from "../support/strace_log.ts";

const calls =
  "write,writev,pwrite64,pwritev,fdatasync,fsync,stat,lstat,newfstatat,statx,access,faccessat,faccessat2";

/** Whether processes can be traced here: the program may be missing, or not be allowed to. */
const tracing = startedElsewhere === false
  ? spawnSync("strace", ["-o", "/dev/null", "true"])
  : undefined;
const skip = startedElsewhere !== false
  ? startedElsewhere
  : tracing?.status === 0
  ? false
  : "strace is not installed, or may not trace here";

function trace(runtime: Runtime, durability: string): ReadonlyArray<Call> {
  const place = mkdtempSync(join(tmpdir(), "leftfold-strace-"));
  try {
    const file = join(place, "trace");
    const program = wordsFor(runtime, "strace_writer.ts", [join(place, "store"), durability]);
    const strace = ["-f", "-y", "-s", "32", "-e", `trace=${calls}`, "-o", file];
    const { status, stderr } = spawnSync("strace", [...strace, ...program], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return callsIn(readFileSync(file, "utf8"));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const small = { before: "opened", word: "small" };
const large = { before: "small", word: "large" };

tellMissing("a durable append is written, flushed and checked before its answer");

for (const runtime of runtimes) {
  test(`a durable append is written, flushed and checked before its answer (${runtime.name})`, {
    skip,
  }, () => {
    const calls = trace(runtime, "sync");
    assert.equal(missingBefore(calls, small, 50), undefined);
    assert.equal(missingBefore(calls, large, 1_500_000), undefined);
  });
}

test("a durable append is told from one that is answered before its flush", { skip }, () => {
  const [node] = runtimes;
  assert(node);
  const flushedLater = trace(node, "os");
  assert.match(missingBefore(flushedLater, small, 50) ?? "", /^no flush of the segment/);
  assert.match(missingBefore(flushedLater, large, 1_500_000) ?? "", /^no flush of the segment/);
  assert.notEqual(missingBefore(trace(node, "none"), large, 1_500_000), undefined);
});

test(
  "a durable append is told from one whose writer does not look for a newer claim",
  { skip },
  () => {
    const [node] = runtimes;
    assert(node);
    const looked = trace(node, "sync");
    const blind = looked.filter(({ file }) => !file.endsWith(".claim"));
    assert.match(missingBefore(blind, small, 50) ?? "", /^nobody looked/);
    assert.match(missingBefore(looked, small, 2 ** 20) ?? "", /bytes were written/);
  },
);
