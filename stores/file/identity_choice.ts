/**
 * Which of the files that say what a store is counts.
 *
 * Each writer that finds no segment says it in a file of its own, flushes that, and only then begins
 * the first segment, whose header names what it said. So no such file is ever needed, flushed again
 * or removed by anybody but its maker, and a writer that wakes up late harms nobody: whatever it
 * writes, the newest segment decides.
 *
 * @module
 */
import { type Either, isLeft, isRight } from "fp-ts/lib/Either.js";
import { areEqual } from "./format/bytes.ts";
import { STORE_FILE } from "./format/layout.ts";
import type { StoreFileDefect, StoreIdentity } from "./format/store_file.ts";

/** A file that says what the store is, or what is wrong with it. */
export interface SaidIn {
  readonly file: string;
  readonly content: Either<StoreFileDefect, StoreIdentity>;
}

/** What was found in a place. */
export interface IdentityFacts {
  /** The newest first. */
  readonly said: ReadonlyArray<SaidIn>;
  /** The store that the newest segment with a sound header names; none if there is no such header. */
  readonly named: Uint8Array | undefined;
  /** Whether a segment that is newer than that has a header that is damaged, and not unfinished. */
  readonly isDamaged: boolean;
}

/** What a store is. */
export type IdentityChoice =
  | { readonly _tag: "Said"; readonly file: string; readonly identity: StoreIdentity }
  /** No segment has come to be, so nobody has to keep to what was said last. */
  | { readonly _tag: "Open"; readonly last: StoreIdentity | undefined }
  | {
    readonly _tag: "Damaged";
    readonly file: string;
    readonly offset: number;
    readonly found: string;
  }
  | { readonly _tag: "Newer"; readonly file: string; readonly found: number };

/** Chooses what the store is. Whoever follows the chain tells of segments that do not fit. */
export function chooseIdentity({ said, named, isDamaged }: IdentityFacts): IdentityChoice {
  for (const { file, content } of said) {
    if (isLeft(content) && content.left._tag === "NewerStore") {
      return { _tag: "Newer", file, found: content.left.found };
    }
  }
  const sound = said.flatMap(({ file, content }) => {
    return isRight(content) ? [{ file, identity: content.right }] : [];
  });
  const match = named && sound.find(({ identity }) => areEqual(identity.storeId, named));
  if (match) return { _tag: "Said", ...match };
  const [last] = sound;
  if (!named && !isDamaged) return { _tag: "Open", last: last?.identity };
  // What the segments name stood in one that is damaged, as long as there is such a one.
  const [damaged] = said.flatMap(({ file, content }) => {
    return isLeft(content) && content.left._tag === "BadStoreFile"
      ? [{ file, offset: content.left.offset, found: content.left.found }]
      : [];
  });
  if (damaged && (named || !last)) return { _tag: "Damaged", ...damaged };
  if (last) return { _tag: "Said", ...last };
  return { _tag: "Damaged", file: STORE_FILE, offset: 0, found: "no such file" };
}
