/**
 * A column of numbers that grows: a typed array with room to spare.
 *
 * @module
 */

/** The typed arrays that a column can be made of. */
type Numbers = Uint32Array | Float64Array;

/** Numbers in a row, added at the end, taken back from the end. */
export interface GrowingColumn<Values extends Numbers> {
  /** The numbers, with room behind them. Replaced when it grows, so do not keep it. */
  values: Values;
  length: number;
}

const FIRST_CAPACITY = 64;

/** Whole numbers below 2^32, in 4 bytes each. */
export function column32(): GrowingColumn<Uint32Array> {
  return { values: new Uint32Array(FIRST_CAPACITY), length: 0 };
}

/** Any numbers, in 8 bytes each. */
export function column64(): GrowingColumn<Float64Array> {
  return { values: new Float64Array(FIRST_CAPACITY), length: 0 };
}

/** Adds a number at the end. */
export function push<Values extends Numbers>(column: GrowingColumn<Values>, value: number): void {
  if (column.length === column.values.length) {
    // The constructor of a Values makes a Values; the type of `constructor` is only Function.
    const grown = new (column.values.constructor as new (length: number) => Values)(
      column.length * 2,
    );
    grown.set(column.values);
    column.values = grown;
  }
  column.values[column.length++] = value;
}

/** The index of the first number that is not below `value`, in a column that never falls. */
export function lowerBound(column: GrowingColumn<Numbers>, value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column.values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
