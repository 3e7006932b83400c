import * as O from "fp-ts/lib/Option.js";
import { Monoid as joined } from "fp-ts/lib/string.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Instances, noInstances, withInstance } from "../src/instances.ts";
import { replay } from "../src/decider.ts";
import type { Recorded } from "../src/record.ts";
import * as V from "../src/view.ts";
import * as broken from "./support/broken_views.ts";
import { law } from "./support/law.ts";

const log = V.view({ initialState: "", evolve: (text, event: number) => `${text}${event},` });
const evens = V.view({ initialState: 0, evolve: (n, event: number) => event % 2 ? n : n + event });
const last = V.view({ initialState: -1, evolve: (_: number, event: number) => event });
const events = fc.array(fc.nat(20));

law<typeof V.product>("product: projection", V.product, {
  "the right one is deaf": broken.productDeaf,
}, (product) =>
  fc.property(events, (events) => {
    const both = replay(product(log)(evens))(events);
    assert.deepEqual(both, [replay(evens)(events), replay(log)(events)]);
  }));

law<typeof V.product>("product: associativity", V.product, {
  "the right one is deaf": broken.productDeaf,
}, (product) =>
  fc.property(events, (events) => {
    const [[a, b], c] = replay(product(last)(product(log)(evens)))(events);
    const [d, [e, f]] = replay(product(product(last)(log))(evens))(events);
    assert.deepEqual([a, b, c], [d, e, f]);
    assert.deepEqual(
      [a, b, c],
      [evens, log, last].map((view) => replay<number, unknown>(view as never)(events)),
    );
  }));

law<typeof V.productAll>("productAll: projection", V.productAll, {
  "mixes up the parts": broken.productAllMixed,
}, (productAll) =>
  fc.property(events, (events) => {
    const states = replay(productAll({ log, evens, last }))(events);
    assert.deepEqual(states, {
      log: replay(log)(events),
      evens: replay(evens)(events),
      last: replay(last)(events),
    });
  }));

law<typeof V.productAll>("productAll: stillness", V.productAll, {
  "makes a new object": broken.productAllRestless,
}, (productAll) =>
  fc.property(fc.nat(20), (n) => {
    const both = productAll({ evens, more: evens });
    const before = both.initialState;
    assert.equal(both.evolve(before, n) === before, n % 2 === 1 || n === 0);
  }));

const parity = (event: number): string => event % 2 ? "odd" : "even";

law<typeof V.many>(
  "many: single key",
  V.many,
  { "begins anew": broken.manyForgetful },
  (many) =>
    fc.property(events, (events) => {
      const odd = events.filter((event) => event % 2);
      assert.equal(replay(many(parity)(log))(odd).get("odd"), replay(log)(odd));
    }),
);

law<typeof V.many>("many: locality", V.many, {
  "begins anew": broken.manyForgetful,
  "all keys are one": broken.manyMerged,
}, (many) =>
  fc.property(events, (events) => {
    const view = many(parity)(log);
    let state = view.initialState;
    for (const event of events) {
      const after = view.evolve(state, event);
      const other = parity(event + 1);
      assert.equal(after.get(other), state.get(other));
      assert.equal(after.get(parity(event)), log.evolve(state.get(parity(event)), event));
      state = after;
    }
  }));

law<typeof V.adapt>(
  "adapt: identity",
  V.adapt,
  { "tells it twice": broken.adaptEchoing },
  (adapt) =>
    fc.property(events, (events) => {
      assert.equal(replay(adapt(O.some<number>)(log))(events), replay(log)(events));
    }),
);

law<typeof V.adapt>("adapt: composition", V.adapt, {
  "tells it twice": broken.adaptEchoing,
  "begins anew": broken.adaptResetting,
}, (adapt) =>
  fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.nat(9))), (events) => {
    type Outer = readonly [boolean, boolean, number];
    const f = ([on, ...rest]: Outer): O.Option<readonly [boolean, number]> =>
      on ? O.some(rest) : O.none;
    const g = ([on, n]: readonly [boolean, number]): O.Option<number> => on ? O.some(n) : O.none;
    const plain = events.flatMap(([a, b, n]) => a && b ? [n] : []);
    assert.equal(replay(adapt(f)(adapt(g)(log)))(events), replay(log)(plain));
  }));

law<typeof V.foldMap>(
  "foldMap: merge",
  V.foldMap,
  { "merges backwards": broken.foldMapReversed },
  (foldMap) =>
    fc.property(events, events, (xs, ys) => {
      const view = foldMap(joined)((event: number) => `${event},`);
      assert.equal(replay(view)([...xs, ...ys]), view.merge(replay(view)(xs), replay(view)(ys)));
    }),
);

describe("views of records", () => {
  // Only what these views look at.
  const record = (stream: string, event: number) => ({ stream, event }) as Recorded<number>;
  const records = [record("a", 1), record("b", 2), record("a", 3)];
  it("fold the events", () => assert.equal(replay(V.ofRecords(log))(records), "1,2,3,"));
  it("fold each stream alone", () => {
    assert.deepEqual(
      new Map(replay(V.byStream(log))(records)),
      new Map([["a", "1,3,"], ["b", "2,"]]),
    );
  });
});

describe("instances", () => {
  // The second and the third have the same hash, and so have the last two.
  const key = fc.oneof(
    fc.constantFrom("__proto__", "k32728", "k261234", "k32729", "k261235"),
    fc.string(),
  );
  const changes = fc.array(fc.tuple(key, fc.nat(3)), { maxLength: 200 });
  const built = (changes: ReadonlyArray<readonly [string, number]>): Instances<number> =>
    changes.reduce((all, [key, state]) => withInstance(all, key, state), noInstances(0));

  it("hold what a map holds", () => {
    fc.assert(fc.property(changes, key, (changes, other) => {
      const all = built(changes);
      const map = new Map(changes);
      assert.deepEqual(new Map(all), map);
      assert.equal(all.size, map.size);
      assert.equal(all.has(other), map.has(other));
      assert.equal(all.get(other), map.get(other) ?? 0);
    }));
  });
  it("leave what they were made from as it was", () => {
    fc.assert(fc.property(changes, changes, (before, after) => {
      const all = built(before);
      for (const [key, state] of after) withInstance(all, key, state);
      assert.deepEqual(new Map(all), new Map(before));
    }));
  });
  it("are equal, and in one order, if their contents are, however they came about", () => {
    fc.assert(fc.property(changes, fc.infiniteStream(fc.nat()), (changes, weights) => {
      const entries = [...new Map(changes)];
      const shuffled = entries.map((entry) => [weights.next().value, entry] as const)
        .sort(([a], [b]) => a - b).map(([, entry]) => entry);
      assert.deepEqual(built(shuffled), built(changes));
      assert.deepEqual([...built(shuffled)], [...built(changes)]);
    }));
  });
  it("are told apart by the state that is given where there is none", () => {
    assert.notDeepEqual(noInstances(0), noInstances(1));
  });
  it("are the same object if nothing changes", () => {
    const all = built([["k32728", 1], ["k261234", 2]]);
    assert.equal(withInstance(all, "k32728", 1), all);
    assert.equal(withInstance(all, "k261234", 2), all);
  });
  it("copy no more of 100,000 instances than of few", () => {
    let all = noInstances(0);
    for (let n = 0; n < 100_000; n++) all = withInstance(all, `order-${n}`, n);
    assert.equal(all.size, 100_000);
    const nodesOf = (value: object, seen: Set<object>): Set<object> => {
      const children: ReadonlyArray<object> = "children" in value ? value.children as never : [];
      for (const child of children) if (!seen.has(child)) nodesOf(child, seen.add(child));
      return seen;
    };
    // The tree behind the instances is nobody's business but this test's.
    const rootOf = (instances: Instances<number>) =>
      (instances as unknown as { root: object }).root;
    const before = nodesOf(rootOf(all), new Set());
    const after = nodesOf(rootOf(withInstance(all, "order-7", -1)), new Set());
    const made = [...after].filter((node) => !before.has(node));
    assert.ok(made.length <= 7, `${made.length} nodes were made`);
    assert.equal(all.get("order-7"), 7);
  });
});
