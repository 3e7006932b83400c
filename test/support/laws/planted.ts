/**
 * Planted bugs, and the law that is meant for each.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectLaw } from "../../../src/laws/check_laws.ts";
import { keyOf, type Law, type LawBroken } from "../../../src/laws/law.ts";

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

/**
 * Tests that each bug is caught by its law within 100 cases, whatever the seed, and that the case
 * which is printed breaks it again, as it stands in the printed test.
 */
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
          await assert.rejects(
            expectLaw(laws(), key, foundIn(outcome.left)),
            (error: Error) => error.message.includes(` breaks ${key}: `),
            `with seed ${seed}, its printed test does not fail for ${key}:\n${outcome.left.test}`,
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

/** The case of a printed test, as its code gives it. */
function foundIn({ test }: LawBroken): unknown {
  const [, code] = test.match(/^const found = (.*?);\n\nit\(/ms) ?? [];
  assert(code, `there is no case in the test\n${test}`);
  // As the pasted test has it; a value of another realm would have other prototypes.
  return new Function(`return (${code});`)();
}

function toldOf(outcome: Awaited<ReturnType<ReturnType<Law["check"]>>>): string {
  if (E.isLeft(outcome)) return outcome.left.text;
  const { held, cases } = outcome.right;
  return `it held in ${held} of ${cases} cases`;
}
