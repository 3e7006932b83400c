/**
 * Ids of what nobody named. They follow from the store and a position, so they are the same whenever
 * they are asked for, and take no place in the log.
 *
 * @module
 */
import { uuidOf } from "./commit_body.ts";

/** Tells the ids of the events and commits of one store that nobody named. */
export interface DerivedIds {
  /** The id of the event at a position: a UUID of version 8 (RFC 9562). */
  readonly event: (position: number) => string;
  /** The id of the commit whose first event is at a position: like an event's, and marked as such. */
  readonly commit: (firstPosition: number) => string;
}

export function derivedIds(storeId: Uint8Array): DerivedIds {
  const bytes = Uint8Array.from(storeId);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  // The position takes the place of the first six bytes; the rest is the store's.
  const rest = uuidOf(bytes).slice("00000000-0000".length);
  // Who reads asks for one position after the other: all but the last two digits stay for a while.
  let block = -1;
  let eventPrefix = "";
  let commitPrefix = "";
  const prepare = (position: number): number => {
    const last = position % 256;
    if (block !== position - last) {
      block = position - last;
      const digits = position.toString(16).padStart(12, "0");
      eventPrefix = `${digits.slice(0, 8)}-${digits.slice(8, 10)}`;
      commitPrefix = `commit-${eventPrefix}`;
    }
    return last;
  };
  return {
    event: (position) => {
      const last = prepare(position);
      return eventPrefix + twoDigits[last]! + rest;
    },
    commit: (firstPosition) => {
      const last = prepare(firstPosition);
      return commitPrefix + twoDigits[last]! + rest;
    },
  };
}

const twoDigits: ReadonlyArray<string> = Array.from(
  { length: 256 },
  (_, value) => value.toString(16).padStart(2, "0"),
);
