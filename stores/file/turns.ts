/**
 * Taking turns: acts of which none begins before the one asked for before it has ended.
 *
 * @module
 */
import type { Awaitable } from "./storage.ts";

/** Where acts that may not overlap ask for their turns, and get them in that order. */
export interface Turns {
  /**
   * Runs an act when all that were asked for before have ended, however they did: at once if none is
   * under way, and then without a turn of the event loop if it waits for nothing. What an act asks
   * for itself before it first waits is not behind it.
   */
  readonly take: Take;
  /** Waits until no act is under way, also of those that were asked for meanwhile. */
  readonly over: () => Promise<void>;
}

interface Take {
  <Result>(act: () => Promise<Result>): Promise<Result>;
  <Result>(act: () => Awaitable<Result>): Awaitable<Result>;
}

/** Turns that nobody has taken yet. */
export function takingTurns(): Turns {
  let last: Promise<unknown> | undefined;
  const holding = async <Result>(own: Promise<Result>): Promise<Result> => {
    last = own;
    try {
      return await own;
    } finally {
      if (last === own) last = undefined;
    }
  };
  function take<Result>(act: () => Promise<Result>): Promise<Result>;
  function take<Result>(act: () => Awaitable<Result>): Awaitable<Result>;
  function take<Result>(act: () => Awaitable<Result>): Awaitable<Result> {
    // A failure belongs to whoever asked for the act; the next one runs all the same.
    const own = last ? last.then(act, act) : act();
    return own instanceof Promise ? holding(own) : own;
  }
  return {
    take,
    over: async () => {
      while (last) await Promise.allSettled([last]);
    },
  };
}
