/**
 * Time in a simulation: it stands still while anybody has something to do, and leaps to the next
 * moment for which somebody waits.
 *
 * @module
 */
import type { Clock } from "../../file/storage.ts";

/** The clock of a machine, and the clocks of its processes. */
export interface SimulatedClock {
  /** How long this machine has run, in milliseconds. */
  readonly elapsed: () => number;
  /** Moves the wall clock, forward or back, without time passing. */
  readonly jump: (ms: number) => void;
  /** The clock of a process, which says through `resume` when and whether a timer may call. */
  readonly forProcess: (resume: (call: () => void) => void) => Clock;
  /** Calls back after so many milliseconds, whoever lives or dies. */
  readonly later: (ms: number, call: () => void) => () => void;
  /** Goes on to the next moment for which somebody waits, and wakes one of them; not beyond `until`. */
  readonly leap: (until?: number) => boolean;
}

interface Timer {
  readonly due: number;
  readonly call: () => void;
}

/** A clock that begins at a wall time, in milliseconds since 1970. */
export function simulatedClock(startMs: number): SimulatedClock {
  const timers: Timer[] = [];
  let elapsed = 0;
  let offset = 0;
  const later = (ms: number, call: () => void): () => void => {
    const timer = { due: elapsed + ms, call };
    // Equal times go in the order of the calls.
    const at = timers.findIndex(({ due }) => due > timer.due);
    timers.splice(at < 0 ? timers.length : at, 0, timer);
    return () => {
      const place = timers.indexOf(timer);
      if (place >= 0) timers.splice(place, 1);
    };
  };
  return {
    elapsed: () => elapsed,
    jump: (ms) => {
      offset += ms;
    },
    forProcess: (resume) => {
      const after = (ms: number, call: () => void): () => void => {
        let isWanted = true;
        // One that is due while the process stands still may be stopped when it goes on.
        const stop = later(ms, () => resume(() => isWanted && call()));
        return () => {
          isWanted = false;
          stop();
        };
      };
      return {
        now: () => startMs + elapsed + offset,
        monotonic: () => elapsed,
        after,
        wake: after,
      };
    },
    later,
    leap: (until = Infinity) => {
      const next = timers[0];
      if (next === undefined || next.due > until) {
        if (until < Infinity) elapsed = Math.max(elapsed, until);
        return false;
      }
      timers.shift();
      elapsed = Math.max(elapsed, next.due);
      next.call();
      return true;
    },
  };
}
