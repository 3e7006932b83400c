import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { examplesIn, unprinted, unprintedIn } from "./example_blocks.ts";

const fence = "```";

describe("examples of a page", () => {
  it("keep their line numbers", () => {
    const { examples } = examplesIn("a.md", `# A\n\n${fence}ts\nrun();\n${fence}\n`);
    assert.deepEqual(examples.map(({ line, code }) => ({ line, code })), [
      { line: 4, code: "\n\n\nrun();\n" },
    ]);
  });

  it("go on in a block that continues", () => {
    const { examples } = examplesIn(
      "a.md",
      `${fence}ts\nconst a = 1;\n${fence}\nSo:\n${fence}ts continue\nuse(a);\n${fence}\n`,
    );
    assert.deepEqual(examples.map(({ code }) => code), ["\nconst a = 1;\n\n\n\nuse(a);\n"]);
  });

  it("are set aside only with a reason", () => {
    const { examples, complaints } = examplesIn(
      "a.md",
      `${fence}ts ignore: a signature\nf(): void\n${fence}\n${fence}ts ignore\nf()\n${fence}\n`,
    );
    assert.equal(examples.length, 0);
    assert.equal(complaints.length, 1);
  });

  it("do not hide behind another word for TypeScript", () => {
    assert.equal(examplesIn("a.md", `${fence}typescript\nf()\n${fence}`).complaints.length, 1);
  });

  it("leave other blocks alone", () => {
    const found = examplesIn("a.md", `${fence}sh\nls\n${fence}\n${fence}\nplain\n${fence}`);
    assert.deepEqual(found, { examples: [], complaints: [] });
  });
});

describe("examples of a module", () => {
  it("stand in docstrings, at any depth", () => {
    const text = [
      "const notADoc = 1;",
      "/**",
      " * One.",
      ` * ${fence}ts`,
      " * one();",
      " *",
      ` * ${fence}`,
      " */",
      "export interface Two {",
      "  /**",
      `   * ${fence}ts`,
      "   * two();",
      `   * ${fence}`,
      "   */",
    ].join("\n");
    const { examples } = examplesIn("src/a.ts", text);
    assert.deepEqual(examples.map(({ line, code }) => ({ line, code: code.trim() })), [
      { line: 5, code: "one();" },
      { line: 12, code: "two();" },
    ]);
  });
});

describe("what an example says that it prints", () => {
  const page =
    `${fence}ts\nconsole.log(a); // 2\nconsole.log(b);\n// { x: "y",\n//   z: 1 }\n\n// A remark.\n${fence}`;

  it("is the comment behind or below the call", () => {
    assert.deepEqual(examplesIn("a.md", page).examples[0]?.prints, ["2", '{ x: "y", z: 1 }']);
  });

  it("is compared in order, whatever the quotes and the line ends", () => {
    const prints = ["2", '{ x: "y" }'];
    assert.equal(unprinted(prints, ["2", "something else", "{\n  x: 'y'\n}"]), undefined);
    assert.equal(unprinted(prints, ["{ x: 'y' }", "2"]), '{ x: "y" }');
    assert.equal(unprinted(prints, ["3"]), "2");
  });

  it("is found in a whole output, in order", () => {
    assert.equal(unprintedIn(["2", '{ x: "y" }'], "2\n{\n  x: 'y'\n}\n"), undefined);
    assert.equal(unprintedIn(["3", "2"], "2\n3\n"), "2");
  });
});
