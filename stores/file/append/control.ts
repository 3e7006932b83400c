/**
 * Control frames: what is said of the log itself, in the log, fenced and ordered like every commit.
 *
 * @module
 */
import { fail } from "../attempt.ts";
import { type QueuedControl, queuedControl } from "./append_queue.ts";
import { writeFailed } from "./append_outcome.ts";
import { blankFrame, FRAME_MANIFEST } from "../format/frame.ts";
import { encodeManifest, type Manifest } from "../format/manifest.ts";
import type { MemorySegment } from "../log.ts";
import { place, type Plan } from "./plan.ts";
import { drain, enqueue, type Writer } from "./writer.ts";

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

/** A control frame to be written. */
export interface Control extends Pick<QueuedControl, "type" | "stored"> {
  readonly body: Uint8Array;
  /** Runs when the frame has its place, in bytes: the terms of queued frames can be found. */
  readonly placed: (memory: MemorySegment, offset: number) => void;
}

/** Writes a control frame and waits until it is stored. Faults are thrown. */
export async function writeControl(
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
