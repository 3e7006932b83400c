/**
 * The laws of a store, as values: each can be listed, explained, and checked of any subject.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { EventStore } from "../../src/event_store.ts";
import { judged, type LawFault } from "./finding.ts";
import type { Capability, OpenedStore, StoreSubject } from "./subject.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Something that holds of every store, or of every store with a capability. */
export interface StoreLaw {
  /** A name that stays, such as `"append.dense"`. */
  readonly id: string;
  /** What holds, in one sentence. */
  readonly title: string;
  /** What goes wrong where it does not hold. */
  readonly why: string;
  /** The capabilities without which the law is not asked; none if it holds of every store. */
  readonly needs: ReadonlyArray<Capability>;
  /** Opens stores of its own, tries, and disposes of them. */
  readonly check: (
    subject: StoreSubject,
    options?: LawOptions,
  ) => TaskEither<LawFault, Figures>;
}

/** How laws are tried. */
export interface LawOptions {
  /** How many random cases a law tries that tries random ones; 50 if left out. */
  readonly runs?: number;
  /** The seed of the random cases; another one each time if left out. */
  readonly seed?: number;
  /** Whether a case that shows a mistake is made as short as it can be; it is if left out. */
  readonly shrinks?: boolean;
  /** After how many seconds a law counts as unanswered; 120 if left out. */
  readonly secondsMax?: number;
}

/** What was tried, and how often: for laws that try random cases. */
export type Figures = Readonly<Record<string, number>>;

/** What a law is, before it can be checked. */
export interface Wording {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly needs?: ReadonlyArray<Capability>;
}

const secondsMaxDefault = 120;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A law about one store, opened for it and disposed of whatever comes. */
export function law(
  wording: Wording,
  body: (store: EventStore, opened: OpenedStore) => Promise<void>,
): StoreLaw {
  return lawOf(wording, async (subject) => {
    await withStore(subject, (opened) => body(opened.store, opened));
  });
}

/** A law that opens what it needs itself. */
export function lawOf(
  { needs = [], ...wording }: Wording,
  body: (subject: StoreSubject, options: LawOptions) => Promise<Figures | void>,
): StoreLaw {
  return {
    ...wording,
    needs,
    check: (subject, options = {}) =>
      judged(
        async () => await body(subject, options) ?? {},
        options.secondsMax ?? secondsMaxDefault,
      ),
  };
}

/** Opens a store, uses it, and disposes of it. */
export async function withStore<Used>(
  subject: StoreSubject,
  use: (opened: OpenedStore) => Promise<Used>,
): Promise<Used> {
  const opened = await subject.open();
  try {
    return await use(opened);
  } finally {
    await opened.dispose();
  }
}
