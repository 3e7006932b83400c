/**
 * Records: events as they are proposed to a store, and as the store tells them again.
 *
 * @module
 */
import type { CommitId, Position, StreamName, Tag, Version } from "./stream.ts";

/** What is known of an event beside itself. */
export interface Metadata {
  /** What the event belongs to: the same for all that one outside request set in motion. */
  readonly correlationId?: string;
  /** What caused the event directly: a command id, or the id of another event. */
  readonly causationId?: string;
  /** Who wanted it. */
  readonly actor?: string;
  /** When it held in the world, if that is not when it was recorded. */
  readonly validTime?: Date;
  /** What else came with the event from another system: CloudEvents attributes without a place of their own. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

/** An event to be stored. */
export interface Proposed<Event> {
  readonly event: Event;
  /** Without one, the store makes one that it can always make again. At most 256 bytes of UTF-8. */
  readonly id?: string;
  /** Tags beside those that the codec gives. */
  readonly tags?: ReadonlyArray<Tag>;
  readonly metadata?: Metadata;
}

/** An event as stored. */
export interface Recorded<Event> extends Required<Proposed<Event>> {
  readonly stream: StreamName;
  readonly version: Version;
  readonly position: Position;
  /** When its commit was recorded, by the writer's clock or as an import gave it. */
  readonly recordedAt: Date;
  readonly schemaVersion: number;
  readonly commitId: CommitId;
  /**
   * Its data and metadata were erased, for good: `data` is null, and metadata empty. Only where a
   * store is read without a codec: typed reads leave such records out.
   */
  readonly erased?: true;
}

/** What a store sees of an event: `data` is plain JSON. */
export interface Encoded {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly tags: ReadonlyArray<Tag>;
}

/** The tags of a proposed event: those of the codec and those of the caller, each once. */
export function tagsOf(proposed: Proposed<Encoded>): ReadonlyArray<Tag> {
  const given = proposed.tags ?? [];
  const all = given.length === 0 ? proposed.event.tags : [...proposed.event.tags, ...given];
  return all.length < 2 ? all : [...new Set(all)];
}
