import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsIn } from "../../src/laws/settings.ts";

describe("the environment of a run", () => {
  it("says nothing where nothing is set", () => {
    assert.deepEqual(settingsIn({}), E.right({}));
    assert.deepEqual(settingsIn({ LEFTFOLD_RUNS: "", LEFTFOLD_LAW: "" }), E.right({}));
  });

  it("says how many cases, by a profile or by a number, which wins", () => {
    assert.deepEqual(settingsIn({ LEFTFOLD_PROFILE: "soak" }), E.right({ runs: 10_000 }));
    assert.deepEqual(
      settingsIn({ LEFTFOLD_PROFILE: "soak", LEFTFOLD_RUNS: "7" }),
      E.right({ runs: 7 }),
    );
  });

  it("leads back to a case", () => {
    const environment = {
      LEFTFOLD_LAW: "order DE16/it's small",
      LEFTFOLD_SEED: "-42",
      LEFTFOLD_PATH: "12:5:0",
    };
    assert.deepEqual(
      settingsIn(environment),
      E.right({ law: "order DE16/it's small", seed: -42, path: "12:5:0" }),
    );
  });

  const mistakes: ReadonlyArray<readonly [Readonly<Record<string, string>>, RegExp]> = [
    [{ LEFTFOLD_PROFILE: "night" }, /LEFTFOLD_PROFILE is "night"; there are dev, ci, soak/],
    [{ LEFTFOLD_PROFILE: "toString" }, /LEFTFOLD_PROFILE is "toString"/],
    [{ LEFTFOLD_RUNS: "0" }, /LEFTFOLD_RUNS is "0"; give a whole number from 1 on/],
    [{ LEFTFOLD_RUNS: "1e3" }, /LEFTFOLD_RUNS is "1e3"/],
    [{ LEFTFOLD_SEED: "x" }, /LEFTFOLD_SEED is "x"/],
    [{ LEFTFOLD_SEED: "1", LEFTFOLD_LAW: "DE1", LEFTFOLD_PATH: "a:b" }, /LEFTFOLD_PATH is "a:b"/],
    [{ LEFTFOLD_PATH: "1:2" }, /give its LEFTFOLD_LAW and LEFTFOLD_SEED too/],
  ];
  for (const [environment, sentence] of mistakes) {
    it(`is told of a mistake: ${JSON.stringify(environment)}`, () => {
      const settings = settingsIn(environment);
      assert(E.isLeft(settings));
      assert.match(settings.left, sentence);
    });
  }
});
