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
  /** None for an echo, and for a command of a history that was found: it is as simple as it is. */
  readonly arbitrary: fc.Arbitrary<Command> | undefined;
  /** What it was drawn from; none in a history that was found. */
  readonly origin: Origin | undefined;
  /** It was made simpler, and is not to be drawn again unless it has lost its effect. */
  readonly isPinned: boolean;
  /** What it led to: the types of its events, or of its rejection. */
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
  readonly kept: ReadonlyArray<Part<Command>>;
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

/**
 * The candidates, the boldest first: without all that was rejected; without longer and then shorter
 * stretches, from the end; with a command made simpler. Each change is tried with the later commands
 * as they are, with all of them drawn again, and with those mended that have lost their effect,
 * because a payment of 615 is refused once the total is another.
 */
export function* candidates<Command>(
  parts: ReadonlyArray<Part<Command>>,
  isAccepted: ReadonlyArray<boolean>,
): Generator<Candidate<Command>, void, void> {
  const last = parts.length - 1;
  const canBind = parts.some((part) => part.origin !== undefined);
  function* changed(
    remaining: ReadonlyArray<Part<Command>>,
    from: number,
  ): Generator<Candidate<Command>, void, void> {
    const ways = canBind && from < remaining.length ? [kept, bound, ...mended] : [kept];
    for (const later of ways) yield { kept: remaining, from, later };
  }
  const accepted = parts.filter((_, at) => isAccepted[at]);
  if (accepted.length < parts.length) yield* changed(accepted, accepted.length);
  const withLast = parts.filter((_, at) => isAccepted[at] || at === last);
  if (withLast.length < parts.length && withLast.length > accepted.length) {
    yield* changed(withLast, withLast.length);
  }
  for (let size = parts.length >> 1 || 1; size >= 1 && parts.length > 0; size >>= 1) {
    for (let at = parts.length - size; at >= 0; at -= size) {
      yield* changed([...parts.slice(0, at), ...parts.slice(at + size)], at);
    }
  }
  for (const [at, part] of parts.entries()) {
    if (!part.arbitrary) continue;
    for (const simpler of part.arbitrary.shrink(part.command, part.context)) {
      const { value_: command, context } = simpler;
      const pinned = { ...part, command, context, isPinned: true };
      yield* changed([...parts.slice(0, at), pinned, ...parts.slice(at + 1)], at + 1);
    }
  }
}
