/**
 * What a store does with a commit that comes alone.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import type { Expected } from "../../../src/stream.ts";
import { differ, holds, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import {
  appendAll,
  appendFault,
  event,
  ok,
  proposing,
  recordsOf,
  told,
  toStream,
} from "../words.ts";

/** Whether an expectation holds of a stream that is not there, and of one at version 2. */
const expectations: ReadonlyArray<readonly [Expected, ofNone: boolean, ofTwo: boolean]> = [
  ["any", true, true],
  ["noStream", true, false],
  ["streamExists", false, true],
  [0, true, false],
  [1, false, false],
  [2, false, true],
  [3, false, false],
];

export const appendingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "append.dense",
    title: "versions and positions count from 1 and leave nothing out",
    why: "a reader could not tell a gap from a loss",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A", "B"]), toStream("b", ["C"]), toStream("a", ["D"]));
    const records = await recordsOf(store);
    same(told(records), ["a@1:A", "a@2:B", "b@1:C", "a@3:D"]);
    same(records.map(({ position }) => position), [1, 2, 3, 4]);
    same(await ok(store.head), 4);
  }),

  law({
    id: "append.place",
    title: "a commit tells where it went",
    why: "a caller could not name what it has just stored",
  }, async (store) => {
    const [first, second] = await appendAll(
      store,
      { ...toStream("a", ["A", "B"]), commitId: "c1" },
      toStream("a", ["C"]),
    );
    holds(first !== undefined && second !== undefined, "each commit is answered");
    const { commitId, ...rest } = first;
    same(commitId, "c1");
    same(rest, { first: 1, last: 2, versions: new Map([["a", 2]]), repeated: false });
    same([second.first, second.last, second.versions.get("a")], [3, 3, 3]);
    const ids = (await recordsOf(store)).map(({ commitId }) => commitId);
    same(ids, ["c1", "c1", second.commitId]);
    differ(second.commitId, "c1", "the commit id that a store makes");
  }),

  law({
    id: "append.several-streams",
    title: "a commit to several streams is stored whole, in the order of its writes",
    why: "the order of a commit would be another one when it is read",
  }, async (store) => {
    const [appended] = await appendAll(store, {
      writes: [
        {
          stream: "b",
          expected: "noStream",
          events: [{ event: event("B1") }, { event: event("B2") }],
        },
        { stream: "a", expected: "noStream", events: [{ event: event("A1") }] },
      ],
    });
    same(told(await recordsOf(store)), ["b@1:B1", "b@2:B2", "a@1:A1"]);
    same([appended?.first, appended?.last], [1, 3]);
    same([appended?.versions.get("a"), appended?.versions.get("b")], [1, 2]);
  }),

  ...expectations.flatMap(([expected, ofNone, ofTwo]) => [
    expectationLaw(expected, [], ofNone),
    expectationLaw(expected, ["A", "B"], ofTwo),
  ]),

  law({
    id: "append.whole",
    title: "one expectation that fails stores nothing of the whole commit",
    why: "half a decision would be a fact",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const [free] = toStream("b", ["B"]).writes;
    const [taken] = toStream("a", ["C"], "noStream").writes;
    holds(free !== undefined && taken !== undefined, "a commit has a write");
    await appendFault(store, { writes: [free, taken] }, "Conflict");
    await appendFault(store, { writes: [taken, free] }, "Conflict");
    same(told(await recordsOf(store)), ["a@1:A"]);
    same((await ok(store.streamInfo("b")))._tag, "None");
  }),

  law({
    id: "append.checks",
    title: "a stream that is not written can be checked",
    why: "a decision over two streams could rest on one that has moved",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const checking = (expected: Expected): Commit<Encoded> => ({
      ...toStream("b", ["B"]),
      checks: [{ stream: "a", expected }],
    });
    const { failed } = await appendFault(store, checking(2), "Conflict");
    same(failed, [{ stream: "a", expected: 2, found: 1 }]);
    await appendAll(store, checking(1));
    same(told(await recordsOf(store)), ["a@1:A", "b@1:B"]);
  }),

  law({
    id: "append.condition",
    title: "a condition fails by what matches after its position, and by nothing else",
    why: "two decisions over the same facts could both be stored, or neither",
  }, async (store) => {
    await appendAll(
      store,
      proposing("a-1", { event: event("A", ["x", "y"]) }),
      proposing("b-1", { event: event("B", ["x"]) }),
    );
    const under = (failIfEventsMatch: object, after?: number): Commit<Encoded> => ({
      ...toStream("c-1", ["C"]),
      condition: { failIfEventsMatch, ...(after === undefined ? {} : { after }) },
    });
    const { failed } = await appendFault(store, under({ tags: ["x"] }), "Conflict");
    same(failed, [{
      condition: { failIfEventsMatch: { tags: ["x"] } },
      matching: [1, 2],
    }]);
    await appendFault(store, under({ tags: ["x"] }, 1), "Conflict");
    await appendFault(store, under({ category: "a" }), "Conflict");
    await appendFault(
      store,
      under([{ types: ["Z"] }, { stream: "b-1", types: ["A", "B"] }]),
      "Conflict",
    );
    same(await ok(store.head), 2);
    await appendAll(
      store,
      under({ tags: ["x"] }, 2),
      under({ tags: ["x", "y"] }, 1),
      under({ types: ["A"], tags: ["z"] }),
      under({ stream: "a-1", types: ["B"] }),
      under([]),
    );
    same(await ok(store.head), 7);
  }),

  law({
    id: "append.condition-names",
    title: "a conflict names the first matching positions, at most 16",
    why: "a caller could not tell why it was refused, or drowned in reasons",
  }, async (store) => {
    await appendAll(store, toStream("a", Array.from({ length: 20 }, () => "A")));
    const condition = { failIfEventsMatch: { types: ["A"] }, after: 2 };
    const { failed, attempts, stored } = await appendFault(
      store,
      { ...toStream("b", ["B"]), condition },
      "Conflict",
    );
    same([attempts, stored], [1, "no"]);
    same(failed, [{
      condition,
      matching: Array.from({ length: 16 }, (_, n) => n + 3),
    }]);
  }),

  law({
    id: "append.empty",
    title: "a commit without events checks, and writes nothing",
    why: "a mere look would leave a trace, or would look at nothing",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A"]));
    const [empty] = await appendAll(store, { ...toStream("a", [], 1), commitId: "c1" });
    same([empty?.first, empty?.last, empty?.repeated], [2, 1, false]);
    await appendFault(store, toStream("a", [], 2), "Conflict");
    await appendFault(
      store,
      { writes: [], condition: { failIfEventsMatch: { types: ["A"] } } },
      "Conflict",
    );
    same(await ok(store.head), 1);
    same(
      (await appendAll(store, { ...toStream("a", ["B"]), commitId: "c1" }))[0]?.first,
      2,
    );
  }),
];

function expectationLaw(
  expected: Expected,
  types: ReadonlyArray<string>,
  isMet: boolean,
): StoreLaw {
  const version = types.length;
  const verb = isMet ? "holds" : "fails";
  return law({
    id: `append.expected-${expected}-${verb}-at-${version}`,
    title: `the expectation ${JSON.stringify(expected)} ${verb} at version ${version}`,
    why: "a decision would be stored over a state that it has not seen, or refused for no reason",
  }, async (store) => {
    if (version > 0) await appendAll(store, toStream("a", types));
    const commit = toStream("a", ["New"], expected);
    if (isMet) await appendAll(store, commit);
    else {
      const { failed, attempts, stored } = await appendFault(store, commit, "Conflict");
      const found = version === 0 ? "noStream" : version;
      same(failed, [{ stream: "a", expected, found }]);
      same([attempts, stored], [1, "no"]);
    }
    same(await ok(store.head), isMet ? version + 1 : version);
  });
}
