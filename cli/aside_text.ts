/**
 * What lies in a store's directory beside the log, in sentences.
 *
 * @module
 */

import type { TornBytes } from "leftfold/stores/file";

/** What a killed writer left. */
export function tornText({ file, from, to }: TornBytes): string {
  return `${file}: the bytes from ${from} to ${to}, which were never acknowledged, stay outside ` +
    "the log";
}

/** A segment that another writer had begun when it was fenced. */
export function strayText(name: string): string {
  return `${name}: this segment is not in the log`;
}
