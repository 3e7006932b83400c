import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { generate } from "../../../examples/declarations/generator.ts";
import { readInput } from "../../../examples/declarations/input.ts";

const lines = generate({ seed: 5, declarations: 3 });
const first = lines[0] ?? "";

/** What is read from a file with this content. */
async function readFrom(content: string | Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), "leftfold-input-"));
  try {
    const path = join(folder, "input.ndjson");
    await writeFile(path, content);
    const input = await readInput({ _tag: "File", path });
    return input._tag === "Right" ? input.right.map(({ line }) => line) : input.left;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a file is read as it is, with or without gzip, and whatever ends its lines", async () => {
  assert.deepEqual(await readFrom(`${lines.join("\n")}\n`), lines);
  assert.deepEqual(await readFrom(lines.join("\r\n")), lines);
  assert.deepEqual(await readFrom(gzipSync(lines.join("\n"))), lines);
});

test("a wrong line is refused with its number and its reason", async () => {
  for (
    const [wrong, reason] of [
      ["no JSON at all", /JSON/],
      [first.replace('"subject"', '"sobject"'), /"subject"/],
      [first.replace('"by":"EMPLOYEE"', '"by":"CAT"'), /CAT/],
      [first.replace('"type":"Declaration', '"type":"Invoice'), /Invoice/],
    ] as const
  ) {
    const refused = await readFrom([...lines, wrong, "and more"].join("\n"));
    assert("exitCode" in refused && refused.exitCode === 1);
    assert(refused.text.includes(`, line ${lines.length + 1}: `), refused.text);
    assert.match(refused.text, reason);
    assert(!refused.text.includes("\n"), refused.text);
  }
});

test("what cannot be read is told in a sentence", async () => {
  for (const content of ["", "\n\n", Uint8Array.of(0x1f, 0x8b, 1, 2), Uint8Array.of(0xff, 0xfe)]) {
    const refused = await readFrom(content);
    assert("exitCode" in refused && refused.exitCode === 1);
    assert.match(refused.text, /input\.ndjson/);
  }
  const missing = await readInput({ _tag: "File", path: join(tmpdir(), "there-is-no-such-file") });
  assert(missing._tag === "Left");
  assert.match(missing.left.text, /there-is-no-such-file/);
  assert(!missing.left.text.includes("\n"));
});
