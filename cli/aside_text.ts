/**
 * What lies in a store's directory beside the log, in sentences.
 *
 * @module
 */

/** Bytes behind the end of the log. */
export interface Torn {
  readonly file: string;
  /** The offsets of the first byte and of the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** What a killed writer left. */
export function tornText({ file, from, to }: Torn): string {
  return `${file}: the bytes from ${from} to ${to}, which were never acknowledged, stay outside ` +
    "the log";
}

/** A file that the store knows nothing of. */
export function strayText(name: string): string {
  return `${name}: this file is no part of the store`;
}
