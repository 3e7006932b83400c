import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readBunReport, readDenoReport, readNodeReport } from "./leaves.ts";
import { judge } from "./runtimes.ts";

function outcomes(report: ReturnType<typeof readNodeReport>): ReadonlyArray<string> {
  return report.leaves.map(({ name, outcome }) => `${name}: ${outcome}`);
}

describe("leaves", () => {
  it("leaves out suites and parents that Node counts", () => {
    const event = { type: "test:pass", isSuite: false };
    const report = readNodeReport(
      "test/a_test.ts",
      [
        { ...event, name: "child", nesting: 1 },
        { ...event, name: "late", nesting: 1, skip: "no data" },
        { ...event, name: "parent", nesting: 0 },
        { ...event, name: "alone", nesting: 0 },
        { ...event, name: "group", nesting: 0, isSuite: true },
        { ...event, name: "bad", nesting: 0, type: "test:fail" },
      ].map((line) => JSON.stringify(line)).join("\n"),
    );
    assert.deepEqual(outcomes(report), [
      "child: passed",
      "late: skipped",
      "alone: passed",
      "bad: failed",
    ]);
    assert.equal(report.leaves[1]?.reason, "no data");
  });

  it("finds nothing in an empty report", () => {
    assert.equal(readNodeReport("test/a_test.ts", "").files.size, 0);
  });

  it("takes the steps and not their parents from Deno's report", () => {
    const junit = `
      <testcase name="group" classname="./test/a_test.ts"></testcase>
      <testcase name="group &gt; in" classname="ext:deno_node/testing.ts"></testcase>
      <testcase name="off" classname="./test/a_test.ts"><skipped/></testcase>
      <testcase name="bad" classname="./test/b_test.ts"><failure message="x">x</failure></testcase>`;
    const printed =
      "running 2 tests from ./test/a_test.ts\nrunning 0 tests from ./test/b_test.ts\n";
    const report = readDenoReport(junit, printed);
    assert.deepEqual(outcomes(report), ["group > in: passed", "off: skipped", "bad: failed"]);
    assert.deepEqual([...report.files], ["test/a_test.ts"]);
  });

  it("takes every case from Bun's report", () => {
    const report = readBunReport(`
      <testcase name="one &amp; two" file="test/a_test.ts" />
      <testcase name="off" file="test/a_test.ts"><skipped message="later" /></testcase>`);
    assert.deepEqual(outcomes(report), ["one & two: passed", "off: skipped"]);
  });
});

describe("the verdict on a run", () => {
  const fine = { code: 0, stdout: "", output: "" };
  const one = readBunReport(`<testcase name="one" file="test/a_test.ts" />`);

  it("fails for a file of which no test was run", () => {
    const verdict = judge(fine, one, ["test/a_test.ts", "test/b_test.ts"]);
    assert.deepEqual([verdict.passed, verdict.failed], [1, 1]);
    assert.match(verdict.output, /test\/b_test\.ts: no test of this file was run/);
  });

  it("fails for an exit code that no test explains", () => {
    assert.equal(judge({ ...fine, code: 1 }, one, ["test/a_test.ts"]).failed, 1);
  });

  it("fails if there is no file at all", () => {
    assert.equal(judge(fine, { leaves: [], files: new Set() }, []).failed, 1);
  });
});
