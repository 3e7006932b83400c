/**
 * Records of one event each, as a store would tell of them.
 *
 * @module
 */
import type { Encoded, Recorded } from "../../src/record.ts";

/** A record as JSON would give it back. */
export function recorded(
  event: Omit<Encoded, "tags"> & Partial<Pick<Encoded, "tags">>,
): Recorded<Encoded> {
  return {
    event: { tags: [], ...event, data: JSON.parse(JSON.stringify(event.data)) },
    id: "1",
    tags: event.tags ?? [],
    metadata: {},
    stream: "show-hamlet",
    version: 1,
    position: 7,
    recordedAt: new Date(0),
    schemaVersion: event.schemaVersion,
    commitId: "c",
  };
}
