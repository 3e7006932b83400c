import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cloudEvents, leftfold } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-guide-"));
after(() => rmSync(folder, { recursive: true }));

const guide = readFileSync(new URL("../../docs/operating-a-store.md", import.meta.url), "utf8");

/** The commands of the guide, each with what it is said to print. */
const told = [...guide.matchAll(/^```console\n(.*?)^```$/gms)]
  .flatMap(([, block = ""]) => block.split(/^\$ /m).slice(1))
  .map((text) => {
    const [command = "", ...lines] = text.trimEnd().split("\n");
    return { command, lines };
  });

const places = new Set(["shows", "shows.ndjson", "away", "cold"]);

/** Without what differs from store to store: identities, moments, sizes of what is packed, and
 * the order of streams. */
const masked = (line: string): string =>
  line.replaceAll(/\b[0-9a-f]{32,64}\b/g, "<hash>")
    .replaceAll(/\bmade \S+Z/g, "made <moment>")
    .replaceAll(/which take [\d,]+/g, "which take <bytes>")
    .replaceAll(/"show-\d+"(, "show-\d+")* among them/g, "<some> among them");

test("the guide to looking after a store prints what its commands print", async () => {
  assert(told.length > 15, `${told.length} commands`);
  writeFileSync(join(folder, "shows.ndjson"), cloudEvents(120));
  for (const { command, lines } of told) {
    const [program, ...args] = command.split(" ");
    assert.equal(program, "leftfold");
    const { out, err } = await leftfold(
      args.map((arg) => places.has(arg) ? join(folder, arg) : arg),
    );
    const printed = `${out}${err}`.replaceAll(`${folder}/`, "").trimEnd().split("\n");
    assert.deepEqual(printed.map(masked), lines.map(masked), command);
  }
  assert.deepEqual(readdirSync(folder).sort(), [...places].sort());
});
