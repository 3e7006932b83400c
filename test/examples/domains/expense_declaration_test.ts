import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import type { Declaration } from "../../../examples/declarations/declaration.ts";
import { declaration } from "../../../examples/declarations/decider.ts";
import { declarationSpec, laws } from "../../../examples/domains/expense_declaration/laws.ts";
import {
  casesOf,
  neverDrawn,
  type Way,
  waysIn,
} from "../../../examples/domains/expense_declaration/past.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const data = process.env["LEFTFOLD_DATA"];
const isSoak = process.env["LEFTFOLD_SOAK"] === "1";

/** In the soak all that there is; else one of so many. */
function oneOf(every: number, ways: ReadonlyArray<Way>): ReadonlyArray<Way> {
  return isSoak ? ways : ways.filter((_, nth) => nth % every === 0);
}

async function read(source: Parameters<typeof waysIn>[0]): Promise<ReadonlyArray<Way>> {
  const ways = await waysIn(source);
  assert(ways._tag === "Right", "the log cannot be read");
  return ways.right;
}

async function holdsOf(ways: ReadonlyArray<Way>): Promise<void> {
  const some = oneOf(200, ways);
  for (const law of laws) {
    const outcome = await law.check({ corpus: casesOf(some), runs: 30, seed: 1 })();
    assert(outcome._tag === "Right", outcome._tag === "Left" ? outcome.left.text : "");
    // Coverage is of many histories, and judges none.
    assert(outcome.right.cases >= some.length || law.id === "DE26");
  }
}

describe("expense declarations that were made up", () => {
  it("obey each law", async () => {
    await holdsOf(await read({ _tag: "Generated", seed: 1, declarations: 500 }));
  });

  it("take no step that is never drawn", async () => {
    const ways = await read({ _tag: "Generated", seed: 1, declarations: 500 });
    assert.deepEqual(neverDrawn(ways, 500), []);
    // What nobody draws is noticed.
    assert.notDeepEqual(neverDrawn(ways, 1), []);
  });
});

describe("the expense declarations of a university", {
  skip: data === undefined && "LEFTFOLD_DATA does not say where the real log is",
}, () => {
  const source = {
    _tag: "File",
    path: join(data ?? "", "domestic-declarations.ndjson.gz"),
  } as const;

  it("obey each law, and take no step that is never drawn", async () => {
    const ways = await read(source);
    assert.equal(ways.length, 10_357);
    await holdsOf(ways);
    assert.deepEqual(neverDrawn(oneOf(20, ways), 500), []);
  });
});

describePlanted("planted bugs: an expense declaration", [
  {
    bug: "an approval of an earlier round still counts",
    law: "DE16/one role has one voice in a round",
    laws: () =>
      deciderLaws({
        ...declarationSpec,
        decider: {
          ...declaration,
          evolve: (state, event): Declaration => {
            const after = declaration.evolve(state, event);
            return after.status === "underReview" && after.round > 1
              ? { ...after, approvedBy: ["ADMINISTRATION", ...after.approvedBy] }
              : after;
          },
        },
      }),
  },
  {
    bug: "the amount is rounded to whole euros",
    law: "DE21/Submit",
    laws: () =>
      deciderLaws({
        ...declarationSpec,
        decider: {
          ...declaration,
          decide: (command, state) =>
            declaration.decide({
              ...command,
              claim: { ...command.claim, amount: Math.round(command.claim.amount) },
            }, state),
        },
      }),
  },
]);
