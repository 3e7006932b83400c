/** What a store does with commits that come together. */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { type Claim, claim, event, ok, proposing, recordsOf, toStream } from "./contract_words.ts";

const callers = Array.from({ length: 40 }, (_, n) => n);

export const concurrencyClaims: ReadonlyArray<Claim> = [
  claim("commits issued together keep their order, and each stays whole", async (store) => {
    const results = await Promise.all(
      callers.map((n) => ok(store.append(toStream(`s-${n % 4}`, [`A${n}`, `B${n}`])))),
    );
    results.forEach(({ first, last }, n) =>
      assert.deepEqual([first, last], [2 * n + 1, 2 * n + 2])
    );
    const types = (await recordsOf(store)).map((record) => record.event.type);
    assert.deepEqual(types, callers.flatMap((n) => [`A${n}`, `B${n}`]));
    const stream = await recordsOf(store, { stream: "s-1" });
    assert.deepEqual(stream.map(({ version }) => version), stream.map((_, index) => index + 1));
  }),

  claim("of many that expect the same version, one wins", async (store) => {
    const results = await Promise.all(
      callers.map((n) => store.append(toStream("a", [`A${n}`], "noStream"))()),
    );
    assert.equal(results.filter(E.isRight).length, 1);
    for (const result of results) {
      if (E.isLeft(result)) assert.equal(result.left._tag, "Conflict");
    }
    assert.equal(await ok(store.head), 1);
  }),

  claim("of many under one condition, one wins", async (store) => {
    const results = await Promise.all(callers.map((n) =>
      store.append({
        ...proposing(`s-${n}`, { event: event("Taken", ["name:ada"]) }),
        condition: { failIfEventsMatch: { types: ["Taken"], tags: ["name:ada"] } },
      })()
    ));
    assert.equal(results.filter(E.isRight).length, 1);
    for (const result of results) {
      if (E.isLeft(result)) assert.equal(result.left._tag, "Conflict");
    }
    assert.equal(await ok(store.head), 1);
  }),

  claim("one commit sent by many is stored once, and each is told the same", async (store) => {
    const commit = { ...toStream("a", ["A", "B"], "noStream"), commitId: "c1" };
    const results = await Promise.all(callers.map(() => ok(store.append(commit))));
    assert.equal(results.filter(({ repeated }) => !repeated).length, 1);
    for (const result of results) {
      assert.deepEqual([result.first, result.last, result.versions.get("a")], [1, 2, 2]);
    }
    assert.equal(await ok(store.head), 2);
  }),

  claim("reads that run beside appends see whole commits, one after the other", async (store) => {
    const appending = callers.map((n) => ok(store.append(toStream("a", [`A${n}`, `B${n}`]))));
    const reading = callers.map(() => recordsOf(store, {}, { pageRecordsMax: 7 }));
    await Promise.all(appending);
    for (const records of await Promise.all(reading)) {
      assert.equal(records.length % 2, 0, "half a commit was read");
      records.forEach(({ position }, index) => assert.equal(position, index + 1));
    }
    assert.equal(await ok(store.head), 2 * callers.length);
  }),

  claim("what was acknowledged is read", async (store) => {
    await Promise.all(callers.map(async (n) => {
      const { last } = await ok(store.append(toStream(`s-${n}`, ["A"], "noStream")));
      assert.ok(await ok(store.head) >= last);
      assert.deepEqual((await recordsOf(store, { stream: `s-${n}` })).map((r) => r.position), [
        last,
      ]);
    }));
  }),
];
