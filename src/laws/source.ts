/**
 * Where laws come from: what a printed test has to import.
 *
 * @module
 */

/** Where laws come from, so that a printed test can import them. */
export type Source = SpecSource | LawsSource;

/** A module that exports a specification, of which its own function makes the laws. */
export interface SpecSource extends SourceOfTests {
  /** As in `"orderSpec"`. */
  readonly spec: string;
}

/** A module that exports the laws themselves, whatever they were put together from. */
export interface LawsSource extends SourceOfTests {
  /** As in `"orderLaws"`. */
  readonly laws: string;
}

/** What both have. */
export interface SourceOfTests {
  /** The module, as the test is to import it: `"./order.ts"`. */
  readonly from: string;
  /** What exports `it`, as in `"vitest"`; `"node:test"`, which Deno and Bun have too, if left out. */
  readonly runner?: string;
}
