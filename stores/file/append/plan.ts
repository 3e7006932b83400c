/**
 * The plan of a writer: where the next frame goes. A place is given when a commit is queued, so
 * that its terms can be found from then on; an error takes places back.
 *
 * @module
 */
import { segmentName } from "../format/layout.ts";
import type { Log, LogPoint, LogSegment, MemorySegment } from "../log.ts";
import { memoryTerms } from "../runs/memory_terms.ts";
import { shouldRoll } from "./rolling.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import { enqueue, type Writer } from "./writer.ts";

export interface Plan {
  /** None after an error: the next commit begins a segment. */
  memory: MemorySegment | undefined;
  /** In bytes. */
  offset: number;
  nextPosition: number;
}

/** Plans to go on at a point of a segment. */
export function planAt(memory: MemorySegment, point: LogPoint): Plan {
  return { memory, offset: point.offset, nextPosition: point.position + 1 };
}

/** The place of the next frame. A segment that it begins is queued before it. */
export function place(
  writer: Writer,
  plan: Plan,
  frameBytes: number,
): { readonly memory: MemorySegment; readonly offset: number } {
  const { log } = writer;
  const terms = plan.memory?.terms;
  const rolls = terms !== undefined && shouldRoll({
    end: plan.offset,
    frameBytes,
    segmentBytesMax: log.settings.segmentBytesMax ?? log.identity.segmentBytesMax,
    terms: terms.termCount + terms.commitCount,
    activeTermsMax: log.settings.activeTermsMax,
  });
  const memory = !plan.memory || rolls ? beginNext(writer, plan, rolls) : plan.memory;
  const { offset } = plan;
  plan.offset += frameBytes;
  return { memory, offset };
}

/** Queues the beginning of the next segment. The one before ends with a seal, or with an error. */
export function beginNext(writer: Writer, plan: Plan, isSealing = false): MemorySegment {
  const { log, claim } = writer;
  const number = Math.max(0, ...log.segments.keys()) + 1;
  const memory = newSegment(log, number, claim.epoch, plan.nextPosition);
  plan.memory = memory;
  plan.offset = SEGMENT_HEADER_BYTES;
  enqueue(writer, { kind: "segment", memory, isSealing });
  return memory;
}

/** A segment that is to be created, known to the log from now on. */
export function newSegment(
  log: Log,
  number: number,
  epoch: number,
  firstPosition: number,
): MemorySegment {
  const [a, b, c, d] = log.storage.random(4);
  const segment: LogSegment = {
    file: segmentName(number, epoch),
    number,
    epoch,
    firstPosition,
    previousHcrc: 0,
    salt: (a! | b! << 8 | c! << 16 | d! << 24) >>> 0,
    end: undefined,
  };
  const terms = memoryTerms({ segment: number, offset: SEGMENT_HEADER_BYTES });
  const memory = { segment, terms, firstPosition };
  log.segments.set(number, segment);
  log.memory = [...log.memory, memory];
  return memory;
}

/** Takes back every place behind the point where the log ends now. */
export function takeBack(log: Log, plan: Plan, end: LogPoint): void {
  for (const number of [...log.segments.keys()]) {
    if (number > end.segment) log.segments.delete(number);
  }
  log.memory = log.memory.filter(({ segment }) => segment.number <= end.segment);
  log.memory.find(({ segment }) => segment.number === end.segment)?.terms.cut(end.offset / 8);
  if (log.readable.position > end.position) log.readable = end;
  plan.memory = undefined;
  plan.nextPosition = end.position + 1;
}
