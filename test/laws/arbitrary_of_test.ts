import * as fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arbitraryOf } from "../../src/laws/arbitrary_of.ts";
import { same } from "../../src/laws/judgement.ts";

interface Tree {
  readonly value: number;
  readonly below: ReadonlyArray<Tree>;
}
const tree: t.Type<Tree> = t.recursion(
  "Tree",
  () => t.type({ value: t.number, below: t.readonlyArray(tree) }),
);
interface Chain {
  readonly next: Chain | null;
}
const chain: t.Type<Chain> = t.recursion("Chain", () => t.type({ next: t.union([chain, t.null]) }));

const types: ReadonlyArray<t.Mixed> = [
  t.string,
  t.number,
  t.boolean,
  t.bigint,
  t.null,
  t.undefined,
  t.unknown,
  t.UnknownArray,
  t.UnknownRecord,
  t.literal("x"),
  t.keyof({ a: null, b: null }),
  t.type({ a: t.string, b: t.array(t.boolean) }),
  t.strict({ a: t.string }),
  t.exact(t.partial({ a: t.number })),
  t.readonly(t.partial({ a: t.number })),
  t.record(t.string, t.number),
  t.record(t.keyof({ a: null, b: null }), t.boolean),
  t.tuple([t.number, t.null]),
  t.union([t.literal("x"), t.type({ n: t.number })]),
  t.intersection([t.type({ a: t.string }), t.partial({ b: t.number })]),
  t.Int,
  tree,
  chain,
];

describe("an arbitrary of an io-ts type", () => {
  for (const type of types) {
    it(`gives values of ${type.name}`, () => {
      fc.assert(fc.property(arbitraryOf(type), (value) => type.is(value)));
    });
  }

  it("gives numbers that JSON gives back", () => {
    fc.assert(fc.property(arbitraryOf(t.number), (one) => {
      assert(Object.is(JSON.parse(JSON.stringify(one)), one));
    }));
  });

  const documents: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    unknown: arbitraryOf(t.unknown),
    UnknownRecord: arbitraryOf(t.UnknownRecord),
    UnknownArray: arbitraryOf(t.UnknownArray),
  };
  for (const [name, values] of Object.entries(documents)) {
    it(`gives documents of ${name} that JSON gives back`, () => {
      fc.assert(
        fc.property(values, (one) => {
          assert.equal(same(one, JSON.parse(JSON.stringify(one)), "lost")._tag, "Held");
        }),
        { seed: 1, numRuns: 1000 },
      );
    });
  }

  it("makes what fails simple", () => {
    const order = t.type({ lines: t.array(t.type({ price: t.number, note: t.string })) });
    const { counterexample } = fc.check(
      fc.property(arbitraryOf(order), ({ lines }) => lines.length < 2),
      { seed: 1, numRuns: 1000 },
    );
    assert.deepEqual(counterexample, [{
      lines: [{ price: 0, note: "" }, { price: 0, note: "" }],
    }]);
  });

  it("draws each alternative and each key", () => {
    const type = t.union([t.literal("a"), t.literal("b"), t.partial({ x: t.boolean })]);
    const drawn = fc.sample(arbitraryOf(type), { seed: 1, numRuns: 200 });
    const seen = new Set(drawn.map((one) => JSON.stringify(one)));
    assert.deepEqual([...seen].sort(), ['"a"', '"b"', '{"x":false}', '{"x":true}', "{}"]);
  });

  it("draws what is given for a place or for a name instead", () => {
    const type = t.type({ list: t.array(t.type({ price: t.number })), tag: t.string });
    const overrides = { "list[].price": fc.constant(7), string: fc.constant("tag") };
    fc.assert(fc.property(arbitraryOf(type, overrides), ({ list, tag }) => {
      assert(list.every(({ price }) => price === 7));
      assert.equal(tag, "tag");
    }));
  });

  it("names a type that it cannot make, and where", () => {
    const own = new t.Type<string>("Own", t.string.is, t.string.validate, t.identity);
    const type = t.type({ at: own });
    assert.throws(() => arbitraryOf(type), /the type Own at at; give one as the override "Own"/);
    assert.equal(fc.sample(arbitraryOf(type, { Own: fc.constant("x") }), 1)[0]?.at, "x");
  });
});
