import * as fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arbitraryOf } from "../../src/laws/arbitrary_of.ts";

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
