/**
 * A record as a line: for people, or as JSON.
 *
 * @module
 */
import type { Encoded, Recorded } from "leftfold";

/** Position, recorded time, stream and version, type, tags if there are any, data. */
export function recordLine(record: Recorded<Encoded>): string {
  const { position, recordedAt, stream, version, event, tags } = record;
  return visible([
    String(position).padStart(8),
    recordedAt.toISOString(),
    `${stream}@${version}`,
    event.type,
    ...tags.map((tag) => `#${tag}`),
    record.erased ? "erased" : JSON.stringify(event.data),
  ].join("  "));
}

/** All that the store knows of the record. */
export function recordJson(record: Recorded<Encoded>): string {
  const { position, stream, version, recordedAt, commitId, id, event, tags, metadata } = record;
  return JSON.stringify({
    position,
    stream,
    version,
    recordedAt,
    commitId,
    id,
    type: event.type,
    schemaVersion: event.schemaVersion,
    tags,
    metadata,
    data: event.data,
    ...(record.erased && { erased: true }),
  });
}

/** A text in which control characters are written out: whoever stored them must not steer a terminal. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
