/**
 * Lines of CloudEvents as the commits that they were.
 *
 * A line begins a commit of its own, unless it names the commit of the line before.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import { type CloudEvent, parseCloudEvent, type Unreadable } from "./cloud_event.ts";
import { checkCommit, commitLimits } from "./commit_check.ts";
import type { Commit, Write } from "./event_store.ts";
import type { Encoded, Proposed } from "./record.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A line that cannot be imported. The first line is 1. */
export interface BadLine {
  readonly line: number;
  readonly reason: Unreadable;
}

/** What is met on the way through the lines. `line` is the last one that was read by then. */
export type Met =
  | {
    readonly _tag: "SourceCommit";
    /** Here it is the first line of the commit. */
    readonly line: number;
    readonly events: number;
    readonly commit: Commit<Encoded>;
  }
  | { readonly _tag: "BadLine"; readonly line: number; readonly bad: BadLine }
  /** The end of the lines, or of what was asked for. */
  | { readonly _tag: "End"; readonly line: number }
  /** The lines could not be read on. */
  | { readonly _tag: "Broken"; readonly line: number; readonly cause: unknown };

/** A commit to which lines are still being added. */
interface Open {
  readonly line: number;
  readonly first: CloudEvent;
  readonly writes: ReadonlyArray<Write<Encoded> & { readonly events: Array<Proposed<Encoded>> }>;
}

const check = checkCommit(commitLimits);

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * The commits of some lines, in order; at last an `End` or a `Broken`. A bad line is told and passed
 * over. Empty lines are counted, and say nothing. What is kept is the commit that is open.
 */
export async function* sourceCommits(
  lines: AsyncIterable<string>,
  linesMax: number = Infinity,
): AsyncGenerator<Met, void, void> {
  let line = 0;
  let open: Open | undefined;
  try {
    for await (const text of lines) {
      if (line === linesMax) break;
      line += 1;
      if (text.trim() === "") continue;
      const read = readLine(text, open);
      if (E.isLeft(read)) {
        yield { _tag: "BadLine", line, bad: { line, reason: read.left } };
      } else if (open !== undefined && isPart(read.right, open)) {
        open = joined(open, read.right);
      } else {
        if (open !== undefined) yield closed(open);
        open = { line, first: read.right, writes: [writeOf(read.right)] };
      }
    }
  } catch (cause) {
    // Only the caller's lines can have thrown: nothing above throws, and who consumes a generator
    // does not throw into it.
    yield { _tag: "Broken", line, cause };
    return;
  }
  if (open !== undefined) yield closed(open);
  yield { _tag: "End", line };
}

function readLine(text: string, open: Open | undefined): E.Either<Unreadable, CloudEvent> {
  const read = parseCloudEvent(text);
  if (E.isLeft(read)) return read;
  const refused = check(commitOf(read.right, [writeOf(read.right)]));
  if (O.isSome(refused)) {
    const { what, wanted, found } = refused.value;
    return E.left({ what, wanted, found });
  }
  const misfit = open !== undefined && isPart(read.right, open)
    ? misfitOf(open, read.right)
    : undefined;
  return misfit === undefined ? read : E.left(misfit);
}

function isPart(event: CloudEvent, open: Open): boolean {
  return event.namesCommit && event.commitId === open.first.commitId;
}

/** Why a line cannot be a part of the commit that it names. */
function misfitOf({ first, line, writes }: Open, event: CloudEvent): Unreadable | undefined {
  if (event.recordedAt.getTime() !== first.recordedAt.getTime()) {
    return {
      what: '"time"',
      wanted:
        `the moment of its commit, which is ${first.recordedAt.toISOString()} in line ${line}`,
      found: event.recordedAt.toISOString(),
    };
  }
  if (writes.slice(0, -1).some(({ stream }) => stream === event.stream)) {
    return {
      what: '"subject"',
      wanted: "the events of a stream together, within their commit",
      found: `${JSON.stringify(event.stream)} again, after another stream`,
    };
  }
  const events = countOf(writes);
  return events < commitLimits.commitEventsMax ? undefined : {
    what: "the events of a commit",
    wanted: `at most ${commitLimits.commitEventsMax}`,
    found: `one more, since line ${line}`,
  };
}

function joined(open: Open, event: CloudEvent): Open {
  const last = open.writes.at(-1);
  if (last?.stream !== event.stream) {
    return { ...open, writes: [...open.writes, writeOf(event)] };
  }
  // Added in place: a commit of many events would otherwise be copied at each of them.
  last.events.push(event.proposed);
  return open;
}

function writeOf({ stream, proposed }: CloudEvent): Open["writes"][number] {
  return { stream, expected: "any", events: [proposed] };
}

function closed({ line, first, writes }: Open): Met {
  return { _tag: "SourceCommit", line, events: countOf(writes), commit: commitOf(first, writes) };
}

function commitOf(first: CloudEvent, writes: ReadonlyArray<Write<Encoded>>): Commit<Encoded> {
  return { writes, commitId: first.commitId, recordedAt: first.recordedAt };
}

function countOf(writes: ReadonlyArray<Write<Encoded>>): number {
  return writes.reduce((sum, { events }) => sum + events.length, 0);
}
