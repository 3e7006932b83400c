/**
 * The pace of work in the background: in steps, between which others have their turn.
 *
 * @module
 */
import type { Clock } from "../storage.ts";

/**
 * So long may others wait for their turn, in milliseconds. A step takes as long at most, or little
 * more.
 */
const TURN_MS = 5;

/** Gives others a turn, if they have had none for a while. */
export type Pace = () => Promise<void> | undefined;

/** The pace of one piece of work, from now on: so long it goes on without a turn for others. */
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

/**
 * So long may others wait while somebody appends to a storage that answers at once, in
 * milliseconds.
 */
const APPENDING_TURN_MS = 10;

/**
 * The pace of appending, which comes and goes: time counts from the first step since others have had
 * their turn. A storage that answers at once gives no turn by itself, and timers would have none as
 * long as somebody appends; and who has not appended for a while must not wait for a turn.
 */
export function appendingPace(clock: Clock): Pace {
  let since: number | undefined;
  return () => {
    if (since === undefined) {
      since = clock.monotonic();
      clock.wake(0, () => {
        since = undefined;
      });
      return undefined;
    }
    if (clock.monotonic() - since < APPENDING_TURN_MS) return undefined;
    return new Promise((resolve) => void clock.wake(0, resolve));
  };
}
