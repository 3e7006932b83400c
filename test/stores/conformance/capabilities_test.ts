/** The laws of what a store claims tell broken stores from sound ones, and empty claims from both. */
import * as E from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import {
  checkConformance,
  describeConformance,
  explainConformance,
  storeLaws,
  type StoreSubject,
} from "../../../stores/conformance/mod.ts";
import { archived, brokenStores, changed, fileInMemory } from "../../support/broken_stores.ts";
import { memorySubject } from "../../support/store_subjects.ts";

const lawCalled = (id: string) => {
  const law = storeLaws.find((one) => one.id === id);
  assert(law, `there is no law ${id}`);
  return law;
};

const options = { runs: 50, seed: 1, shrinks: false };

for (const { bug, law, subject } of brokenStores) {
  test(`the law ${law} sees a store of which this is true: ${bug}`, async () => {
    const held = await lawCalled(law).check(subject, options)();
    assert(E.isLeft(held), "it went unnoticed");
    assert.notEqual(held.left._tag, "Vacuous");
  });
}

test("a store with an archive that nobody notices fails no law of archives", async () => {
  assert(E.isRight(await lawCalled("archive.unnoticed").check(archived)()));
});

test("laws have ids of their own, and say why they are there", () => {
  assert.equal(new Set(storeLaws.map(({ id }) => id)).size, storeLaws.length);
  for (const { id, title, why } of storeLaws) {
    assert.match(id, /^[a-z]+\.[a-zA-Z0-9-]+$/);
    assert(title.length > 0 && why.length > 0, id);
  }
});

describe("what is claimed and not there is vacuous", () => {
  const claiming: StoreSubject = {
    ...memorySubject,
    capabilities: {
      durability: "process",
      subscriptions: true,
      multiProcess: true,
      archive: true,
      retention: true,
    },
  };
  for (const needs of ["reopen", "crash", "multiProcess", "archive", "retention"] as const) {
    it(needs, async () => {
      for (const law of storeLaws.filter((one) => one.needs[0] === needs)) {
        const held = await law.check(claiming)();
        assert(E.isLeft(held) && held.left._tag === "Vacuous", law.id);
        assert.equal(held.left.capability, needs);
      }
    });
  }
  it("a reader that is the writer", async () => {
    const subject = changed(fileInMemory, (opened) => ({
      ...opened,
      openReader: () => Promise.resolve(opened.store),
    }));
    const held = await lawCalled("beside.follows").check(subject)();
    assert(E.isLeft(held) && held.left._tag === "Vacuous");
  });
  it("an archive that takes nothing", async () => {
    const subject = changed(archived, (opened) => ({
      ...opened,
      archive: () => Promise.resolve(0),
    }));
    for (const law of ["archive.unnoticed", "model.histories"]) {
      const held = await lawCalled(law).check(subject, options)();
      assert(E.isLeft(held) && held.left._tag === "Vacuous", law);
    }
  });
});

test("a store that does not answer is told so in time", async () => {
  const subject = changed(memorySubject, (opened) => ({
    ...opened,
    store: { ...opened.store, head: () => new Promise(() => undefined) },
  }));
  const held = await lawCalled("append.dense").check(subject, { secondsMax: 0.05 })();
  assert.deepEqual(held, E.left({ _tag: "Unanswered", secondsMax: 0.05 }));
});

test("a store that throws is told so, with what it threw", async () => {
  const cause = new Error("no such luck");
  const subject = changed(memorySubject, (opened) => ({
    ...opened,
    store: { ...opened.store, head: () => Promise.reject(cause) },
  }));
  const held = await lawCalled("append.dense").check(subject)();
  assert.deepEqual(held, E.left({ _tag: "Thrown", cause }));
});

/** A store that forgets its head. */
const headless = changed(memorySubject, (opened) => ({
  ...opened,
  store: { ...opened.store, head: TE.right(0) },
}));

test("a report tells what fails, and what was not asked", async () => {
  const report = await checkConformance(headless, options)();
  assert(!report.conforms);
  const text = explainConformance(report);
  const asked = storeLaws.filter(({ needs }) =>
    needs.every((needed) => needed === "subscriptions")
  );
  assert.match(text, new RegExp(`${storeLaws.length - asked.length} are not asked`));
  assert.match(
    text,
    /\n {2}append\.dense: versions and positions.*\n {4}the answer: wanted 4, found 0/,
  );
});

test("each law is a test, which fails with what was wanted and found", async () => {
  const tests = new Map<string, () => Promise<void>>();
  const it = (name: string, body: () => Promise<void>) => void tests.set(name, body);
  describeConformance(headless, { describe: (_, body) => body(), it }, options);
  const first = tests.get("versions and positions count from 1 and leave nothing out");
  await assert.rejects(first!(), { expected: 4, actual: 0, message: /^append\.dense: the answer/ });
  assert(!tests.has("a store that is opened again is the same"));
});
