/**
 * The plan of a writer: where the next frame goes. A place is given when a commit is queued, so
 * that its terms can be found from then on; an error takes places back.
 *
 * @module
 */
import { type BlankFrame, blankFrame } from "../format/frame.ts";
import { segmentName } from "../format/layout.ts";
import { encodeManifest, isEmptyManifest, type Manifest } from "../format/manifest.ts";
import type { Log, LogPoint, LogSegment, MemorySegment } from "../log.ts";
import { memoryTerms } from "../runs/memory_terms.ts";
import { shouldRoll } from "./rolling.ts";
import { SEGMENT_HEADER_BYTES } from "../format/segment.ts";
import { enqueue } from "./writer.ts";
import type { Writer } from "./writer_state.ts";

export interface Plan {
  /** None after an error: the next commit begins a segment. */
  memory: MemorySegment | undefined;
  /** Where the first frame of the segment goes that is not its manifest, in bytes. */
  begin: number;
  /** Where the next one goes, in bytes. */
  offset: number;
  nextPosition: number;
  /** The newest one, queued ones included. */
  manifest: Manifest;
}

/** Plans to go on at a point of a segment. */
export function planAt(memory: MemorySegment, point: LogPoint, manifest: Manifest): Plan {
  const { offset, position } = point;
  const isEmpty = position < memory.segment.firstPosition;
  const begin = isEmpty ? offset : SEGMENT_HEADER_BYTES;
  return { memory, begin, offset, nextPosition: position + 1, manifest };
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
    begin: plan.begin,
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
  const manifest = manifestFrame(plan.manifest);
  if (manifest) memory.terms.addManifest(SEGMENT_HEADER_BYTES / 8);
  plan.memory = memory;
  plan.begin = SEGMENT_HEADER_BYTES + (manifest?.frame.length ?? 0);
  plan.offset = plan.begin;
  enqueue(writer, { kind: "segment", memory, manifest, isSealing });
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
  const terms = memoryTerms({ segment: number, offset: SEGMENT_HEADER_BYTES }, log.hasher);
  const memory = { segment, terms, firstPosition };
  log.segments.set(number, segment);
  log.memory = [...log.memory, memory];
  return memory;
}

/** The frame with which a new segment begins; none while there is nothing to say. */
export function manifestFrame(manifest: Manifest): BlankFrame | undefined {
  return isEmptyManifest(manifest) ? undefined : blankFrame(encodeManifest(manifest));
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
  // An admission that has found a stream's version here, and waits for another's, looks again.
  log.generation += 1;
  plan.manifest = log.manifest;
}
