/**
 * The words in which the laws of a store are told: what is sent, and what comes back.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Appended, Commit, EventStore, Page, Pages } from "../../src/event_store.ts";
import type { AppendFault, ReadFault } from "../../src/fault.ts";
import type { Query, Range } from "../../src/query.ts";
import type { Encoded, Proposed, Recorded } from "../../src/record.ts";
import type { Expected, StreamInfo, StreamName } from "../../src/stream.ts";
import { broken, holds } from "./finding.ts";

/** An event of a type, with tags. */
export function event(type: string, tags: ReadonlyArray<string> = [], data: unknown = {}): Encoded {
  return { type, schemaVersion: 1, data, tags };
}

/** A commit of some types of events to one stream. */
export function toStream(
  stream: StreamName,
  types: ReadonlyArray<string>,
  expected: Expected = "any",
): Commit<Encoded> {
  return { writes: [{ stream, expected, events: types.map((type) => ({ event: event(type) })) }] };
}

/** A commit of proposed events to one stream. */
export function proposing(
  stream: StreamName,
  ...events: ReadonlyArray<Proposed<Encoded>>
): Commit<Encoded> {
  return { writes: [{ stream, expected: "any", events }] };
}

/** What a task gives; it must not fail. */
export async function ok<Left, Right>(task: TaskEither<Left, Right>): Promise<Right> {
  const result = await task();
  if (E.isRight(result)) return result.right;
  return broken("the store's answer", "a result", result.left);
}

/**
 * Something that goes on while the law does. Its failure is told where it is awaited; if the law
 * ends before that, it has failed already, and this one is no news.
 */
export function begun<Value>(pending: Promise<Value>): Promise<Value> {
  pending.catch(() => undefined);
  return pending;
}

/** The fault of a task; it must fail, and with this tag. */
export async function fault<F extends { readonly _tag: string }, Tag extends F["_tag"]>(
  task: TaskEither<F, unknown>,
  tag: Tag,
): Promise<Extract<F, { readonly _tag: Tag }>> {
  const result = await task();
  if (E.isRight(result)) return broken("the store's answer", `the fault ${tag}`, result.right);
  if (result.left._tag !== tag) broken("the store's answer", `the fault ${tag}`, result.left);
  // The tag was just compared.
  return result.left as Extract<F, { readonly _tag: Tag }>;
}

export function appendAll(
  store: EventStore,
  ...commits: ReadonlyArray<Commit<Encoded>>
): Promise<ReadonlyArray<Appended>> {
  return commits.reduce<Promise<ReadonlyArray<Appended>>>(
    async (before, commit) => [...await before, await ok(store.append(commit))],
    Promise.resolve([]),
  );
}

/** The fault of an append. */
export function appendFault<Tag extends AppendFault["_tag"]>(
  store: EventStore,
  commit: Commit<Encoded>,
  tag: Tag,
): Promise<Extract<AppendFault, { readonly _tag: Tag }>> {
  return fault<AppendFault, Tag>(store.append(commit), tag);
}

/** Every page, in the order in which they come. */
export async function pagesOf(
  pages: Pages<Encoded, ReadFault>,
): Promise<ReadonlyArray<Page<Encoded, ReadFault>>> {
  const all: Array<Page<Encoded, ReadFault>> = [];
  for (let rest: Pages<Encoded, ReadFault> | undefined = pages; rest !== undefined;) {
    const page: Page<Encoded, ReadFault> = await ok(rest);
    all.push(page);
    holds(all.length < 100_000, "a read comes to an end");
    rest = O.toUndefined(page.next);
  }
  return all;
}

/** Every record that matches. */
export async function recordsOf(
  store: EventStore,
  query: Query = {},
  range?: Range,
): Promise<ReadonlyArray<Recorded<Encoded>>> {
  return (await pagesOf(store.read(query, range))).flatMap(({ records }) => records);
}

/** `stream@version:type` of each record, for laws that compare at a glance. */
export function told(records: ReadonlyArray<Recorded<Encoded>>): ReadonlyArray<string> {
  return records.map(({ stream, version, event: { type } }) => `${stream}@${version}:${type}`);
}

/** Every stream of the store, page by page. */
export async function streamsOf(
  store: EventStore,
  prefix?: string,
): Promise<ReadonlyArray<StreamInfo>> {
  const all: Array<StreamInfo> = [];
  let after: StreamName | undefined;
  for (;;) {
    const some = await ok(store.streams(prefix, after));
    if (some.length === 0) return all;
    all.push(...some);
    holds(all.length < 100_000, "a listing of streams comes to an end");
    after = some.at(-1)?.stream;
  }
}
