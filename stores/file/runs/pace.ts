/**
 * The pace of work in the background: in steps, between which others have their turn.
 *
 * @module
 */
import type { Clock } from "../storage.ts";

/** So long may others wait for their turn, in milliseconds. A step takes as long at most, or little more. */
const TURN_MS = 5;

/**
 * The same for appending to a storage that answers at once, which gives no turn by itself: then
 * timers and other work would have none as long as somebody appends.
 */
export const APPENDING_TURN_MS = 10;

/** Gives others a turn, if they have had none for a while. */
export type Pace = () => Promise<void> | undefined;

/** The pace of one piece of work, from now on: so long it goes on without a turn for others. */
export function paceOf(clock: Clock, turnMs: number = TURN_MS): Pace {
  let since = clock.monotonic();
  return () => {
    if (clock.monotonic() - since < turnMs) return undefined;
    return new Promise((resolve) => {
      clock.wake(0, () => {
        since = clock.monotonic();
        resolve();
      });
    });
  };
}
