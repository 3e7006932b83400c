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

/** What lies behind the place at which a repair has ended the log. */
export function outsideText({ file, from, to }: TornBytes): string {
  return `${file}: the bytes from ${from} to ${to} were left outside the log by a repair`;
}

/** A file of the index that answers nothing. */
export function unusedText(name: string): string {
  return `${name}: this index run is not used; it is unfinished, or of a log that ended elsewhere`;
}

/** A segment that a writer had begun when it was fenced, or that a repair has left outside. */
export function strayText(name: string): string {
  return `${name}: this segment is not in the log`;
}
