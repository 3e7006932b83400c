/**
 * What is known of streams and commit ids: in memory at once, in index runs perhaps after a read.
 *
 * @module
 */
import type { StoredCommit } from "../read/frame_reader.ts";
import { commitAt } from "../read/frame_reader.ts";
import type { Log, LogSegment } from "../log.ts";
import type { RunReader } from "../runs/run_reader.ts";
import type { Awaitable } from "../storage.ts";
import type { StreamHead } from "../runs/term.ts";
import type { HashedTerm } from "../runs/term_hash.ts";

/** The last version of a stream that terms in memory know, queued commits included. */
export function versionInMemory(log: Log, stream: string): number | undefined {
  for (let at = log.memory.length - 1; at >= 0; at--) {
    const head = log.memory[at]!.terms.head(stream);
    if (head) return lastVersion(head);
  }
  return undefined;
}

/** The last version of a stream that index runs know; 0 if they know none. */
export function versionInRuns(log: Log, stream: string): Awaitable<number> {
  const { runs } = log;
  if (runs.length === 0) return 0;
  // Asked newest first, and without a turn of the event loop as long as the runs answer at once.
  const term = log.hasher("stream", stream);
  const from = (index: number): Awaitable<number> => {
    for (let at = index; at >= 0; at--) {
      const found = findIn(runs[at]!, term);
      if (found instanceof Promise) {
        return found.then((head) => head ? lastVersion(head) : from(at - 1));
      }
      if (found) return lastVersion(found);
    }
    return 0;
  };
  return from(runs.length - 1);
}

function findIn(run: RunReader, term: HashedTerm): Awaitable<StreamHead | undefined> {
  const may = run.mayHold(term);
  if (may instanceof Promise) return may.then((holds) => holds ? run.find(term) : undefined);
  return may ? run.find(term) : undefined;
}

function lastVersion({ firstVersion, events }: StreamHead): number {
  return firstVersion + events - 1;
}

/** Where a commit with an id may stand. */
export interface CommitPlace {
  readonly segment: LogSegment;
  /** In bytes. */
  readonly offset: number;
}

/** Where terms in memory know a commit id, queued commits included. */
export function commitInMemory(log: Log, commitId: string): CommitPlace | undefined {
  for (const { segment, terms } of log.memory) {
    const offset8 = terms.commit(commitId);
    if (offset8 !== undefined) return { segment, offset: offset8 * 8 };
  }
  return undefined;
}

/** The commit of an id that index runs know. */
export async function commitInRuns(log: Log, commitId: string): Promise<StoredCommit | undefined> {
  // Those of now: while one is asked, others may be merged.
  const { runs } = log;
  for (let at = runs.length - 1; at >= 0; at--) {
    const candidates = runs[at]!.commits(commitId);
    for (const { segment: number, offset8 } of await candidates) {
      const segment = log.segments.get(number)!;
      const { commit } = await commitAt(log, segment, offset8 * 8, segment.end ?? Infinity);
      if (commit?.body.commitId === commitId) return commit;
    }
  }
  return undefined;
}
