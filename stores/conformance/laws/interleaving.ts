/**
 * What callers at the same time are told, whoever goes on when.
 *
 * The callers, and the store itself if it asks for pauses, wait for a scheduler that decides by
 * chance which of them goes on. Their questions and answers are checked as a history.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import type { Commit } from "../../../src/event_store.ts";
import type { Query } from "../../../src/query.ts";
import type { Encoded } from "../../../src/record.ts";
import type { Expected, StreamName, Version } from "../../../src/stream.ts";
import { explained } from "../history/explained.ts";
import { holds } from "../finding.ts";
import { type Client, observer } from "../history/observer.ts";
import type { Operation } from "../history/operation.ts";
import { lawOf, type StoreLaw } from "../law.ts";
import { checked, runsDefault } from "../random_cases.ts";
import { claims, type StoreSubject } from "../subject.ts";
import { event, recordsOf } from "../words.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a caller does. What it expects of a stream is what it has seen of it last, or nothing. */
type Action =
  | {
    readonly do: "append";
    readonly streams: ReadonlyArray<StreamName>;
    readonly expects: "seen" | "any" | "noStream";
    readonly events: number;
    /** The commit is refused if this type is in the log behind what the caller has seen. */
    readonly unless: string | undefined;
  }
  | { readonly do: "append again" }
  | { readonly do: "read"; readonly query: Query }
  | { readonly do: "head" }
  | { readonly do: "version"; readonly stream: StreamName }
  | { readonly do: "follow" };

/** What each caller does, one burst after the other; the actions of a burst go at once. */
type Script = ReadonlyArray<ReadonlyArray<Action>>;

/** What a caller knows. */
interface Knowledge {
  readonly versions: Map<StreamName, Version>;
  head: number;
  followed: number;
  sent: Commit<Encoded> | undefined;
  count: number;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const plain = { noNullPrototype: true };
const stream = fc.constantFrom("a", "b");
const appending: fc.Arbitrary<Action> = fc.record({
  do: fc.constant("append" as const),
  streams: fc.uniqueArray(stream, { minLength: 1, maxLength: 2 }),
  expects: fc.constantFrom("seen" as const, "seen" as const, "any" as const, "noStream" as const),
  events: fc.integer({ min: 1, max: 2 }),
  unless: fc.constantFrom(undefined, undefined, "A", "B"),
}, plain);
const querying: fc.Arbitrary<Action> = fc.record({
  do: fc.constant("read" as const),
  query: fc.constantFrom<Query>({}, { stream: "a" }, { types: ["A"] }, { tags: ["x"] }),
}, plain);

function scriptOf(follows: boolean): fc.Arbitrary<Script> {
  const action: fc.Arbitrary<Action> = fc.oneof(
    { weight: 5, arbitrary: appending },
    { weight: 1, arbitrary: fc.constant<Action>({ do: "append again" }) },
    { weight: 2, arbitrary: querying },
    { weight: 1, arbitrary: fc.constant<Action>({ do: "head" }) },
    { weight: 2, arbitrary: stream.map((stream): Action => ({ do: "version", stream })) },
    ...follows ? [{ weight: 1, arbitrary: fc.constant<Action>({ do: "follow" }) }] : [],
  );
  const burst = fc.array(action, { minLength: 1, maxLength: 2 });
  return fc.array(burst, { minLength: 1, maxLength: 4 });
}

export const interleavingLaws: ReadonlyArray<StoreLaw> = [lawOf({
  id: "together.history",
  title: "whoever goes on when, one order of all commits explains what each caller is told",
  why: "a race that happens once a month would be found in production",
}, async (subject, options) => {
  const figures = { operations: 0, stored: 0, conflicts: 0 };
  const scripts = fc.array(scriptOf(claims(subject, "subscriptions")), {
    minLength: 2,
    maxLength: 4,
  });
  const interleaved = fc.asyncProperty(
    fc.noBias(scripts),
    fc.scheduler(),
    async (scripts, scheduler) => {
      const operations = await scheduler.waitFor(play(subject, scripts, scheduler));
      figures.operations += operations.length;
      for (const { call } of operations) {
        if (call._tag !== "Append" || call.answer === undefined) continue;
        figures[E.isRight(call.answer) ? "stored" : "conflicts"] += 1;
      }
    },
  );
  await checked(interleaved, options);
  if ((options.runs ?? runsDefault) >= runsTelling) {
    holds(figures.stored > 0 && figures.conflicts > 0, "some are stored, others not", figures);
  }
  return figures;
})];

/** So many cases show callers that win, and callers that lose. */
const runsTelling = 20;

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Lets all callers play their parts, and checks what they were told. */
async function play(
  subject: StoreSubject,
  scripts: ReadonlyArray<Script>,
  scheduler: fc.Scheduler,
): Promise<ReadonlyArray<Operation>> {
  let isPlaying = false;
  const pause = async (what: string): Promise<void> => {
    if (isPlaying) await scheduler.schedule(Promise.resolve(), what);
  };
  const { store, dispose } = await subject.open(pause);
  try {
    const observed = observer(pause);
    isPlaying = true;
    await Promise.all(scripts.map((script, index) => {
      const name = `caller ${index + 1}`;
      return playOne(name, observed.client(name, store), script);
    }));
    isPlaying = false;
    const operations = observed.operations();
    explained(operations, await recordsOf(store));
    return operations;
  } finally {
    isPlaying = false;
    await dispose();
  }
}

async function playOne(name: string, client: Client, script: Script): Promise<void> {
  const knows: Knowledge = {
    ...{ versions: new Map(), head: 0, followed: 0, sent: undefined, count: 0 },
  };
  for (const burst of script) {
    await Promise.all(burst.map((action) => playAction(name, client, action, knows)));
  }
}

async function playAction(
  name: string,
  client: Client,
  action: Action,
  knows: Knowledge,
): Promise<void> {
  switch (action.do) {
    case "append": {
      knows.count += 1;
      const commit = commitOf(action, knows, `${name} ${knows.count}`);
      knows.sent = commit;
      return await send(client, commit, knows);
    }
    case "append again":
      return knows.sent === undefined ? undefined : await send(client, knows.sent, knows);
    case "read":
      knows.head = Math.max(knows.head, await client.read(action.query, 0, "head"));
      return;
    case "head":
      knows.head = Math.max(knows.head, await client.head());
      return;
    case "version":
      knows.versions.set(action.stream, await client.version(action.stream));
      return;
    case "follow":
      knows.followed = await client.follow({}, knows.followed, knows.head);
      return;
  }
}

async function send(client: Client, commit: Commit<Encoded>, knows: Knowledge): Promise<void> {
  const answer = await client.append(commit);
  if (E.isLeft(answer)) return;
  knows.head = Math.max(knows.head, answer.right.last);
  for (const [stream, version] of answer.right.versions) knows.versions.set(stream, version);
}

function commitOf(
  { streams, expects, events, unless }: Extract<Action, { readonly do: "append" }>,
  { versions, head }: Knowledge,
  commitId: string,
): Commit<Encoded> {
  const expected = (stream: StreamName): Expected =>
    expects === "seen" ? versions.get(stream) ?? 0 : expects;
  return {
    commitId,
    writes: streams.map((stream) => ({
      stream,
      expected: expected(stream),
      events: Array.from({ length: events }, (_, n) => ({
        event: event(n === 0 ? "A" : "B", n === 0 ? ["x"] : [], { commitId }),
      })),
    })),
    ...unless === undefined
      ? {}
      : { condition: { failIfEventsMatch: { types: [unless] }, after: head } },
  };
}
