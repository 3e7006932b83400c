import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { type Input, inputFrom, inputFromStream } from "../../cli/input.ts";
import { explainProblem, problemOf } from "../../cli/problem.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-input-"));
after(() => rmSync(folder, { recursive: true }));

function fileOf(bytes: string | Uint8Array, name = "in.ndjson"): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function linesOf(input: Input): Promise<ReadonlyArray<string>> {
  const lines: Array<string> = [];
  for await (const line of input.lines()) lines.push(line);
  return lines;
}

async function sentence(input: Promise<unknown>): Promise<string> {
  try {
    await input;
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== undefined) return explainProblem(problem);
    throw error;
  }
  assert.fail("No problem was found");
}

describe("an input", () => {
  it("is split at line feeds only, with or without one at the end, and is read twice", async () => {
    // The line separator of Unicode may stand in a JSON text as it is.
    const input = await inputFrom(fileOf('\uFEFF{"a":"x\u2028y"}\r\n\n\uFEFFthird'));
    const lines = ['{"a":"x\u2028y"}', "", "\uFEFFthird"];
    assert.deepEqual(await linesOf(input), lines);
    assert.deepEqual(await linesOf(input), lines);
    assert.equal(input.bytesRead(), input.bytes);
    assert.deepEqual(await linesOf(await inputFrom(fileOf(""))), []);
    assert.deepEqual(await linesOf(await inputFrom(fileOf("one\n"))), ["one"]);
  });

  it("is unpacked by its suffix, and keeps lines whole that span many chunks", async () => {
    const long = "é".repeat(300_000);
    const packed = gzipSync(`${long}\n${long}\n`);
    assert.deepEqual(await linesOf(await inputFrom(fileOf(packed, "in.gz"))), [long, long]);
  });

  it("fails where it is no UTF-8, or ends too early", async () => {
    const latin1 = await inputFrom(fileOf(new Uint8Array([0x61, 0x0a, 0xe9, 0x0a])));
    const lines = latin1.lines();
    assert.equal((await lines.next()).value, "a");
    await assert.rejects(lines.next(), /the next line is not UTF-8/);

    const packed = gzipSync("x".repeat(10_000));
    const cut = await inputFrom(fileOf(packed.subarray(0, packed.length - 9), "cut.gz"));
    await assert.rejects(linesOf(cut));
  });

  it("that is not there is told before anything else is done", async () => {
    assert.match(
      await sentence(inputFrom(join(folder, "none"))),
      /^The input .*none could not be read: a file or directory is missing.*\(ENOENT\)$/,
    );
    mkdirSync(join(folder, "place"), { recursive: true });
    assert.match(await sentence(inputFrom(join(folder, "place"))), /could not be read: .*EISDIR/);
  });

  it("from a stream is kept until it is forgotten", async () => {
    const kept = (): ReadonlyArray<string> =>
      readdirSync(folder).filter((name) => name.startsWith("leftfold-import-"));
    const { signal } = new AbortController();
    const input = await inputFromStream(Readable.from([Buffer.from("a\nb")]), signal, folder);
    assert.deepEqual(await linesOf(input), ["a", "b"]);
    assert.deepEqual(await linesOf(input), ["a", "b"]);
    assert.equal(kept().length, 1);
    await input.forget();
    assert.equal(kept().length, 0);
  });

  it("from a stream that never ends ends by its signal", async () => {
    const controller = new AbortController();
    const endless = new Readable({ read: () => {} });
    const waiting = inputFromStream(endless, controller.signal, folder);
    controller.abort();
    assert.match(await sentence(waiting), /cancelled/);
  });
});
