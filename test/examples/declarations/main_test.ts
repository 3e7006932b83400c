import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generate } from "../../../examples/declarations/generator.ts";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const main = join(root, "examples", "declarations", "main.ts");

/** How this runtime runs a file: as `npm start` does, or as its users do. */
const runArgs = process.versions["deno"] !== undefined
  ? ["run", "--allow-all", "--no-check"]
  : process.versions["bun"] !== undefined
  ? ["run"]
  : ["--import", "tsx"];

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function start(...args: ReadonlyArray<string>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...runArgs, main, ...args], { cwd: root }, (error, out, err) => {
      // Node gives the exit code as `code`; there is no error at 0.
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "leftfold-start-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("started twice, it goes on in the same stores and adds nothing", () =>
  inFolder(async (folder) => {
    const args = ["--declarations", "60", "--store", join(folder, "store")];
    const first = await start(...args);
    assert.deepEqual([first.code, first.err], [0, ""]);
    assert.match(first.out, /into a new store/);
    const events = /: ([\d,]+) events, from/.exec(first.out)?.[1];
    assert(events !== undefined && first.out.includes(`  ${events} events added`), first.out);

    const second = await start(...args);
    assert.deepEqual([second.code, second.err], [0, ""]);
    assert(second.out.includes(`which has ${events} events already`), second.out);
    assert(second.out.includes(`nothing to add: all ${events} events were there already`));
    assert(second.out.includes(`went on from position ${events}, through ${events}`));

    const other = await start(...args, "--seed", "2");
    assert.equal(other.code, 1);
    assert.match(other.err, /holds something else/);
    assert.equal(other.err.trim().split("\n").length, 1, other.err);
  }));

test("an input that was changed in the middle is refused, and nothing of it is stored", () =>
  inFolder(async (folder) => {
    const input = join(folder, "input.ndjson");
    const lines = generate({ seed: 5, declarations: 20 });
    const args = ["--input", input, "--store", join(folder, "store")];
    await writeFile(input, lines.join("\n"));
    assert.equal((await start(...args)).code, 0);

    const changed = lines.map((line, at) => at === 9 ? line.replace(/"budget \d+"/, '"b"') : line);
    await writeFile(input, changed.join("\n"));
    const refused = await start(...args);
    assert.deepEqual([refused.code, refused.out], [1, ""]);
    assert.match(refused.err, /holds something else: .* line 10 of the input/);

    await writeFile(input, lines.join("\n"));
    const again = await start(...args);
    assert(again.out.includes(`nothing to add: all ${lines.length} events`), again.out);
  }));

test("a user's mistake gets a sentence and the exit code that fits, and makes no store", () =>
  inFolder(async (folder) => {
    const store = join(folder, "store");
    const wrong = join(folder, "wrong.ndjson");
    await writeFile(wrong, '{"specversion":"1.0"}\n');
    for (
      const [args, code, reason] of [
        [["--input", join(folder, "missing.ndjson")], 1, /missing\.ndjson/],
        [["--input", wrong], 1, /line 1/],
        [["--inptu", wrong], 2, /--inptu/],
      ] as const
    ) {
      const ran = await start(...args, "--store", store);
      assert.equal(ran.code, code, ran.err);
      assert.equal(ran.out, "");
      assert.match(ran.err, reason);
      assert(!/^\s+at /m.test(ran.err), ran.err);
      await assert.rejects(rm(store), { code: "ENOENT" });
    }
  }));
