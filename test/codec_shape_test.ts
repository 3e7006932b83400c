import fc from "fast-check";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as C from "../src/codec.ts";
import { noInstances, withInstance } from "../src/instances.ts";
import { left, right } from "./support/either.ts";
import { recorded } from "./support/recorded.ts";

/** A Standard Schema by hand: what it is given to say, it says. */
const standard = <Data>(
  validate: C.StandardSchema<Data>["~standard"]["validate"],
): C.StandardSchema<Data> => ({
  "~standard": { version: 1, vendor: "hand", validate },
});

describe("a Standard Schema", () => {
  const seats = standard<{ seats: number }>((value) => {
    const { seats } = Object(value);
    if (typeof seats !== "number") {
      return { issues: [{ message: "must be a number", path: ["list", { key: 0 }, "seats"] }] };
    }
    return { value: { seats } };
  });
  const codec = C.eventCodec({ Opened: C.schema(1, seats) });
  it("reads and writes what it validates", () => {
    const event = codec.make.Opened({ seats: 1 });
    assert.deepEqual(right(codec.decode(recorded(right(codec.encode(event))))), [event]);
  });
  it("says where and why it refuses, on read and on write", () => {
    const fault = left(codec.decode(recorded({ type: "Opened", schemaVersion: 1, data: {} })));
    assert.deepEqual(fault._tag === "Undecodable" && fault.errors, [
      "list[0].seats: must be a number",
    ]);
    const { path, why } = left(codec.encode({ type: "Opened" } as never));
    assert.deepEqual([path, why], ["list[0].seats", "must be a number"]);
  });
  it("refuses to write what it would not read again", () => {
    const { path, why } = left(codec.encode({ type: "Opened", seats: 1, more: 2 } as never));
    assert.deepEqual([path, why], [
      "more",
      "would be read as undefined, found 2; write what hand leaves as it is",
    ]);
  });
  it("must not answer with a promise", () => {
    const slow = C.eventCodec({
      E: C.schema(1, standard<object>((value) => Promise.resolve({ value: value as object }))),
    });
    assert.throws(() => slow.encode({ type: "E" }), /answered with a promise/);
  });
});

describe("instances", () => {
  const states = C.instances({ initialState: 0 }, t.number);
  it("are written sorted, and read as they were", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string(), fc.nat())), (pairs) => {
      const all = pairs.reduce((all, [key, n]) => withInstance(all, key, n), noInstances(0));
      const written = states.encode(all);
      assert.deepEqual(written.map(([key]) => key), [...new Map(pairs).keys()].sort());
      assert.deepEqual(right(states.decode(JSON.parse(JSON.stringify(written)))), all);
      assert.equal(states.is(all), true);
    }));
  });
  it("refuse what is none", () => {
    assert.equal(states.decode([["a", "x"]])._tag, "Left");
    assert.equal(states.decode([["a", 1], ["a", 2]])._tag, "Left");
    for (const value of [null, [], {}, withInstance(noInstances<unknown>(0), "a", "x")]) {
      assert.equal(states.is(value), false);
    }
  });
});
