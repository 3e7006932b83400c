/**
 * Writing index runs: of segments that are sealed or closed, in the background and in order; and of
 * the first part of the active one when the store is closed, so that a reopen scans nothing.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { encodeRun } from "./index_run.ts";
import { decodeRun } from "./index_decode.ts";
import { nextAttempt, parseName, printName } from "../format/layout.ts";
import type { Log, LogPoint, MemorySegment } from "../log.ts";
import { type MemoryTerms, memoryTerms } from "./memory_terms.ts";
import { readPart } from "../files.ts";
import type { RunReader } from "./run_reader.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import type { OpenRun } from "../survey.ts";
import { writeAll } from "../append/write_all.ts";

/** Makes runs, one after the other. */
export interface Indexer {
  /** A segment is closed at this point, and wants a run. */
  readonly closed: (memory: MemorySegment, end: LogPoint) => void;
  /** Waits until so few segments want a run; if one could not be written, there is no waiting. */
  readonly atMost: (waiting: number) => Promise<void>;
  /** Writes the run of the active segment, up to its end. */
  readonly writeActive: (memory: MemorySegment, end: LogPoint) => Promise<void>;
}

/** An indexer of a log that this process writes. */
export function indexerOf(log: Log, openRun: OpenRun): Indexer {
  let work: Promise<void> = Promise.resolve();
  let waiting = 0;
  let hasFailed = false;
  const index = async (memory: MemorySegment, end: LogPoint): Promise<void> => {
    // Runs have no gap: behind one that could not be written, the terms stay in memory.
    if (!hasFailed) {
      try {
        const name = await writeRun(log, memory, end);
        const run = await openRun(name);
        if (!run) throw new Error(`the index run ${name} does not hold what was written to it`);
        await takeUp(log, memory, run);
      } catch (cause) {
        hasFailed = true;
        log.settings.observe({ _tag: "RunFailed", file: memory.segment.file, cause });
      }
    }
    waiting -= 1;
  };
  return {
    closed: (memory, end) => {
      waiting += 1;
      work = work.then(() => index(memory, end));
    },
    atMost: async (most) => {
      while (waiting > most && !hasFailed) await work;
    },
    writeActive: async (memory, end) => {
      await work;
      const isNothing = end.offset === memory.terms.from.offset;
      if (hasFailed || isNothing) return;
      try {
        await writeRun(log, memory, end);
        await removeNarrower(log, memory.segment.number);
      } catch (cause) {
        // The index is derived: without this run the next open scans.
        log.settings.observe({ _tag: "RunFailed", file: memory.segment.file, cause });
      }
    },
  };
}

/** Writes the run of a segment, from its start to `end`, and gives the name of the file. */
async function writeRun(log: Log, memory: MemorySegment, end: LogPoint): Promise<string> {
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
  const { bytes, footerAt } = encodeRun({ hash: log.hasher, segments: [{ row, terms }] });
  const names = await log.storage.list();
  const attempt = nextAttempt(names, number, number);
  const name = printName({ kind: "index", from: number, to: number, attempt });
  const file = await log.storage.create(name);
  if (file === "exists") throw new Error(`${name} was made by another writer`);
  try {
    await writeAll(file, 0, bytes.subarray(0, footerAt));
    await file.datasync();
    // Without its footer a run is none, so nobody sees one whose body is not on the disk.
    await writeAll(file, footerAt, bytes.subarray(footerAt));
    await file.datasync();
  } finally {
    await file.close();
  }
  await log.storage.syncDirectory();
  log.settings.observe({ _tag: "RunWritten", file: name, bytes: bytes.length });
  return name;
}

/** The terms of a segment from its start: those that a run of its first part holds, and the later. */
async function wholeTerms(log: Log, memory: MemorySegment): Promise<MemoryTerms> {
  const { segment, terms } = memory;
  if (terms.from.offset === SEGMENT_HEADER_BYTES) return terms;
  const prefix = log.runs.find((run) => run.segments.some((row) => row.number === segment.number));
  if (!prefix) throw new Error(`the first part of ${segment.file} is in no index run`);
  const bytes = await log.files.lend(prefix.name, async (file) => {
    return await readPart(file, 0, await file.size());
  });
  if (bytes === "missing") throw new Error(`${prefix.name} is gone`);
  const decoded = decodeRun(bytes, prefix.name, log.hasher);
  if (isLeft(decoded)) throw new Error(`${prefix.name} is not sound at ${decoded.left.offset}`);
  const whole = decoded.right.segments.find((one) => one.row.number === segment.number);
  const all = whole?.terms ??
    memoryTerms({ segment: segment.number, offset: SEGMENT_HEADER_BYTES });
  all.append(terms);
  return all;
}

/** From now on the run answers for the segment, and its terms leave memory. */
async function takeUp(log: Log, memory: MemorySegment, run: RunReader): Promise<void> {
  const { number } = memory.segment;
  const before = log.runs.filter((one) => one.segments.every((row) => row.number !== number));
  log.runs = [...before, run];
  log.memory = log.memory.filter((one) => one !== memory);
  log.generation += 1;
  await removeNarrower(log, number);
}

/** Removes the runs of a segment's first part that a wider one stands for now. */
async function removeNarrower(log: Log, segment: number): Promise<void> {
  const names = await log.storage.list();
  const runs = names.flatMap((name) => {
    const file = parseName(name);
    return file?.kind === "index" && file.from === segment && file.to === segment
      ? [{ name, attempt: file.attempt }]
      : [];
  });
  const newest = Math.max(...runs.map((run) => run.attempt));
  for (const { name, attempt } of runs) {
    if (attempt === newest) continue;
    // One that is held open elsewhere goes at another time: it is only garbage.
    try {
      await log.storage.remove(name);
    } catch (cause) {
      const why = `it could not be removed: ${String(cause)}`;
      log.settings.observe({ _tag: "RunIgnored", file: name, why });
    }
  }
}
