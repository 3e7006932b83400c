/**
 * Events as a store gives them back.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { EventCodec } from "../event_codec.ts";
import { explain } from "../explain.ts";
import type { Encoded, Recorded } from "../record.ts";

/** A record of an encoded event: the first of its stream, and of the log. */
export function recordOf(encoded: Encoded): Recorded<Encoded> {
  const { tags, schemaVersion } = encoded;
  return {
    event: encoded,
    id: "event-1",
    tags,
    metadata: {},
    stream: "law-1",
    version: 1,
    position: 1,
    recordedAt: new Date(0),
    schemaVersion,
    commitId: "commit-1",
  };
}

/** What is read of an event that was stored as JSON; or why it cannot be, in words. */
export function storedAndRead<Event>(
  codec: EventCodec<Event>,
  event: Event,
): E.Either<string, ReadonlyArray<Event>> {
  const encoded = codec.encode(event);
  if (E.isLeft(encoded)) return E.left(`it cannot be stored: ${explain(encoded.left)}`);
  // Through the text, as every store does.
  const data: unknown = JSON.parse(JSON.stringify(encoded.right.data));
  const read = codec.decode(recordOf({ ...encoded.right, data }));
  if (E.isLeft(read)) return E.left(`it is stored and cannot be read: ${explain(read.left)}`);
  return read;
}
