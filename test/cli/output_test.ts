import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { outputTo, outputToFile } from "../../cli/output.ts";
import { explainProblem, problemOf } from "../../cli/problem.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-output-"));
after(() => rmSync(folder, { recursive: true }));

/** A stream whose reader takes its time, or fails with a code. */
function slow(code?: string): Writable {
  const error = code === undefined ? undefined : Object.assign(new Error("gone"), { code });
  return new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done, error) });
}

describe("an output", () => {
  it("waits for a slow reader, instead of gathering what it does not take", async () => {
    const stream = slow();
    const out = outputTo(stream, "standard output");
    const line = "x".repeat(1000);
    for (let lines = 0; lines < 1000; lines++) {
      assert(await out.line(line));
      assert(stream.writableLength < 100_000, `${stream.writableLength} bytes are waiting`);
    }
    assert(await out.flush());
  });

  it("says when nobody reads any more", async () => {
    const out = outputTo(slow("EPIPE"), "standard output");
    assert(await out.line("one"));
    assert.equal(await out.flush(), false);
    assert.equal(await out.line("two"), false);
  });

  it("fails with a problem that says what failed", async () => {
    const out = outputTo(slow("ENOSPC"), "standard output");
    await out.line("one");
    const problem = problemOf(await out.flush().catch((error: unknown) => error));
    assert(problem !== undefined);
    assert.match(
      explainProblem(problem),
      /^The output standard output could not be written: the disk is full.*\(ENOSPC\)$/,
    );
  });

  it("to a file appears when it is whole, and leaves nothing when it is abandoned", async () => {
    for (const name of ["a.ndjson", "a.ndjson.gz"]) {
      const path = join(folder, name);
      const abandoned = await outputToFile(path);
      await abandoned.line("one");
      await abandoned.flush();
      await abandoned.abandon();
      assert.deepEqual(readdirSync(folder), []);

      const file = await outputToFile(path);
      await file.line("one");
      assert.deepEqual(readdirSync(folder), [`${name}.part`]);
      await file.line("two");
      await file.finish();
      await file.abandon();
      assert.deepEqual(readdirSync(folder), [name]);
      const bytes = readFileSync(path);
      assert.equal(String(name.endsWith(".gz") ? gunzipSync(bytes) : bytes), "one\ntwo\n");
      rmSync(path);
    }
  });

  it("to a place that is not there is a problem", async () => {
    const path = join(folder, "none", "a.ndjson");
    const problem = problemOf(await outputToFile(path).catch((error: unknown) => error));
    assert(problem?._tag === "OutputFailed" && problem.file === path);
  });
});
