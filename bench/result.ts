/**
 * What a run of the benchmark has measured, and what follows from it: medians and ratios.
 *
 * @module
 */

/** A workload of a subject: what each round gave, in units a second. */
export interface Measured {
  readonly workload: string;
  readonly subject: string;
  readonly runtime: string;
  readonly rates: ReadonlyArray<number>;
}

/** How a store that holds the events of the reading workloads was opened. */
export interface OpenedStore {
  readonly subject: string;
  readonly runtime: string;
  readonly events: number;
  readonly openMs: ReadonlyArray<number>;
  readonly memoryBytes: ReadonlyArray<number>;
  readonly bytesOnDisk: number;
  readonly files: number;
}

/** What is measured of ours alone, a value for each round: the less, the better. */
export interface Figure {
  readonly workload: string;
  readonly title: string;
  readonly unit: string;
  readonly values: ReadonlyArray<number>;
  /** The bar. */
  readonly atMost: number;
}

/** One run, and where it ran. */
export interface Results {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly measured: ReadonlyArray<Measured>;
  readonly opened: ReadonlyArray<OpenedStore>;
  readonly figures: ReadonlyArray<Figure>;
}

/** The middle one, or the lower of the two in the middle. */
export function median(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? NaN;
}

/** How far the rounds lie apart: half the distance of the outer quartiles, as a part of the median. */
export function noise(values: ReadonlyArray<number>): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? NaN;
  return (at(0.75) - at(0.25)) / 2 / median(values);
}

/** How long after its acknowledgement each commit was delivered; all of them must have been. */
export function delaysBetween(
  acknowledged: ReadonlyArray<number>,
  delivered: ReadonlyArray<number>,
): ReadonlyArray<number> {
  return acknowledged.map((at, nth) => {
    const delay = (delivered[nth] ?? NaN) - at;
    // A NaN is sorted to anywhere, and so would be hidden in a quantile.
    if (Number.isFinite(delay)) return delay;
    throw new Error(`commit ${nth + 1} of ${acknowledged.length} was never delivered`);
  });
}

/** Our subject, whose ratio to the others is told. */
export const OURS = "leftfold";

/** The median of a workload of a subject; none if it was not measured. */
export function rateOf(
  { measured }: Results,
  workload: string,
  subject: string,
  runtime = "node",
): number | undefined {
  const found = measured.find((one) =>
    one.workload === workload && one.subject === subject &&
    one.runtime === runtime
  );
  return found && median(found.rates);
}

/**
 * Ours divided by another's: the median of the ratios of each round, since what disturbs a machine
 * disturbs the subjects of a round alike.
 */
export function ratioTo(
  { measured }: Results,
  workload: string,
  against: string,
  of: { readonly subject: string; readonly runtime: string } = {
    subject: OURS,
    runtime: "node",
  },
): number | undefined {
  const ours = measured.find((one) =>
    one.workload === workload && one.subject === of.subject &&
    one.runtime === of.runtime
  );
  const other = measured.find((one) =>
    one.workload === workload && one.subject === against &&
    one.runtime === "node"
  );
  if (!ours || !other) return undefined;
  return median(
    ours.rates.map((rate, round) => rate / (other.rates[round] ?? NaN)),
  );
}
