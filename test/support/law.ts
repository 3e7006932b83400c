/**
 * Laws as tests, each trusted only because it catches a bug that was planted for it.
 *
 * @module
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";

/** What a law says of a subject, as a property of fast-check. */
export type Statement<Subject> = (subject: Subject) => fc.IProperty<unknown>;

/**
 * How many cases may be drawn to find a planted bug. A search ends at the first one that shows it:
 * far more of them than a law is given cost nothing, and no bug is missed for bad luck in some run.
 */
const SEARCH_RUNS = 10_000;

/** Tests that a law holds of a subject, and that it is seen broken in each of the others. */
export function law<Subject>(
  name: string,
  subject: Subject,
  broken: Readonly<Record<string, Subject>>,
  statement: Statement<Subject>,
): void {
  describe(name, () => {
    it("holds", () => {
      // The property's input has a type of its own, which nobody here looks at.
      fc.assert(statement(subject) as fc.IProperty<unknown[]>);
    });
    for (const [bug, variant] of Object.entries(broken)) {
      it(`is seen broken: ${bug}`, () => {
        const { failed } = fc.check(
          statement(variant) as fc.IProperty<unknown[]>, // as above
          { numRuns: SEARCH_RUNS },
        );
        assert.equal(failed, true, "the planted bug went unnoticed");
      });
    }
  });
}
