import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readSettings } from "../../../examples/declarations/settings.ts";

function exitOf(...args: ReadonlyArray<string>): readonly [number, string] {
  const settings = readSettings(args);
  assert(settings._tag === "Left");
  assert(!settings.left.text.includes("\n    at "), "no stack for a user's mistake");
  return [settings.left.exitCode, settings.left.text];
}

describe("the command line", () => {
  it("makes 2,000 declarations from seed 1 where nothing is said", () => {
    assert.deepEqual(readSettings([]), {
      _tag: "Right",
      right: {
        source: { _tag: "Generated", seed: 1, declarations: 2000 },
        store: join("data", "generated-1"),
      },
    });
  });

  it("gives each input a store of its own", () => {
    const stores = [
      [],
      ["--seed", "7"],
      ["--declarations", "50"],
      ["--input", "down/domestic-declarations.ndjson.gz"],
      ["--input", "other.ndjson"],
      ["--input", "other.ndjson", "--store", "elsewhere"],
    ].map((args) => {
      const settings = readSettings(args);
      assert(settings._tag === "Right");
      return settings.right.store;
    });
    assert.deepEqual(stores, [
      join("data", "generated-1"),
      join("data", "generated-7"),
      join("data", "generated-1-50"),
      join("data", "domestic-declarations"),
      join("data", "other"),
      "elsewhere",
    ]);
  });

  it("answers --help with exit code 0", () => {
    const [code, text] = exitOf("--help");
    assert.equal(code, 0);
    for (const flag of ["--input", "--store", "--seed", "--declarations"]) {
      assert(text.includes(flag), flag);
    }
    for (const line of text.split("\n")) assert(line.length <= 80, line);
  });

  it("answers wrong use with exit code 2 and a sentence", () => {
    for (
      const [args, wanted] of [
        [["--sed", "1"], /--sed/],
        [["--seed", "one"], /whole number/],
        [["--seed", "-1"], /whole number/],
        [["--seed"], /argument missing/],
        [["--declarations", "0"], /1 to 200,000, not 0/],
        [["--input", "a.ndjson", "--seed", "2"], /give either/],
        [["a.ndjson"], /a\.ndjson/],
      ] as const
    ) {
      const [code, text] = exitOf(...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(text, wanted);
    }
  });
});
