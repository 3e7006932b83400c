/**
 * What a store does with commits that come together.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { holds, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import { begun, event, ok, proposing, recordsOf, toStream } from "../words.ts";

const callers = Array.from({ length: 40 }, (_, n) => n);

export const togetherLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "together.order",
    title: "commits issued together keep their order, and each stays whole",
    why: "commits that overtake each other make a program's order meaningless",
  }, async (store) => {
    const results = await Promise.all(
      callers.map((n) => ok(store.append(toStream(`s-${n % 4}`, [`A${n}`, `B${n}`])))),
    );
    results.forEach(({ first, last }, n) => same([first, last], [2 * n + 1, 2 * n + 2]));
    const types = (await recordsOf(store)).map((record) => record.event.type);
    same(types, callers.flatMap((n) => [`A${n}`, `B${n}`]));
    const stream = await recordsOf(store, { stream: "s-1" });
    same(stream.map(({ version }) => version), stream.map((_, index) => index + 1));
  }),

  law({
    id: "together.one-version",
    title: "of many that expect the same version, one wins",
    why: "two decisions over one state would both be stored",
  }, async (store) => {
    const results = await Promise.all(
      callers.map((n) => store.append(toStream("a", [`A${n}`], "noStream"))()),
    );
    same(results.filter(E.isRight).length, 1, "how many win");
    for (const result of results) {
      if (E.isLeft(result)) same(result.left._tag, "Conflict");
    }
    same(await ok(store.head), 1);
  }),

  law({
    id: "together.one-condition",
    title: "of many under one condition, one wins",
    why: "two callers would both be given what is there once",
  }, async (store) => {
    const results = await Promise.all(callers.map((n) =>
      store.append({
        ...proposing(`s-${n}`, { event: event("Taken", ["name:ada"]) }),
        condition: { failIfEventsMatch: { types: ["Taken"], tags: ["name:ada"] } },
      })()
    ));
    same(results.filter(E.isRight).length, 1, "how many win");
    for (const result of results) {
      if (E.isLeft(result)) same(result.left._tag, "Conflict");
    }
    same(await ok(store.head), 1);
  }),

  law({
    id: "together.one-commit",
    title: "one commit sent by many is stored once, and each is told the same",
    why: "a retry that crosses its first try would store the commit twice",
  }, async (store) => {
    const commit = { ...toStream("a", ["A", "B"], "noStream"), commitId: "c1" };
    const results = await Promise.all(callers.map(() => ok(store.append(commit))));
    same(results.filter(({ repeated }) => !repeated).length, 1);
    for (const result of results) {
      same([result.first, result.last, result.versions.get("a")], [1, 2, 2]);
    }
    same(await ok(store.head), 2);
  }),

  law({
    id: "together.whole-reads",
    title: "reads that run beside appends see whole commits, one after the other",
    why: "a reader would act on half a decision",
  }, async (store) => {
    const appending = callers.map((n) =>
      begun(ok(store.append(toStream("a", [`A${n}`, `B${n}`]))))
    );
    const reading = callers.map(() => begun(recordsOf(store, {}, { pageRecordsMax: 7 })));
    await Promise.all(appending);
    for (const records of await Promise.all(reading)) {
      same(records.length % 2, 0, "how many records of half commits are read");
      records.forEach(({ position }, index) => same(position, index + 1));
    }
    same(await ok(store.head), 2 * callers.length);
  }),

  law({
    id: "together.read-your-writes",
    title: "what was acknowledged is read",
    why: "a caller would not find what it was told is there",
  }, async (store) => {
    await Promise.all(callers.map(async (n) => {
      const { last } = await ok(store.append(toStream(`s-${n}`, ["A"], "noStream")));
      holds(await ok(store.head) >= last, "the head is not before what was acknowledged");
      same((await recordsOf(store, { stream: `s-${n}` })).map((r) => r.position), [
        last,
      ]);
    }));
  }),
];
