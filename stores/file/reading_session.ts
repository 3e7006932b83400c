/**
 * The session of a store that is open for reading: when it looks at the store again, and at how much
 * of it.
 *
 * A look at everything reads all names and all marks. A follower that is woken looks at one mark
 * first, which is all that a busy writer changes, so that it costs less than what it tells of; and
 * at everything no later than a poll would.
 *
 * @module
 */
import { claimName } from "./claims/claim_reader.ts";
import type { Log } from "./log.ts";
import { noControl, refuseWrite, type Session } from "./session.ts";
import { takingTurns } from "./turns.ts";

/** How a log is brought up to date. One of these runs at a time. */
export interface Looks {
  /** As far as the marks of all writers allow. */
  readonly all: () => Promise<void>;
  /** As far as the newest mark allows that is known; false if that is not the whole answer. */
  readonly newest: () => Promise<boolean>;
  /** The same as `all`, without an index run that is damaged. */
  readonly without: (run: string) => Promise<void>;
  /** The epoch of the newest claim that is known. */
  readonly claim: () => number | undefined;
}

/** A session that reads a log, which its looks bring up to date. */
export function readingSession(log: Log, looks: Looks): Session {
  const { storage: { clock, watch }, settings: { pollMs }, files } = log;
  const turns = takingTurns();
  // Never at once: an observer that is told of what a look finds may ask for another one.
  const inTurn = (act: () => Promise<void>): Promise<void> =>
    turns.take(async () => {
      await undefined;
      await act();
    });
  /** When the last look at everything began, and another one is due so long after it. */
  let lookedAt = -Infinity;
  const lookAtAll = async (): Promise<void> => {
    const begun = clock.monotonic();
    await looks.all();
    lookedAt = begun;
  };
  const refresh = joined(inTurn, lookAtAll);
  const moveOn = joined(inTurn, async () => {
    const isDue = clock.monotonic() - lookedAt >= pollMs;
    if (isDue || !await looks.newest()) await lookAtAll();
  });
  log.mend = async (run) => {
    await inTurn(() => looks.without(run));
    return !log.runs.some(({ name }) => name === run);
  };
  return {
    log,
    refresh,
    moveOn,
    /**
     * Wakes on the first sign of a writer. The watch is for speed; the poll is what finds a new
     * owner, because the file of a dead one stays silent, and works where no watch does.
     */
    watch: (moved) => {
      const claim = looks.claim();
      const stopWatch = claim === undefined ? undefined : watch?.(claimName(claim), moved);
      const stopPoll = clock.wake(pollMs, () => {
        lookedAt = -Infinity;
        moved();
      });
      return () => {
        stopWatch?.();
        stopPoll();
      };
    },
    append: refuseWrite,
    control: noControl,
    knownHash: () => undefined,
    close: async () => {
      await inTurn(() => files.close());
    },
  };
}

type InTurn = (act: () => Promise<void>) => Promise<void>;

/**
 * An act in turn that whoever asks while it waits has part in. One that goes on already is joined by
 * nobody: it may have looked before what the caller knows of was done.
 */
function joined(inTurn: InTurn, act: () => Promise<void>): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  return () =>
    waiting ??= inTurn(() => {
      waiting = undefined;
      return act();
    });
}
