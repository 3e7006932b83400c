import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keyOf } from "../../../src/laws/mod.ts";
import { describePlanted } from "../../support/laws/planted.ts";
import { brokenCombinators, composed, mergedLaws } from "../../support/laws/planted/combinators.ts";

describe("two deciders side by side", () => {
  for (const law of composed({})()) {
    it(`obey ${keyOf(law)}: ${law.title}`, async () => {
      assert(E.isRight(await law.check({ runs: 200, seed: 1 })()));
    });
  }

  it("merged by a cast are told, by three events at most", async () => {
    const laws = mergedLaws();
    for (let seed = 1; seed <= 20; seed++) {
      const outcomes = await Promise.all(laws.map((law) => law.check({ seed })()));
      const lengths = outcomes.flatMap((outcome) => {
        if (E.isRight(outcome) || outcome.left._tag !== "LawBroken") return [];
        // As this law saves its cases.
        const { commands } = outcome.left.saved as { readonly commands: ReadonlyArray<unknown> };
        return [commands.length];
      });
      assert(lengths.length > 0, `seed ${seed} does not tell`);
      assert(Math.min(...lengths) <= 3, `seed ${seed} needs ${Math.min(...lengths)} commands`);
    }
  });
});

describePlanted("planted bugs: a combinator", brokenCombinators);
