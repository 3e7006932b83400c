/**
 * Writing index runs: of segments that are sealed or closed, in the background and in order; and of
 * the first part of the active one when the store is closed, so that a reopen scans nothing.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { Claim } from "../claims/held_claim.ts";
import { readPart } from "../files.ts";
import { parseName } from "../format/layout.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import { CLOSED_IN_MEMORY, type Log, type LogPoint, type MemorySegment } from "../log.ts";
import type { OpenRun } from "../survey.ts";
import { removeGarbage } from "./garbage.ts";
import { decodeRun } from "./index_decode.ts";
import { type MemoryTerms, memoryTerms } from "./memory_terms.ts";
import { mergerOf } from "./merger.ts";
import { narrowRun } from "./narrow_run.ts";
import { openWritten, type RunNames } from "./run_file.ts";
import type { RunReader } from "./run_reader.ts";
import { runsAgain, writeSegmentRun } from "./segment_run.ts";

/** Makes runs, one after the other, and keeps them few. */
export interface Indexer {
  /**
   * All that is found is in the log. From now on runs are merged, and index files that nobody uses
   * are removed: at once, if there are some among the names.
   */
  readonly begin: (names: ReadonlyArray<string>) => void;
  /** A segment is closed at this point, and wants a run. */
  readonly closed: (memory: MemorySegment, end: LogPoint) => void;
  /** Waits until so few segments want a run; if one cannot be written, there is no waiting. */
  readonly atMost: (waiting: number) => Promise<void>;
  /** Whether so much is still to be indexed, or so many runs to be merged, that appends wait. */
  readonly isBehind: () => boolean;
  /** Waits until it is not so, or cannot be helped. */
  readonly catchUp: () => Promise<void>;
  /**
   * Waits until there is nothing more to write, to merge and to remove; after so many milliseconds
   * only for the merges under way.
   */
  readonly merged: (withinMs?: number) => Promise<void>;
  /** Writes the run of the active segment, up to its end. Nothing is written after it. */
  readonly writeActive: (memory: MemorySegment, end: LogPoint) => Promise<void>;
  /**
   * Does something while no run is written, merged, put into use or removed; with the means to have
   * a run without what it knows from before a segment. Such runs are to be in use when it ends.
   */
  readonly alone: <Value>(act: (narrow: NarrowRun) => Promise<Value>) => Promise<Value>;
  /** Waits for all that is being written, and begins nothing more. */
  readonly end: () => Promise<void>;
}

/** Gives the run of what a run knows from a segment on. */
export type NarrowRun = (run: RunReader, segment: number) => Promise<RunReader>;

/** A segment that wants a run. */
interface Closed {
  readonly memory: MemorySegment;
  readonly end: LogPoint;
}

/** An indexer of a log that this process writes. */
export function indexerOf(
  log: Log,
  openRun: OpenRun,
  claim: Pick<Claim, "epoch" | "fenced">,
): Indexer {
  const names: RunNames = { epoch: claim.epoch, used: new Set(), coming: new Set() };
  let waiting: Closed[] = [];
  /** The run that is being written, and then those behind it; none if one has failed. */
  let step: Promise<void> | undefined;
  /** Whether somebody wants runs to stay as they are. */
  let isHeld = false;
  /** Removals, one after the other. */
  let removing: Promise<void> = Promise.resolve();

  const inUse = (): ReadonlySet<string> =>
    new Set([...log.runs.map((run) => run.name), ...names.coming]);
  const clean = (keep = inUse): Promise<void> => {
    removing = removing
      .then(() => removeGarbage(log, claim, keep))
      // Nobody knows which: neither the names nor the claim could be looked at.
      .catch((cause) => {
        log.settings.observe({ _tag: "FileKept", file: log.storage.place, cause });
      });
    return removing;
  };
  const merger = mergerOf(log, names, openRun, clean);
  /** Not before all that is found is in the log: else what is in use would pass for garbage. */
  let hasBegun = false;
  const tidy = async (): Promise<void> => {
    if (!hasBegun) return;
    merger.look();
    await clean();
  };

  const next = async (): Promise<void> => {
    const { memory, end } = waiting[0]!;
    try {
      const name = await writeRun(log, names, memory, end);
      takeUp(log, memory, await openWritten(openRun, names, name));
      names.coming.delete(name);
    } catch (cause) {
      // Runs have no gap: the terms stay in memory, and it is tried again with the next segment.
      step = undefined;
      log.settings.observe({ _tag: "RunFailed", file: memory.segment.file, cause });
      return;
    }
    waiting.shift();
    step = waiting.length > 0 && !isHeld ? next() : undefined;
    await tidy();
  };
  /** Ranges that were mended: what is damaged again soon after is no accident. */
  const mended = new Set<number>();
  let mending: Promise<boolean> = Promise.resolve(true);
  const mend = async (name: string): Promise<boolean> => {
    const run = log.runs.find((one) => one.name === name);
    if (!run) return true;
    const { from } = run.map.counts;
    if (!hasBegun || isHeld || mended.has(from)) return false;
    mended.add(from);
    log.settings.observe({ _tag: "RunIgnored", file: name, why: "it is damaged" });
    await merger.hold();
    try {
      const again = await runsAgain(log, names, openRun, run);
      log.runs = log.runs.flatMap((one) => one === run ? again : [one]);
      log.generation += 1;
      for (const { name } of again) names.coming.delete(name);
      return true;
    } catch (cause) {
      log.settings.observe({ _tag: "RunFailed", file: name, cause });
      return false;
    } finally {
      merger.goOn();
      void tidy();
    }
  };
  log.mend = (name) => mending = mending.then(() => mend(name));
  const idle = async (): Promise<void> => {
    await mending;
    while (step) await step;
    await merger.hold();
    await removing;
  };
  const goOn = (): void => {
    isHeld = false;
    merger.goOn();
    // Who was alone may have dropped segments: a run of one would remember what is gone.
    waiting = waiting.filter(({ memory }) => log.memory.includes(memory));
    if (waiting.length > 0) step ??= next();
  };
  const atMost = async (most: number): Promise<void> => {
    while (waiting.length > most && step) await step;
  };
  return {
    begin: (listed) => {
      hasBegun = true;
      merger.look();
      const used = inUse();
      const isGarbage = (name: string): boolean =>
        parseName(name)?.kind === "index" && !used.has(name);
      // It tells the observer what it cannot do.
      if (listed.some(isGarbage)) void clean();
    },
    closed: (memory, end) => {
      waiting.push({ memory, end });
      if (!isHeld) step ??= next();
    },
    atMost,
    isBehind: () => log.memory.length > CLOSED_IN_MEMORY || merger.isBehind(),
    catchUp: async () => {
      if (log.memory.length > CLOSED_IN_MEMORY) await atMost(CLOSED_IN_MEMORY - 1);
      await merger.fewer();
    },
    merged: async (withinMs) => {
      const stop = withinMs === undefined
        ? () => undefined
        : log.storage.clock.after(withinMs, () => void merger.hold());
      while (step) await step;
      await merger.idle();
      stop();
      await removing;
    },
    writeActive: async (memory, end) => {
      await idle();
      const isNothing = end.offset === memory.terms.from.offset;
      if (waiting.length > 0 || isNothing) return;
      try {
        // It is coming for good: the next owner is to use it, and not the one before it.
        await writeRun(log, names, memory, end);
        const isOld = (run: RunReader): boolean => isOf(run, memory.segment.number);
        const old = new Set(log.runs.filter(isOld).map((run) => run.name));
        await clean(() => new Set([...inUse()].filter((name) => !old.has(name))));
      } catch (cause) {
        // The index is derived: without this run the next open scans.
        log.settings.observe({ _tag: "RunFailed", file: memory.segment.file, cause });
      }
    },
    alone: async (act) => {
      isHeld = true;
      await idle();
      try {
        return await act((run, segment) => narrowRun(log, names, openRun, run, segment));
      } finally {
        // What is not in use by now is garbage.
        names.coming.clear();
        goOn();
        await tidy();
      }
    },
    end: () => {
      hasBegun = false;
      return idle();
    },
  };
}

/** Writes the run of a segment, from its start to `end`, and gives the name of the file. */
async function writeRun(
  log: Log,
  names: RunNames,
  memory: MemorySegment,
  end: LogPoint,
): Promise<string> {
  const { number, epoch, firstPosition, previousHcrc } = memory.segment;
  const terms = await wholeTerms(log, memory);
  const row = {
    number,
    epoch,
    firstPosition,
    endOffset: end.offset,
    lastOffset: end.lastOffset,
    lastHcrc: end.hcrc,
    prevHcrc: previousHcrc,
    maxTime: terms.maxTime,
  };
  return await writeSegmentRun(log, names, { row, terms });
}

/** The terms of a segment from its start: those that a run of its first part holds, and the later. */
async function wholeTerms(log: Log, memory: MemorySegment): Promise<MemoryTerms> {
  const { segment, terms } = memory;
  if (terms.from.offset === SEGMENT_HEADER_BYTES) return terms;
  const prefix = log.runs.find((run) => isOf(run, segment.number));
  if (!prefix) throw new Error(`the first part of ${segment.file} is in no index run`);
  const bytes = await log.files.lend(prefix.name, async (file) => {
    return await readPart(file, 0, await file.size());
  });
  if (bytes === "missing") throw new Error(`${prefix.name} is gone`);
  const decoded = decodeRun(bytes, prefix.name, log.hasher);
  if (isLeft(decoded)) throw new Error(`${prefix.name} is not sound at ${decoded.left.offset}`);
  const whole = decoded.right.segments.find((one) => one.row.number === segment.number);
  const all = whole?.terms ??
    memoryTerms({ segment: segment.number, offset: SEGMENT_HEADER_BYTES }, log.hasher);
  all.append(terms);
  return all;
}

/** From now on the run answers for the segment, and its terms leave memory. */
function takeUp(log: Log, memory: MemorySegment, run: RunReader): void {
  const { number } = memory.segment;
  for (const one of log.runs.filter((one) => isOf(one, number))) one.close();
  const others = log.runs.filter((one) => !isOf(one, number));
  log.runs = [...others, run].sort((one, other) => one.map.counts.from - other.map.counts.from);
  log.memory = log.memory.filter((one) => one !== memory);
  log.generation += 1;
}

/** Whether a run covers a segment, or a part of it. */
function isOf(run: RunReader, segment: number): boolean {
  return run.segments.some((row) => row.number === segment);
}
