/**
 * Callers whose questions and answers become a history.
 *
 * @module
 */
import type * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { Appended, Commit, EventStore } from "../../../src/event_store.ts";
import type { AppendFault } from "../../../src/fault.ts";
import type { Query } from "../../../src/query.ts";
import type { Encoded } from "../../../src/record.ts";
import type { Position, StreamName, Version } from "../../../src/stream.ts";
import { broken } from "../finding.ts";
import type { Pause } from "../subject.ts";
import { ok, pagesOf } from "../words.ts";
import type { Call, Operation, ReadCall } from "./operation.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A history that is being made. */
export interface Observer {
  /** The history so far. What was not answered yet stands in it without an answer. */
  readonly operations: () => ReadonlyArray<Operation>;
  /** A caller of a store; it is paused before each question and before it knows the answer. */
  readonly client: (name: string, store: EventStore) => Client;
}

/** A caller. */
export interface Client {
  readonly append: (commit: Commit<Encoded>) => Promise<E.Either<AppendFault, Appended>>;
  /** Reads to the head, which a reader that lags may know late. */
  readonly read: (query: Query, after: Position, reach: "head" | "lagging") => Promise<Position>;
  readonly head: () => Promise<Position>;
  readonly version: (stream: StreamName) => Promise<Version>;
  /** Follows from a position until another one is passed, page by page. */
  readonly follow: (query: Query, after: Position, until: Position) => Promise<Position>;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A history in which nothing has happened. Its clock counts questions and answers. */
export function observer(pause: Pause): Observer {
  const operations: Array<Operation> = [];
  let now = 0;
  const tick = (): number => now += 1;

  /** Asks, and notes what was asked and told; `asked` is what stands there until then. */
  const observed = async <Answer>(
    client: string,
    asked: Call | undefined,
    ask: () => Promise<Answer>,
    told: (answer: Answer) => Call,
  ): Promise<Answer> => {
    const invoked = tick();
    const what = asked?._tag ?? "Read";
    // What only looks, and is not answered, says nothing.
    const index = asked === undefined
      ? undefined
      : operations.push({ client, invoked, completed: Infinity, call: asked }) - 1;
    await pause(`${client} asks: ${what}`);
    const answer = await ask();
    await pause(`${client} is told: ${what}`);
    const operation = { client, invoked, completed: tick(), call: told(answer) };
    if (index === undefined) operations.push(operation);
    else operations[index] = operation;
    return answer;
  };

  return {
    operations: () => operations,
    client: (name, store) => ({
      append: (commit) =>
        observed(
          name,
          { _tag: "Append", commit, answer: undefined },
          () => store.append(commit)(),
          (answer) => ({ _tag: "Append", commit, answer }),
        ),
      read: async (query, after, reach) => {
        const read = await observed(
          name,
          undefined,
          () => readAll(store, query, after, reach),
          (call) => call,
        );
        return read.through;
      },
      head: () =>
        observed(name, undefined, () => ok(store.head), (through): Call => ({
          ...{ _tag: "Read", query: [], after: 0, positions: [], through, reach: "head" },
        })),
      version: (stream) =>
        observed(
          name,
          undefined,
          async () => O.toUndefined(await ok(store.streamInfo(stream)))?.version ?? 0,
          (version) => ({ _tag: "Stream", stream, version }),
        ),
      follow: async (query, after, until) => {
        let [at, pages] = [after, store.follow(query, { after, pageRecordsMax: 2 })];
        while (at < until) {
          const page = await observed(
            name,
            undefined,
            () => ok(pages),
            ({ records, from, through }): Call => ({
              ...{ _tag: "Read", query, after: from, through, reach: "part" },
              positions: records.map(({ position }) => position),
            }),
          );
          if (page.through <= at) broken("a page of a follower", "one that goes on", page);
          if (O.isNone(page.next)) return broken("a follower's next page", "always there", page);
          [at, pages] = [page.through, page.next.value];
        }
        return at;
      },
    }),
  };
}

async function readAll(
  store: EventStore,
  query: Query,
  after: Position,
  reach: ReadCall["reach"],
): Promise<ReadCall> {
  const pages = await pagesOf(store.read(query, { after, pageRecordsMax: 2 }));
  const positions = pages.flatMap(({ records }) => records.map(({ position }) => position));
  return { _tag: "Read", query, after, positions, through: pages.at(-1)?.through ?? after, reach };
}
