/**
 * Writing: the loop that carries queued commits to the disk and answers for them.
 *
 * What queued up while the last flush ran is the next group: one write, one flush, one look whether
 * the claim still holds, one watermark, and then the answers, in log order. No timer stands in the
 * way of a caller. After any error of a write or a flush the segment is never touched again: it ends
 * at its last flushed point, for good, and the log goes on in a new one.
 *
 * @module
 */
import {
  type Group,
  mayBlock,
  progress,
  type Queued,
  type QueuedSegment,
  takeGroup,
} from "./append_queue.ts";
import {
  type Answers,
  fencedOut,
  isClaimHeld,
  markOf,
  notStored,
  stored,
  tellUnwritten,
  unknown,
} from "./append_outcome.ts";
import { closeAll } from "../close_all.ts";
import type { LogPoint } from "../log.ts";
import { noRoom, roomLimitsOf } from "./room.ts";
import {
  createSegment,
  endedAt,
  type Frames,
  framesOf,
  hashFrames,
  type Tail,
  writeFrames,
} from "./tail.ts";
import type { Writer } from "./writer_state.ts";

// ---------------------------------------------------------------------------
// what others ask of a writer
// ---------------------------------------------------------------------------

/** Puts something at the end of the queue; the loop takes it from there. */
export function enqueue(writer: Writer, next: Queued): void {
  writer.queue.push(next);
  if (next.kind !== "segment") writer.queuedBytes += next.frame.length;
  if (next.kind === "commit") {
    writer.recent.push(next);
    if (writer.log.settings.durability === "none") next.settle("stored");
  }
  start(writer);
}

/** Keeps every commit that is queued from now on in `recent`, for as long as a check runs. */
export async function whileChecking<Value>(
  writer: Writer,
  check: () => Promise<Value>,
): Promise<Value> {
  writer.checksRunning += 1;
  try {
    return await check();
  } finally {
    writer.checksRunning -= 1;
  }
}

/** Waits until all that is queued is answered. */
export async function drain(writer: Writer): Promise<void> {
  while (writer.running) await writer.running;
}

/** Writes and flushes all that is queued, and closes the file. */
export async function finish(writer: Writer): Promise<void> {
  // By the loop: of two flushes at once, one might end the segment before what the other flushed.
  writer.wantsFlush = true;
  start(writer);
  await drain(writer);
  writer.stopFlushTimer?.();
  const { tail, ended } = writer;
  await closeAll([
    async () => await tail?.hash.stop(),
    async () => await ended?.hash.stop(),
    async () => await tail?.file.close(),
  ]);
}

// ---------------------------------------------------------------------------
// the loop
// ---------------------------------------------------------------------------

function start(writer: Writer): void {
  writer.running ??= loop(writer);
}

async function loop(writer: Writer): Promise<void> {
  // Lets whoever appends in the same turn of the event loop come into the same group.
  await Promise.resolve();
  while (writer.queue.length > 0 || writer.wantsFlush) {
    try {
      if (writer.queue.length > 0) {
        await carryOut(writer, takeGroup(writer.queue, writer.log.settings));
      }
      if (writer.wantsFlush && writer.tail) await flushWritten(writer, writer.tail);
      writer.wantsFlush = false;
      await writer.pace();
    } catch (cause) {
      breakOff(writer, cause);
    }
  }
  // At once: what is queued from now on begins the loop anew.
  writer.running = undefined;
}

async function carryOut(writer: Writer, group: Group): Promise<void> {
  const { tail } = writer;
  const isSealing = group.segment?.isSealing === true;
  if (group.frames.length > 0 || isSealing) {
    if (!tail) {
      settle(writer, group.frames, notStored(writer.broken?.cause));
      return;
    }
    if (!await write(writer, tail, group)) return;
  }
  if (group.segment) await beginSegment(writer, group.segment);
}

/** Writes a group and answers for it. Gives whether the log may go on in the same way. */
async function write(writer: Writer, tail: Tail, group: Group): Promise<boolean> {
  try {
    return await writeGroup(writer, tail, group);
  } catch (cause) {
    // The claim could not be asked, or the watermark not be written: nobody knows who owns the log.
    settle(writer, group.frames, unknown(cause));
    breakOff(writer, cause);
    return false;
  }
}

async function writeGroup(writer: Writer, tail: Tail, group: Group): Promise<boolean> {
  const { log } = writer;
  const seal = group.segment?.isSealing ? { time: log.storage.clock.now() } : undefined;
  const isDurable = log.settings.durability === "sync";
  const mustFlush = isDurable || seal || group.frames.some(({ kind }) => kind === "control");
  let frames: Frames;
  try {
    if (seal) await tail.hash.upTo(tail.written.offset);
    frames = framesOf(tail, group.frames, seal);
    await writeFrames(tail, frames, seal ? noRoom : roomLimitsOf(log));
  } catch (cause) {
    // What is acknowledged and stands before the group can still be flushed, once.
    if (!isDurable) await flushWritten(writer, tail);
    if (writer.tail === tail) await endSegment(writer, tail, group.frames, cause);
    else settle(writer, group.frames, notStored(cause));
    return false;
  }
  tail.written = frames.end;
  if (mustFlush) return await flushGroup(writer, tail, group, frames);
  if (!await isClaimHeld(writer)) return giveUp(writer, group.frames);
  log.readable = tail.written;
  settle(writer, group.frames, stored);
  hashFrames(tail, frames);
  flushLater(writer);
  return true;
}

async function flushGroup(
  writer: Writer,
  tail: Tail,
  group: Group,
  frames: Frames,
): Promise<boolean> {
  try {
    const flushed = tail.file.datasync(mayBlock(group, writer.queue, writer.log.settings));
    // While the disk is at work, so that nobody waits for the hash.
    hashFrames(tail, frames);
    await flushed;
  } catch (cause) {
    if (writer.log.settings.durability !== "sync") tellLost(writer, tail, cause);
    await endSegment(writer, tail, group.frames, cause);
    return false;
  }
  // Only now: a writer that checked before its flush could be overtaken between check and flush.
  if (!await isClaimHeld(writer)) return giveUp(writer, group.frames);
  await publish(writer, tail, tail.written);
  settle(writer, group.frames, stored);
  return true;
}

/** Flushes what was acknowledged when it was only written. */
async function flushWritten(writer: Writer, tail: Tail): Promise<void> {
  writer.stopFlushTimer?.();
  writer.stopFlushTimer = undefined;
  if (tail.flushed.offset === tail.written.offset) return;
  const { written } = tail;
  try {
    await tail.file.datasync();
  } catch (cause) {
    tellLost(writer, tail, cause);
    await endSegment(writer, tail, [], cause);
    return;
  }
  if (await isClaimHeld(writer)) await publish(writer, tail, written);
  else giveUp(writer, []);
}

function flushLater(writer: Writer): void {
  const { clock } = writer.log.storage;
  // Keeps the process alive: what is acknowledged is not left unflushed by a program that ends.
  writer.stopFlushTimer ??= clock.wake(writer.log.settings.flushMs, () => {
    writer.stopFlushTimer = undefined;
    writer.wantsFlush = true;
    start(writer);
  });
}

async function publish(writer: Writer, tail: Tail, point: LogPoint): Promise<void> {
  const { log, claim } = writer;
  tail.flushed = point;
  await claim.publish(markOf(log, point));
  log.flushed = point;
  if (log.readable.position <= point.position) log.readable = point;
  writer.moved();
}

// ---------------------------------------------------------------------------
// segments
// ---------------------------------------------------------------------------

async function beginSegment(
  writer: Writer,
  { memory, manifest }: QueuedSegment,
): Promise<void> {
  const { log, indexer, tail } = writer;
  const closing = tail ? endedAt(tail, tail.flushed) : writer.ended;
  if (tail) {
    writer.tail = undefined;
    writer.ended = closing;
    tail.memory.segment.end = tail.flushed.offset;
    await Promise.allSettled([tail.file.close()]);
  }
  const end = closing?.end;
  const created = await createSegment(writer, memory, {
    end: end && { epoch: closing.memory.segment.epoch, offset: end.offset, hcrc: end.hcrc },
    manifest,
    hash: closing?.hash,
  });
  if ("_tag" in created) {
    if (end) writer.takeBack(end);
    if (created.step === "flush") writer.broken ??= { cause: created.cause };
    refuseQueued(writer, created.cause);
    return;
  }
  // A watermark never names a segment before a look that follows the flush of its header.
  writer.tail = created;
  writer.ended = undefined;
  if (!await isClaimHeld(writer)) return void giveUp(writer, []);
  if (closing) {
    log.settings.observe({ _tag: "SegmentRolled", file: closing.memory.segment.file });
    indexer.closed(closing.memory, closing.end);
  }
}

/**
 * The segment ends at its last flushed point, for good, and a flushed mark says so: what stands
 * behind it may read well and not be on the disk. If the mark holds, the lost commits are certainly
 * not stored; else nobody knows, and this writer writes no more.
 */
async function endSegment(
  writer: Writer,
  tail: Tail,
  lost: Group["frames"],
  cause: unknown,
): Promise<void> {
  const { log, claim } = writer;
  const end = tail.flushed;
  writer.tail = undefined;
  writer.ended = endedAt(tail, end);
  tail.memory.segment.end = end.offset;
  const isCertain = await claim.fail(markOf(log, end)).then(() => isClaimHeld(writer))
    .catch(() => false);
  if (!isCertain) writer.broken ??= { cause };
  writer.takeBack(end);
  settle(writer, lost, isCertain ? notStored(cause) : unknown(cause));
  refuseQueued(writer, cause);
  await Promise.allSettled([tail.file.close()]);
}

// ---------------------------------------------------------------------------
// answers
// ---------------------------------------------------------------------------

function settle(writer: Writer, frames: Group["frames"], answers: Answers): void {
  if (answers !== stored) tellUnwritten(writer.log, frames, answers);
  for (const one of frames) {
    writer.queuedBytes -= one.frame.length;
    if (one.kind === "commit") one.settle(answers.commit(one));
    else {
      if (answers === stored) one.stored();
      one.settle(answers.control);
    }
  }
  if (writer.checksRunning === 0) {
    writer.recent = writer.queue.filter((one) => one.kind === "commit");
  }
  writer.progress.tell();
  writer.progress = progress();
  if (writer.broken) writer.stopped();
}

/** Refuses everything that is queued: none of it was ever written. */
function refuseQueued(writer: Writer, cause: unknown): void {
  const refused = writer.queue.splice(0).filter((one) => one.kind !== "segment");
  writer.recent = [];
  settle(writer, refused, notStored(cause));
}

/** Another writer has taken over: nothing of this one counts any more. */
function giveUp(writer: Writer, frames: Group["frames"]): false {
  settle(writer, frames, unknown(fencedOut()));
  breakOff(writer, fencedOut());
  return false;
}

function breakOff(writer: Writer, cause: unknown): void {
  writer.broken ??= { cause };
  refuseQueued(writer, cause);
}

function tellLost(writer: Writer, tail: Tail, cause: unknown): void {
  writer.broken ??= { cause };
  if (writer.log.readable.position > tail.flushed.position) {
    writer.lost ??= { cause };
    writer.log.settings.observe({ _tag: "Lost", after: tail.flushed.position, cause });
  }
}
