/**
 * Numbers for people.
 *
 * @module
 */

/** A whole number in groups of three, with the name of what is counted: `1 event`, `55,628 events`. */
export function figure(count: number, unit?: string): string {
  const digits = count.toLocaleString("en-US");
  return unit === undefined ? digits : `${digits} ${unit}${count === 1 ? "" : "s"}`;
}
