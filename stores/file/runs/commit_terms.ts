/**
 * Which terms a commit has, and so by what it can be found.
 *
 * @module
 */
import { categoryOf } from "../../../src/stream.ts";
import type { EventLabel } from "../format/commit_body.ts";
import type { CommitFrame } from "./frame_marks.ts";
import type { MemoryTerms } from "./memory_terms.ts";

/** A commit with its versions: of one that is proposed, or of one that is read. */
export interface TermSource {
  readonly commitId: string | undefined;
  readonly streams: ReadonlyArray<{
    readonly stream: string;
    readonly firstVersion: number;
    readonly events: number;
  }>;
  /** Stream by stream. */
  readonly events: ReadonlyArray<EventLabel>;
}

/** Adds all terms of a commit. */
export function addCommitTerms(terms: MemoryTerms, frame: CommitFrame, commit: TermSource): void {
  const { offset8 } = frame;
  for (const { stream, firstVersion, events } of commit.streams) {
    terms.add("stream", stream, offset8, events, firstVersion);
    const category = categoryOf(stream);
    if (category !== undefined) terms.add("category", category, offset8, events);
  }
  for (const event of commit.events) {
    terms.add("type", event.type, offset8, 1);
    for (const tag of event.tags) terms.add("tag", tag, offset8, 1);
  }
  terms.addCommit(commit.commitId, frame);
}
