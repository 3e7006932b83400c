/**
 * Two runs side by side: which ratio fell, by more than the noise, and which is no longer there.
 *
 * @module
 */
import { type Measured, noise, OURS, ratioTo, type Results } from "./result.ts";

/** A ratio that is not what it was. */
export interface Fallen {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  /** The part that the noise of both runs explains. */
  readonly tolerated: number;
}

/** A change below this is never told: no machine is that quiet. */
const TOLERATED_MIN = 0.1;

/** The ratios of ours that fell by more than the noise of both runs. */
export function fallen(before: Results, after: Results): ReadonlyArray<Fallen> {
  const noiseOf = (results: Results, workload: string): number => {
    const all = results.measured.filter((one) => one.workload === workload);
    return Math.max(0, ...all.map(({ rates }) => noise(rates)));
  };
  return before.measured.flatMap(({ workload, subject, runtime }) => {
    if (runtime !== "node") return [];
    const was = ratioTo(before, workload, subject);
    const is = ratioTo(after, workload, subject);
    if (was === undefined || is === undefined) return [];
    const tolerated = TOLERATED_MIN + noiseOf(before, workload) +
      noiseOf(after, workload);
    const isFallen = is < was * (1 - tolerated);
    return isFallen
      ? [{
        what: `${workload} to ${subject}`,
        before: was,
        after: is,
        tolerated,
      }]
      : [];
  });
}

/**
 * The ratios of ours that the earlier run has and the later one has not, though it was asked for
 * them: what was not measured has not stood the comparison.
 */
export function gone(
  before: Results,
  after: Results,
  isAsked: (one: Measured) => boolean = () => true,
): ReadonlyArray<string> {
  const hasRatio = (results: Results, { workload, subject }: Measured): boolean =>
    // Rounds without a counterpart give NaN, which compares with nothing.
    Number.isFinite(ratioTo(results, workload, subject));
  return before.measured
    .filter((one) => one.runtime === "node" && one.subject !== OURS && isAsked(one))
    .filter((one) => hasRatio(before, one) && !hasRatio(after, one))
    .map(({ workload, subject }) => `${workload} to ${subject}`);
}
