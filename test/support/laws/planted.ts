/**
 * Planted bugs, and the law that is meant for each.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keyOf, type Law } from "../../../src/laws/law.ts";

/** A bug, and what must notice it. */
export interface Planted {
  /** In words: what somebody did wrong. */
  readonly bug: string;
  /** The key of the law that is meant for it. */
  readonly law: string;
  /** The laws of the broken thing. */
  readonly laws: () => ReadonlyArray<Law>;
  /** Whether no other law notices it: then the law has a place of its own. */
  readonly isOnly?: boolean;
}

/** So many drawings have to catch each bug; all of them in the soak. */
const seeds = process.env["LEFTFOLD_SOAK"] === "1" ? 20 : 2;
const runs = 100;

/** Tests that each bug is caught by its law within 100 cases, whatever the seed. */
export function describePlanted(name: string, planted: ReadonlyArray<Planted>): void {
  describe(name, () => {
    for (const { bug, law: key, laws, isOnly } of planted) {
      it(`${key} notices: ${bug}`, async () => {
        for (let seed = 1; seed <= seeds; seed++) {
          const law = laws().find((one) => keyOf(one) === key);
          assert(law, `there is no law ${key}`);
          const outcome = await law.check({ runs, seed })();
          assert(
            E.isLeft(outcome) && outcome.left._tag === "LawBroken",
            `with seed ${seed}, ${key} does not notice it: ${toldOf(outcome)}`,
          );
        }
      });
      if (!isOnly) continue;
      it(`only ${key} notices: ${bug}`, async () => {
        for (const law of laws()) {
          if (keyOf(law) === key) continue;
          const outcome = await law.check({ runs, seed: 1 })();
          const isBroken = E.isLeft(outcome) && outcome.left._tag !== "LawVacuous";
          assert(!isBroken, `${keyOf(law)} notices it too: ${toldOf(outcome)}`);
        }
      });
    }
  });
}

function toldOf(outcome: Awaited<ReturnType<ReturnType<Law["check"]>>>): string {
  if (E.isLeft(outcome)) return outcome.left.text;
  const { held, cases } = outcome.right;
  return `it held in ${held} of ${cases} cases`;
}
