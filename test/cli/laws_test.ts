import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readCommandLine } from "../../cli/command_line.ts";
import { leftfold } from "./running.ts";

const scratch = mkdtempSync(join(tmpdir(), "leftfold-laws-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const good = file("examples/domains/bank_account/laws.ts");
const bad = file("test/support/laws/overdrawn_laws.ts");

/** What a run says that could not check: one sentence, and the exit code of a problem. */
async function refused(...args: ReadonlyArray<string>): Promise<string> {
  const { code, out, err } = await leftfold(["laws", ...args]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /^The laws of [^\n]+\n$/);
  return err;
}

describe("leftfold laws", () => {
  it("has a line for each law that holds, and says what it is worth", async () => {
    const { code, out, err } = await leftfold(["laws", good, "--runs", "50", "--seed", "7"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(
      out,
      /^bank account\n {2}held {2}DE0 +50 of 50 +under 6\.0 % +the specification/,
    );
    assert.match(out, /^\d+ laws: \d+ held, seed 7$/m);
    assert.match(out, /At 95 % confidence/);
  });

  it("tells the story of one that is broken, with a test that imports it by its name", async () => {
    const { code, out, err } = await leftfold(["laws", bad, "--seed", "7"]);
    assert.deepEqual([code, err], [1, ""]);
    assert.match(out, /^ {2}BROKEN +DE16 .* it is not overdrawn$/m);
    assert.match(out, /^account breaks DE16\/it is not overdrawn: /m);
    assert.match(out, /^ {4}import { overdrawnLaws } from "\.\/overdrawn_laws\.ts";$/m);
    assert.match(out, /^ {4}const found = { commands: \[-1\] };$/m);
    // Each law is checked once, however often it is exported.
    assert.equal(out.match(/ DE1 /g)?.length, 1);
  });

  it("goes straight to the case of a failure, as it prints it", async () => {
    const first = await leftfold(["laws", bad, "--seed", "7", "--law", "DE16", "--json"]);
    const { failed: [broken] } = JSON.parse(first.out);
    const again = await leftfold([
      ...["laws", bad, "--json", "--law", "account DE16/it is not overdrawn"],
      ...["--seed", String(broken.seed), "--path", broken.path],
    ]);
    const { failed, held } = JSON.parse(again.out);
    assert.deepEqual([failed.length, held.length, again.code], [1, 0, 1]);
    assert.match(failed[0].text, /found = { commands: \[-1\] }/);
    assert.match(failed[0].text, /after 0 cases that hold, and made simpler 0 times/);
  });

  it("keeps the case in a corpus, if one is named", async () => {
    const corpus = join(scratch, "corpus");
    const args = ["laws", bad, "--law", "DE16", "--corpus", corpus];
    const { out } = await leftfold(args);
    assert.match(out, /^ {2}Kept in {4}\S+corpus\S+\.json/m);
    assert.deepEqual(readdirSync(corpus), ["account"]);
    assert.match((await leftfold(args)).out, /^ {2}BROKEN +DE16 +kept case/m);
  });

  it("reads from the environment what is left out, and tells of a mistake in it", async () => {
    const before = process.env["LEFTFOLD_RUNS"];
    try {
      process.env["LEFTFOLD_RUNS"] = "40";
      assert.match((await leftfold(["laws", good, "--law", "DE1"])).out, /of 40 /);
      const said = await leftfold(["laws", good, "--law", "DE1", "--runs", "60"]);
      assert.match(said.out, /of 60 /);
      process.env["LEFTFOLD_RUNS"] = "some";
      assert.match(await refused(good), /LEFTFOLD_RUNS is "some"/);
    } finally {
      if (before === undefined) delete process.env["LEFTFOLD_RUNS"];
      else process.env["LEFTFOLD_RUNS"] = before;
    }
  });

  it("says what is wrong with the file, in a sentence", async () => {
    assert.match(await refused(join(scratch, "no.ts")), /there is no such file$/m);
    const decider = file("examples/domains/bank_account/decider.ts");
    assert.match(await refused(decider), /it exports no laws, but account.*; export them, as in/);
    assert.match(await refused(good, "--law", "DE99"), /no law is called DE99; there are DE0, /);
    const broken = join(scratch, "broken.mjs");
    writeFileSync(broken, 'throw new Error("who wrote this?\\nnot me");\n');
    assert.match(await refused(broken), /it cannot be loaded: who wrote this\?$/m);
    writeFileSync(join(scratch, "empty.mjs"), "");
    assert.match(await refused(join(scratch, "empty.mjs")), /it exports no laws, but nothing/);
  });

  it("reads its command line", () => {
    assert.deepEqual(
      readCommandLine(["laws", "a.ts", "--seed=-3", "--law", "DE1", "--path", "1:2"], "1"),
      E.right({ _tag: "Laws", file: "a.ts", json: false, seed: -3, law: "DE1", path: "1:2" }),
    );
    const wrong = [
      ["--path", "1:2", "--seed", "1"],
      ["--path", "1:2", "--law", "DE1"],
      ["--path", "x", "--law", "DE1", "--seed", "1"],
      ["--seed", "x"],
      ["--seed", "2147483648"],
      ["--runs", "0"],
    ];
    for (const options of wrong) {
      const read = readCommandLine(["laws", "a.ts", ...options], "1");
      assert(E.isLeft(read) && read.left.exitCode === 2, options.join(" "));
    }
  });
});
