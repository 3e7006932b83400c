/**
 * Room ahead of the log: zeros that are written with the frames which need the first of it, so that
 * the flushes of the next ones have only data to write.
 *
 * @module
 */
import type { StoreIdentity } from "../format/store_file.ts";
import type { Settings } from "../options.ts";

/** How much room a log gets, in bytes. */
export interface RoomLimits {
  readonly preallocateBytes: number;
  readonly segmentBytesMax: number;
}

/** What decides how much room is made. */
export interface RoomFacts extends RoomLimits {
  /** Where the frames end, in bytes. */
  readonly end: number;
  /** Up to where there is room already. */
  readonly roomTo: number;
}

/** Behind a seal nothing follows. */
export const noRoom: RoomLimits = { preallocateBytes: 0, segmentBytesMax: 0 };

/** What the options say, and the store where they say nothing. */
export function roomLimitsOf(
  { settings, identity }: { readonly settings: Settings; readonly identity: StoreIdentity },
): RoomLimits {
  const { preallocateBytes, segmentBytesMax = identity.segmentBytesMax } = settings;
  return { preallocateBytes, segmentBytesMax };
}

/** How many zeros are to follow the frames. None behind the greatest size of a segment. */
export function roomBehind(facts: RoomFacts): number {
  const { end, roomTo, preallocateBytes, segmentBytesMax } = facts;
  return end <= roomTo ? 0 : Math.max(0, Math.min(preallocateBytes, segmentBytesMax - end));
}

/**
 * The bytes of frames as they go to the file. Zeros behind the end of a log are no frame and nothing
 * torn, so nobody needs to be told of them; and they are a part of a write that has to be anyway, so
 * that no call of their own can fail.
 */
export function withRoom(
  { bytes, end }: { readonly bytes: Uint8Array; readonly end: { readonly offset: number } },
  roomTo: number,
  limits: RoomLimits,
): Uint8Array {
  const room = roomBehind({ ...limits, end: end.offset, roomTo });
  if (room === 0) return bytes;
  const whole = new Uint8Array(bytes.length + room);
  whole.set(bytes);
  return whole;
}
