import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { broken, held, type Judgement, skipped } from "../../src/laws/judgement.ts";
import type { LawBroken, LawFailure, LawParams, LawReport } from "../../src/laws/law.ts";
import { lawOf, type Statement } from "../../src/laws/statement.ts";

/** A statement about whole numbers. */
function about(
  judge: (one: number) => Judgement,
  cases: fc.Arbitrary<number> = fc.nat(1000),
): Statement<number> & { readonly isAsync?: false } {
  return {
    id: "T1",
    family: "algebra",
    tier: "core",
    title: "numbers are small",
    why: "So that there is something to find.",
    subject: "numbers",
    cases,
    judge,
    save: (one) => ({ one }),
    restore: (saved) => (saved as { readonly one: number }).one, // what `save` has given
    tell: (one) => [["Given", String(one)]],
  };
}

const small = (one: number): Judgement => one < 100 ? held : broken("it is large");

async function check(
  statement: Statement<number>,
  params: LawParams = {},
): Promise<E.Either<LawFailure, LawReport>> {
  return await lawOf(statement).check({ seed: 1, ...params })();
}

function brokenIn(outcome: E.Either<LawFailure, LawReport>): LawBroken {
  assert(E.isLeft(outcome) && outcome.left._tag === "LawBroken");
  return outcome.left;
}

describe("a law", () => {
  it("that holds tells on how many cases, and what that is worth", async () => {
    const outcome = await check(about(() => held));
    assert(E.isRight(outcome));
    const { held: count, cases, bound } = outcome.right;
    assert.deepEqual({ count, cases, bound }, { count: 100, cases: 100, bound: 0.03 });
  });

  it("that is broken gives the simplest case, and the way back to it", async () => {
    const failure = brokenIn(await check(about(small)));
    assert.deepEqual(failure.saved, { one: 100 });
    assert.deepEqual(failure.finding, { words: "it is large" });
    assert.match(failure.text, /^numbers breaks T1: numbers are small\n/);
    assert.match(failure.text, /^ {2}Given {2}100\n {2}But {4}it is large$/m);
    assert.match(failure.text, /^ {2}Run again {2}LEFTFOLD_LAW='numbers T1' LEFTFOLD_SEED=1 /m);
    assert(failure.replay);
    const again = brokenIn(await check(about(small), failure.replay));
    assert.deepEqual([again.saved, again.casesBefore], [{ one: 100 }, 0]);
  });

  it("is not made simpler by what breaks it only in company", async () => {
    // A case that was drawn breaks the law sooner than the same case when it is all that there is.
    const { simpler: _, ...ofNumbers } = about(small);
    const statement: Statement<{ readonly one: number; readonly isDrawn: boolean }> = {
      ...ofNumbers,
      cases: fc.nat(1000).map((one) => ({ one, isDrawn: true })),
      judge: ({ one, isDrawn }) => one < (isDrawn ? 10 : 100) ? held : broken("it is large"),
      save: ({ one }) => one,
      restore: (saved) => ({ one: Number(saved), isDrawn: false }),
      tell: ({ one }) => [["Given", String(one)]],
    };
    const outcome = await lawOf(statement).check({ seed: 1, runs: 1000 })();
    assert.equal(brokenIn(outcome).saved, 100);
  });

  it("may wait for its answers", async () => {
    const judge = (one: number): Promise<Judgement> => Promise.resolve(small(one));
    const later: Statement<number> = { ...about(small), isAsync: true, judge };
    assert.deepEqual(brokenIn(await check(later)).saved, { one: 100 });
  });

  it("judges a saved case before it draws any", async () => {
    const failure = brokenIn(await check(about(small), { corpus: [{ one: 7 }, { one: 400 }] }));
    assert.deepEqual([failure.saved, failure.casesBefore], [{ one: 100 }, 1]);
    assert.equal(failure.replay, undefined);
  });

  it("is broken by what throws where it was to answer", async () => {
    const failure = brokenIn(
      await check(about(() => {
        throw new Error("evolve knows no such event");
      })),
    );
    assert.match(failure.finding.words, /threw .*: evolve knows no such event/);
  });

  it("that nothing concerns is vacuous, and says why", async () => {
    const outcome = await check(about((one) => one > 998 ? held : skipped("it is small")));
    assert(E.isLeft(outcome) && outcome.left._tag === "LawVacuous");
    assert.equal(outcome.left.cases, 1000);
    assert.match(outcome.left.text, /T1 "numbers are small" is vacuous.*\n {2}it is small: \d+/);
  });

  it("is not vacuous because a corpus has nothing that concerns it", async () => {
    const corpus = Array.from({ length: 10_000 }, () => ({ one: 1 }));
    const law = about((one) => one === 1 ? skipped("it is one") : held);
    const outcome = await check(law, { corpus });
    assert(E.isRight(outcome));
    assert(outcome.right.cases > 10_000 && outcome.right.held < 1_000);
  });

  it("that few cases concern draws more of them", async () => {
    const outcome = await check(about((one) => one % 10 === 0 ? held : skipped("not round")));
    assert(E.isRight(outcome));
    assert(outcome.right.held >= 30 && outcome.right.cases > 100);
  });

  it("tells of a generator that throws", async () => {
    const cases = fc.nat().map((): number => {
      throw new Error("no commands for this state");
    });
    const outcome = await check(about(() => held, cases));
    assert(E.isLeft(outcome) && outcome.left._tag === "CasesUndrawable");
    assert.match(outcome.left.text, /no commands for this state/);
  });

  it("judges a case that it is given", async () => {
    assert.deepEqual(await lawOf(about(small)).judge({ one: 3 }), held);
  });
});
