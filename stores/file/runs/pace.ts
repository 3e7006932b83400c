/**
 * The pace of work in the background: in steps, between which others have their turn.
 *
 * @module
 */
import type { Clock } from "../storage.ts";

/** So long may others wait for their turn, in milliseconds. A step takes as long at most, or little more. */
const TURN_MS = 5;

/** Gives others a turn, if they have had none for a while. */
export type Pace = () => Promise<void> | undefined;

/** The pace of one piece of work, from now on. */
export function paceOf(clock: Clock): Pace {
  let since = clock.monotonic();
  return () => {
    if (clock.monotonic() - since < TURN_MS) return undefined;
    return new Promise((resolve) => {
      clock.wake(0, () => {
        since = clock.monotonic();
        resolve();
      });
    });
  };
}
