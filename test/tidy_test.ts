import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeRules } from "./tidy/code_rules.ts";
import { documentationRules } from "./tidy/documentation_rules.ts";
import { importRules } from "./tidy/import_rules.ts";
import { manifestRules } from "./tidy/manifest_rules.ts";
import { nameRules } from "./tidy/name_rules.ts";
import { readProject } from "./tidy/project.ts";
import { violations } from "./tidy/violations.ts";

const rules = [...importRules, ...nameRules, ...codeRules, ...documentationRules, ...manifestRules];
const project = readProject();

describe("the tree", () => {
  for (const rule of rules) {
    it(rule.name, () => {
      const found = rule.check(project);
      assert.ok(found.length === 0, ["", ...found].join("\n"));
    });
  }
});

describe("a rule of the tree complains", () => {
  it("and each of them has been seen to", () => {
    const seen = new Set(violations.map(({ rule }) => rule));
    assert.deepEqual(rules.map(({ name }) => name).filter((name) => !seen.has(name)), []);
  });

  for (const { rule: name, files, complaint } of violations) {
    it(`about ${complaint}`, () => {
      const rule = rules.find((one) => one.name === name);
      assert.ok(rule, `no rule is called "${name}"`);
      const found = rule.check(
        Object.entries(files).map(([path, text]) => ({ path, text })),
      );
      assert.ok(found.includes(complaint), `it said only\n${found.join("\n")}`);
    });
  }
});
