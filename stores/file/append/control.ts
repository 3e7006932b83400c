/**
 * Control frames: what is said of the log itself, in the log, fenced and ordered like every commit.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { fail } from "../attempt.ts";
import { type QueuedControl, queuedControl } from "./append_queue.ts";
import { writeFailed } from "./append_outcome.ts";
import type { Appender } from "./appender.ts";
import { isCutFlushed, newestCutsOf } from "../cuts.ts";
import { versionInMemory, versionInRuns } from "./heads.ts";
import { blankFrame, FRAME_CUT, FRAME_MANIFEST } from "../format/frame.ts";
import { encodeManifest, type Manifest } from "../format/manifest.ts";
import { encodeCut, type StreamCut } from "../format/stream_cut.ts";
import { type Log, type MemorySegment, seenWhole } from "../log.ts";
import { type CutFacts, cutToWrite, type CutWanted } from "../retention/cut_plan.ts";
import { beginNext, place, type Plan } from "./plan.ts";
import { drain, enqueue } from "./writer.ts";
import type { Writer } from "./writer_state.ts";

/** Where control frames go. */
export interface ControlledLog {
  readonly writer: Writer;
  readonly plan: Plan;
}

/**
 * Changes the manifest, and gives it when its frame is flushed, in every durability mode, and the
 * claim was still held afterwards. Only then may a file go that it does not name any more. Changes
 * follow one another; one that changes nothing writes nothing.
 */
export async function changeManifest(
  { writer, plan }: ControlledLog,
  change: (manifest: Manifest) => Manifest,
): Promise<Manifest> {
  if (writer.broken) return fail(writeFailed(writer.broken.cause));
  const manifest = change(plan.manifest);
  if (manifest === plan.manifest) {
    await drain(writer);
    // An earlier change that was queued, and made this one needless, may have failed.
    if (writer.log.manifest !== manifest) return await changeManifest({ writer, plan }, change);
    return manifest;
  }
  await writeControl({ writer, plan }, {
    type: FRAME_MANIFEST,
    body: encodeManifest(manifest),
    placed: ({ terms }, offset) => {
      // Only now: a segment that begins before this frame must not say yet what it says.
      plan.manifest = manifest;
      terms.addManifest(offset / 8);
    },
    stored: () => {
      writer.log.manifest = manifest;
    },
  });
  return manifest;
}

/** Closes a segment, if it is the one that is written to: the next one begins at once. */
export async function closeSegment(appender: Appender, segment: number): Promise<void> {
  const { writer, plan } = appender;
  await appender.turns.take(async () => {
    if (writer.broken) fail(writeFailed(writer.broken.cause));
    if (plan.memory?.segment.number === segment) beginNext(writer, plan, true);
    await drain(writer);
  });
  // It is closed for others once there is a next one: only that says where it ends.
  const isLast = writer.ended?.memory.segment.number === segment;
  if (!isLast && writer.log.segments.get(segment)?.end !== undefined) return;
  fail(writeFailed(writer.broken?.cause ?? new Error("the next segment could not be made")));
}

/** A control frame to be written. */
export interface Control extends Pick<QueuedControl, "type" | "stored"> {
  readonly body: Uint8Array;
  /** Runs when the frame has its place, in bytes: the terms of queued frames can be found. */
  readonly placed: (memory: MemorySegment, offset: number) => void;
}

/** Writes a control frame and waits until it is stored. Faults are thrown. */
async function writeControl(
  { writer, plan }: ControlledLog,
  { type, body, placed, stored }: Control,
): Promise<void> {
  const blank = blankFrame(body);
  const { memory, offset } = place(writer, plan, blank.frame.length);
  placed(memory, offset);
  const time = Math.max(0, Math.floor(writer.log.storage.clock.now()));
  const queued = queuedControl({ ...blank, type, offset, time, stored });
  enqueue(writer, queued);
  const outcome = await queued.outcome;
  if (outcome !== "stored") fail(outcome);
}

// ---------------------------------------------------------------------------
// stream cuts
// ---------------------------------------------------------------------------

/**
 * Cuts a stream, if it is not cut as far already. Cuts and commits are admitted in the order of the
 * calls, so that a cut counts what was appended before. Faults are thrown.
 */
export async function cutStream(appender: Appender, wanted: CutWanted): Promise<void> {
  const written = await appender.turns.take(async () => {
    const cut = await nextCut(appender, wanted);
    // Wrapped, because the turn ends when the frame has its place and not when it is stored.
    return cut && { stored: writeCut(appender, cut) };
  });
  await written?.stored;
}

/** The cut as it is to be written; none if there is nothing to do, and what was done is flushed. */
async function nextCut({ writer }: Appender, wanted: CutWanted): Promise<StreamCut | undefined> {
  const { log } = writer;
  for (;;) {
    if (writer.broken) return fail(writeFailed(writer.broken.cause));
    const cut = cutToWrite(wanted, await cutFacts(log, wanted.stream));
    if (isLeft(cut)) return fail(cut.left);
    if (cut.right) return cut.right;
    if (isCutFlushed(log, wanted.stream)) return undefined;
    // What is queued may yet be taken back.
    await drain(writer);
  }
}

/** What is known of a stream that is to be cut, with what is queued. */
export function cutFacts(log: Log, stream: string): Promise<CutFacts> {
  return seenWhole(log, async () => ({
    version: versionInMemory(log, stream) ?? await versionInRuns(log, stream),
    newest: (await newestCutsOf(log, () => [stream]))?.get(stream),
  }));
}

function writeCut(appender: Appender, cut: StreamCut): Promise<void> {
  return writeControl(appender, {
    type: FRAME_CUT,
    body: encodeCut(cut),
    placed: ({ terms }, offset) => terms.addCut(cut, offset / 8),
    stored: () => undefined,
  });
}
