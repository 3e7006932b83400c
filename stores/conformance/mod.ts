/**
 * The contract of a store, for whoever writes one: laws that are checked of any store, with random
 * histories, concurrent callers, and a checker of histories. It needs fast-check 4 beside the
 * library, and no test framework.
 *
 * @module
 */
export {
  checkConformance,
  type Conformance,
  describeConformance,
  explainConformance,
  type LawRunner,
  type Outcome,
} from "./conformance.ts";
export {
  type Broken,
  type Counterexample,
  explainLawFault,
  type LawFault,
  type Thrown,
  type Unanswered,
  type Unexplained,
  type Vacuous,
} from "./finding.ts";
export { checkHistory } from "./history/check_history.ts";
export type * from "./history/operation.ts";
export { explainViolation } from "./history/violation_text.ts";
export type { Figures, LawOptions, StoreLaw } from "./law.ts";
export { storeLaws } from "./store_laws.ts";
export type {
  Capabilities,
  Capability,
  OpenedStore,
  Pause,
  Retention,
  StoreSubject,
} from "./subject.ts";
