/**
 * Which simpler histories are tried in place of one that fails, and in which order.
 *
 * @module
 */
import type * as fc from "fast-check";

/** A command of a walk, and where it came from. */
export interface Part<Command> {
  readonly command: Command;
  /** What the arbitrary needs to make the command simpler. */
  readonly context: unknown;
  /** None for an echo, and for a command that nothing makes simpler: it is as simple as it is. */
  readonly arbitrary: fc.Arbitrary<Command> | undefined;
  /** What it was drawn from; in a history that was found, what it is drawn from in its place. */
  readonly origin: Origin;
  /** It was made simpler, and is not to be drawn again unless it has lost its effect. */
  readonly isPinned: boolean;
}

/** A command, and what it led to: the types of its events, or of its rejection. */
export interface Met<Command> extends Part<Command> {
  readonly effect: string;
}

/** The randomness of one step, apart from that of all others. */
export interface Origin {
  readonly random: fc.Random;
  readonly biasFactor: number | undefined;
  /** Which types of commands are switched off; none are if there is no number. */
  readonly swarm: number | undefined;
}

/** A history to try: these parts, and what becomes of those behind a place that has changed. */
export interface Candidate<Command> {
  readonly kept: ReadonlyArray<Met<Command>>;
  /** The parts from here on meet another state than before. */
  readonly from: number;
  readonly later: Later;
}

/** What becomes of the commands behind a change. */
export type Later =
  /** They stay as they are. */
  | { readonly _tag: "Kept" }
  /** Each is drawn again, from its own randomness, for the state that it meets now. */
  | { readonly _tag: "Bound" }
  /**
   * They are drawn until they have the effect that they had, as a payment that settles the order:
   * all of them, or those that have lost it.
   */
  | { readonly _tag: "Mended"; readonly all: boolean; readonly salt: number };

const kept: Later = { _tag: "Kept" };
const bound: Later = { _tag: "Bound" };
/** Mending is tried so often, from other randomness each time. */
const mended: ReadonlyArray<Later> = [1, 2, 3, 4].map((salt) => {
  return { _tag: "Mended", all: salt > 2, salt };
});

/** A list without a stretch, and where that was: longer ones first, from the end. */
export function* withoutStretches<Item>(
  list: ReadonlyArray<Item>,
): Generator<{ readonly left: ReadonlyArray<Item>; readonly at: number }, void, void> {
  for (let size = list.length >> 1 || 1; size >= 1 && list.length > 0; size >>= 1) {
    for (let at = list.length - size; at >= 0; at -= size) {
      yield { left: [...list.slice(0, at), ...list.slice(at + size)], at };
    }
  }
}

/**
 * The candidates, the boldest first: without all that was rejected; without longer and then shorter
 * stretches, from the end; with a command made simpler. Each change is tried with the later commands
 * as they are, with all of them drawn again, and with those mended that have lost their effect,
 * because a payment of 615 is refused once the total is another.
 */
export function* candidates<Command>(
  parts: ReadonlyArray<Met<Command>>,
  isAccepted: ReadonlyArray<boolean>,
  simplifying: (at: number) => fc.Arbitrary<Command> | undefined,
): Generator<Candidate<Command>, void, void> {
  const last = parts.length - 1;
  // A history that was found has nothing to be drawn again, unless it has lost its effect.
  const ways = parts.every(({ isPinned }) => isPinned)
    ? [kept, ...mended]
    : [kept, bound, ...mended];
  function* changed(
    remaining: ReadonlyArray<Met<Command>>,
    from: number,
  ): Generator<Candidate<Command>, void, void> {
    for (const later of from < remaining.length ? ways : [kept]) {
      yield { kept: remaining, from, later };
    }
  }
  const accepted = parts.filter((_, at) => isAccepted[at]);
  if (accepted.length < parts.length) yield* changed(accepted, accepted.length);
  const withLast = parts.filter((_, at) => isAccepted[at] || at === last);
  if (withLast.length < parts.length && withLast.length > accepted.length) {
    yield* changed(withLast, withLast.length);
  }
  for (const { left, at } of withoutStretches(parts)) yield* changed(left, at);
  function* simpler(
    at: number,
    arbitrary: fc.Arbitrary<Command>,
    drawnWith: unknown,
  ): Generator<Candidate<Command>, void, void> {
    const part = parts[at]!;
    for (const { value_: command, context } of arbitrary.shrink(part.command, drawnWith)) {
      const pinned = { ...part, command, context, arbitrary, isPinned: true };
      yield* changed([...parts.slice(0, at), pinned, ...parts.slice(at + 1)], at + 1);
    }
  }
  for (const [at, { arbitrary, context }] of parts.entries()) {
    if (arbitrary) yield* simpler(at, arbitrary, context);
  }
  // What drew a command knew the state that was then; for the state that is now, it may be simpler.
  for (const at of parts.keys()) {
    const arbitrary = simplifying(at);
    if (arbitrary) yield* simpler(at, arbitrary, undefined);
  }
}
