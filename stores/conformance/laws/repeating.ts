/**
 * What a commit id is: a commit that comes again is stored once.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import { holds, same } from "../finding.ts";
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

const identified: Commit<Encoded> = {
  ...proposing("a-1", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  commitId: "c1",
};

/** The same commit in other words, each other in one part of its content. */
const others: ReadonlyArray<Commit<Encoded>> = [
  proposing("a-2", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Closed", ["x"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["x"], { n: 2 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["y"], { n: 1 }), metadata: { actor: "Ada" } }),
  proposing("a-1", { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Bob" } }),
  proposing("a-1", {
    event: event("Opened", ["x"], { n: 1 }),
    metadata: { actor: "Ada" },
    id: "e",
  }),
  proposing(
    "a-1",
    { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } },
    { event: event("Opened", ["x"], { n: 1 }), metadata: { actor: "Ada" } },
  ),
];

export const repeatingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "append.repeated",
    title: "a commit id makes a repetition harmless, whatever has happened since",
    why: "a retry after a lost answer would store the commit twice",
  }, async (store) => {
    const [first] = await appendAll(store, identified, toStream("a-1", ["Closed"]));
    const again: Commit<Encoded> = {
      ...identified,
      writes: identified.writes.map((write) => ({ ...write, expected: "noStream" as const })),
      condition: { failIfEventsMatch: {} },
      recordedAt: new Date(0),
    };
    const repeated = await ok(store.append(again));
    same(repeated, { ...repeated, ...first, repeated: true });
    same(told(await recordsOf(store)), ["a-1@1:Opened", "a-1@2:Closed"]);
  }),

  law({
    id: "append.mismatch",
    title: "a commit id stands for its content only",
    why: "another commit under a known id would be lost in silence",
  }, async (store) => {
    await appendAll(store, identified);
    for (const other of others) {
      const mismatch = await appendFault(
        store,
        { ...other, commitId: "c1" },
        "IdempotencyMismatch",
      );
      same(mismatch, { _tag: "IdempotencyMismatch", stored: "no", commitId: "c1" });
    }
    same(await ok(store.head), 1);
  }),

  law({
    id: "append.refused-id-free",
    title: "a commit id of a commit that was refused is free",
    why: "a retry of a refused commit would be answered as if it were stored",
  }, async (store) => {
    await appendAll(store, toStream("a-1", ["Opened"]));
    const [write] = toStream("a-1", ["Closed"], "noStream").writes;
    holds(write !== undefined, "a commit has a write");
    await appendFault(store, { writes: [write], commitId: "c1" }, "Conflict");
    const [appended] = await appendAll(store, { ...toStream("a-1", ["Lit"]), commitId: "c1" });
    same(appended?.repeated, false);
  }),
];
