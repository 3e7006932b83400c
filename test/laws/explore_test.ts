import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, decider, reject } from "../../src/decider.ts";
import { eventCodec, schema } from "../../src/codec.ts";
import type { DeciderSpec } from "../../src/laws/decider_spec.ts";
import { diagramOf, explore } from "../../src/laws/explore.ts";
import { historyOf } from "../../src/laws/history.ts";
import { order, orderBugs, type OrderCommand, orderWalk } from "../support/laws/order.ts";
import { orderSpec } from "../support/laws/order_spec.ts";

type Turn = "left" | "right" | "jam";
type Turned = { readonly type: "Turned"; readonly by: 1 | -1 } | { readonly type: "Jammed" };

const lock = decider({
  initialState: 0,
  decide: (turn: Turn, at) => {
    if (turn === "jam" && at !== 3) return reject("NotThere");
    if (turn === "jam") return accept({ type: "Jammed" });
    return accept({ type: "Turned", by: turn === "left" ? -1 : 1 });
  },
  evolve: (at: number, event: Turned) => event.type === "Turned" ? at + event.by : -100,
});

const spec: DeciderSpec<Turn, Turned, number, string> = {
  name: "lock",
  decider: lock,
  commands: () => fc.constantFrom<Turn>("left", "right"),
  label: (at) => at === -100 ? "jammed" : at === 0 ? "shut" : "turned",
};
const menu = (): ReadonlyArray<Turn> => ["left", "right", "jam"];

const item = { type: "AddItem", sku: "a", quantity: 1, price: 1 } as const;
const orderMenu: ReadonlyArray<OrderCommand> = [
  item,
  { type: "RemoveItem", sku: "a", quantity: 1 },
  { type: "RemoveItem", sku: "a", quantity: 2 },
  { type: "Confirm" },
  { type: "Pay", amount: 1 },
  { type: "Pay", amount: 2 },
  { type: "Ship" },
  { type: "Return" },
  { type: "Refund", amount: 1 },
  { type: "Cancel" },
];

describe("explore", () => {
  it("meets each state once, and counts each command that it has tried", () => {
    const { states, transitions, depth, isComplete } = explore(spec, { menu, depth: 2 });
    // Two steps to either side; those of the last round are not gone on from.
    assert.deepEqual({ states, transitions, depth, isComplete }, {
      states: 5,
      transitions: 9,
      depth: 2,
      isComplete: false,
    });
  });

  it("says when nothing is left to try", () => {
    const cyclic = { ...spec, decider: { ...lock, evolve: (at: number) => (at + 1) % 4 } };
    const { states, isComplete } = explore(cyclic, { menu: () => ["left"] as const });
    assert.deepEqual([states, isComplete], [4, true]);
  });

  it("ends at the greatest number of states", () => {
    const { states, isComplete } = explore(spec, { menu, depth: 50, statesMax: 7 });
    assert.deepEqual([states, isComplete], [7, false]);
  });

  it("takes states of one key for the same", () => {
    const key = (at: number): string => String(Math.abs(at) % 3);
    assert.equal(explore(spec, { menu, key, depth: 50 }).states, 3);
  });

  it("finds each event and each rejection with the fewest commands", () => {
    const { events, rejections } = explore(spec, { menu, depth: 5 });
    assert.deepEqual(events.get("Jammed"), ["right", "right", "right", "jam"]);
    assert.deepEqual(events.get("Turned"), ["left"]);
    assert.deepEqual(rejections.get("NotThere"), ["jam"]);
  });

  it("names the types of the codec that never happen", () => {
    const codec = eventCodec({ Turned: schema(1), Jammed: schema(1) });
    // Only the names of the types are asked for.
    const known = { ...spec, codec } as unknown as typeof spec;
    assert.deepEqual(explore(known, { menu, depth: 2 }).deadEvents, ["Jammed"]);
    assert.deepEqual(explore(known, { menu, depth: 4 }).deadEvents, []);
  });

  it("finds what breaks an invariant, with the fewest commands", () => {
    const { broken } = explore({
      ...spec,
      invariants: {
        "it is not far": (at) => Math.abs(at) < 3,
        "it was not turned back": (_, { steps }) =>
          !(steps.at(-2)?.command === "left" && steps.at(-1)?.command === "right"),
        "it is a number": (at) => typeof at === "number",
      },
    }, { menu, depth: 4 });
    assert.deepEqual(broken, [
      { what: "it was not turned back", commands: ["left", "right"] },
      { what: "it is not far", commands: ["left", "left", "left"] },
    ]);
  });

  it("finds where the decider breaks, and does not go on from there", () => {
    const fragile = {
      ...spec,
      decider: {
        ...lock,
        evolve: (at: number, event: Turned) => {
          if (at === 2) throw new Error("the spring has jumped out");
          return lock.evolve(at, event);
        },
      },
    };
    const { broken } = explore(fragile, { menu, depth: 4 });
    assert.deepEqual(broken, [{
      what: "evolve broke: it threw: the spring has jumped out",
      commands: ["right", "right", "left"],
    }]);
  });

  it("draws a menu if none is given, the same each time", () => {
    const [one, two] = [explore(orderSpec, { depth: 4 }), explore(orderSpec, { depth: 4 })];
    assert.deepEqual(one, two);
    assert(one.events.has("Confirmed") && one.rejections.size > 3);
  });

  for (const { bug, holds, shortest } of orderBugs) {
    it(`knows the shortest history of an order that ${bug}`, () => {
      const { broken } = explore({
        ...orderWalk(bug),
        name: "order",
        invariants: {
          sound: (_, { steps }) => steps.every((step) => holds(step.before, step.after)),
        },
      }, { menu: () => orderMenu, depth: 7 });
      const [breach] = broken;
      assert.equal(breach?.commands.length, shortest);
      const { steps } = historyOf(order(bug), breach.commands);
      assert(!steps.every((step) => holds(step.before, step.after)), "it does not break it");
    });
  }

  it("finds nothing in an order without a bug", () => {
    const { broken } = explore(orderSpec, { menu: () => orderMenu, depth: 7 });
    assert.deepEqual(broken, []);
  });
});

describe("the diagram", () => {
  it("has each way once, with all commands that take it", () => {
    const { edges } = explore(spec, { menu, depth: 5 });
    assert.equal(
      diagramOf({ edges }),
      [
        "stateDiagram-v2",
        '  state "shut" as s0',
        '  state "turned" as s1',
        '  state "jammed" as s2',
        "  s0 --> s1: left, right",
        "  s1 --> s1: left, right",
        "  s1 --> s0: right, left",
        "  s1 --> s2: jam",
        "  s2 --> s1: left, right",
      ].join("\n"),
    );
  });

  it("of nothing is empty", () => {
    assert.equal(diagramOf({ edges: [] }), "stateDiagram-v2");
  });
});
