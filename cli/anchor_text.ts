/**
 * Anchors as text: a position and a hash, as `head` prints and `verify --anchor` reads them.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import type { Anchor } from "leftfold/stores/file";

/** As a word for the command line. */
export function anchorText({ position, hash }: Anchor): string {
  return `${position}:${hash}`;
}

/** Reads such a word. */
export function anchorIn(text: string): Anchor {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw new InvalidArgumentError(
      'Wanted what "leftfold head" has printed: a position, a colon, and 64 hexadecimal digits.',
    );
  }
  return { position: Number(position), hash: hash.toLowerCase() };
}
