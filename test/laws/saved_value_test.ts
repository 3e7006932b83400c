import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonOf, valueOfJson } from "../../src/laws/saved_value.ts";

/** Through the text that is written to a file, and back. */
function through(value: unknown): unknown {
  const json = jsonOf(value);
  assert(E.isRight(json), `it cannot be written: ${JSON.stringify(json)}`);
  return valueOfJson(JSON.parse(JSON.stringify(json.right)));
}

describe("a value that is kept", () => {
  it("comes back as it was, whatever it is made of", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
    });
    // As text, since some runtimes hold that no invalid date equals another.
    const comesBack = (value: unknown): void =>
      assert.equal(fc.stringify(through(value)), fc.stringify(value));
    fc.assert(fc.property(anything, comesBack), {
      seed: 1,
      numRuns: 500,
      examples: [
        [{ $: "undefined" }],
        [{ $: 1, is: undefined }],
        [JSON.parse('{"__proto__": 1, "a": {"__proto__": {"$": 2}}}')],
        [[-0, NaN, Infinity, -Infinity, undefined, null, 12n, new Date(NaN)]],
        [Uint8Array.of(1, 2)],
      ],
    });
  });

  it("is refused where it cannot come back, with its place", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = { cycle };
    class Money {}
    assert.deepEqual(jsonOf({ a: [() => 1] }), E.left("a function at a[0]"));
    assert.deepEqual(jsonOf(Symbol()), E.left("a symbol"));
    assert.deepEqual(jsonOf([new Money()]), E.left("an instance of Money at [0]"));
    assert.deepEqual(jsonOf(cycle), E.left("a cycle at self.cycle"));
  });
});
