/**
 * Random histories: a store answers each step as a plain array of records would.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import { areEqual } from "../../../src/equality.ts";
import type { Appended, Commit, EventStore, Page, Pages } from "../../../src/event_store.ts";
import type { AppendFault, ReadFault } from "../../../src/fault.ts";
import type { Query, Range } from "../../../src/query.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import type { Position } from "../../../src/stream.ts";
import { broken, holds, means, same, vacuous } from "../finding.ts";
import { lawOf, type StoreLaw, withStore } from "../law.ts";
import { checkPages } from "../pages.ts";
import { checked, runsDefault } from "../random_cases.ts";
import { claims, type OpenedStore } from "../subject.ts";
import { ok, pagesOf, recordsOf, streamsOf } from "../words.ts";
import { append, emptyModel, type Model, positionAt, type Predicted, streamsIn } from "./model.ts";
import { someReads, type Step, stepsOf } from "./random_steps.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A read that was begun, and the log of which it is. */
interface Begun {
  readonly query: Query;
  readonly range: Range;
  readonly log: ReadonlyArray<Recorded<Encoded>>;
  readonly page: Page<Encoded, ReadFault>;
}

/** A store on its way through a history, beside its model. */
interface Life {
  store: EventStore;
  model: Model;
  /** What the store has told of the log so far; it agrees with the model. */
  readonly log: Array<Recorded<Encoded>>;
  readonly sent: Array<Commit<Encoded>>;
  begun: Begun | undefined;
}

/** How often something was seen. */
type Tally = Record<Predicted["_tag"] | Step["do"] | "records read" | "moved", number>;

const stepsMax = 40;
/** So many histories show each kind of answer. */
const runsTelling = 20;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The law that random histories agree with the model. */
export const randomHistoryLaws: ReadonlyArray<StoreLaw> = [lawOf({
  id: "model.histories",
  title: "every step of a random history is answered as by a plain array of records",
  why: "what nobody thought of would be found by a user",
}, async (subject, options) => {
  const { runs = runsDefault } = options;
  const tally: Tally = {
    ...{ Stored: 0, Repeated: 0, Mismatch: 0, Conflict: 0, "records read": 0, append: 0 },
    ...{ "append again": 0, read: 0, "begin a read": 0, "finish a read": 0, follow: 0, look: 0 },
    ...{ reopen: 0, crash: 0, archive: 0, moved: 0 },
  };
  const can = {
    follow: claims(subject, "subscriptions"),
    reopen: claims(subject, "reopen"),
    crash: claims(subject, "crash"),
    archive: claims(subject, "archive"),
  };
  const history = fc.asyncProperty(
    stepsOf(can, stepsMax),
    someReads,
    (steps, reads) => withStore(subject, (opened) => live(opened, [...steps, ...reads], tally)),
  );
  await checked(history, options);
  if (runs >= runsTelling) {
    for (const seen of ["Stored", "Repeated", "Mismatch", "Conflict", "records read"] as const) {
      holds(tally[seen] > 0, `${runs} histories show at least one case of ${seen}`, tally);
    }
    if (can.archive && tally.moved === 0) vacuous("archive", "nothing was ever moved");
  }
  return tally;
})];

async function live(
  opened: OpenedStore,
  steps: ReadonlyArray<Step>,
  tally: Tally,
): Promise<void> {
  const life: Life = {
    store: opened.store,
    model: emptyModel,
    log: [],
    sent: [],
    begun: undefined,
  };
  for (const step of steps) {
    await take(life, opened, step, tally);
    tally[step.do] += 1;
  }
  same(await recordsOf(life.store), life.log, "the log at the end");
  for (const stream of ["a-1", "a-2", "b-1", "plain", "__proto__"]) {
    await look(life, { do: "look", stream, prefix: stream, ms: 0 });
  }
}

async function take(life: Life, opened: OpenedStore, step: Step, tally: Tally): Promise<void> {
  switch (step.do) {
    case "append":
      return await send(life, step.commit, tally);
    case "append again": {
      const commit = life.sent.at(-1 - step.back % life.sent.length);
      return commit === undefined ? undefined : await send(life, commit, tally);
    }
    case "read": {
      const pages = await pagesOf(life.store.read(step.query, step.range));
      for (const { records } of pages) tally["records read"] += records.length;
      return checkPages(life.log, step.query, step.range, pages);
    }
    case "begin a read": {
      const { query, range } = step;
      life.begun = {
        query,
        range,
        log: [...life.log],
        page: await ok(life.store.read(query, range)),
      };
      return;
    }
    case "finish a read":
      return await finish(life);
    case "follow":
      return await follow(life, step.query, step.after);
    case "look":
      return await look(life, step);
    case "reopen": {
      await ok(life.store.close);
      life.begun = undefined;
      life.store = await means("reopen", opened.reopen)();
      return;
    }
    case "crash": {
      life.begun = undefined;
      life.store = await means("crash", opened.crash)();
      return;
    }
    case "archive":
      tally.moved += await means("archive", opened.archive)(step.through);
      return;
  }
}

// ---------------------------------------------------------------------------
// appending
// ---------------------------------------------------------------------------

/** Appends, compares the answer, and then what the log has grown by. */
async function send(life: Life, commit: Commit<Encoded>, tally: Tally): Promise<void> {
  const { answer, model } = append(life.model, commit);
  const result = await life.store.append(commit)();
  compare(commit, answer, result);
  life.sent.push(commit);
  life.model = model;
  tally[answer._tag] += 1;
  const known = life.log.length;
  life.log.push(...await recordsOf(life.store, {}, { after: known }));
  same(life.log.length, model.log.length, "the length of the log");
  for (const [index, wanted] of model.log.entries()) {
    const record = life.log[index];
    if (index < known || record === undefined) continue;
    const { event: { type, data }, position, ...rest } = record;
    same(position, index + 1, "the position of a record");
    const found = { type, data, ...rest };
    // What was not given is the store's to make.
    const { id = found.id, commitId = found.commitId, recordedAt = found.recordedAt } = wanted;
    same(found, { ...wanted, id, commitId, recordedAt }, `the record at position ${position}`);
  }
  for (
    const { stream, events } of E.isRight(result) && answer._tag === "Stored" ? commit.writes : []
  ) {
    if (events.length === 0) continue;
    const version = streamsIn(model).get(stream)?.version;
    same(E.isRight(result) ? result.right.versions.get(stream) : undefined, version, "the version");
  }
}

function compare(
  commit: Commit<Encoded>,
  wanted: Predicted,
  result: E.Either<AppendFault, Appended>,
): void {
  const what = `the answer to ${JSON.stringify(commit)}`;
  switch (wanted._tag) {
    case "Stored":
    case "Repeated": {
      if (E.isLeft(result)) return broken(what, wanted, result.left);
      const { commitId, first, last, repeated } = result.right;
      same({ first, last }, { first: wanted.first, last: wanted.last }, what);
      same(repeated, wanted._tag === "Repeated", `${what}: repeated`);
      return same(commitId, commit.commitId ?? commitId, `${what}: the commit id`);
    }
    case "Mismatch":
      if (E.isRight(result)) return broken(what, "IdempotencyMismatch", result.right);
      return same<string>(result.left._tag, "IdempotencyMismatch", what);
    case "Conflict": {
      if (E.isRight(result)) return broken(what, wanted, result.right);
      if (result.left._tag !== "Conflict") return broken(what, wanted, result.left);
      const { failed } = result.left;
      holds(failed.length > 0, `${what}: a conflict tells what failed`);
      for (const check of failed) {
        if (!wanted.failing.some((one) => areEqual(one, check))) {
          broken(what, wanted.failing, check);
        }
      }
    }
  }
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

/** The rest of a read is of the log as it was when the read was begun. */
async function finish({ begun }: Life): Promise<void> {
  if (begun === undefined) return;
  const { query, range, log, page } = begun;
  const rest: Pages<Encoded, ReadFault> | undefined = O.toUndefined(page.next);
  checkPages(log, query, range, [page, ...rest === undefined ? [] : await pagesOf(rest)]);
}

/** A follower is told of all that is there, in pages that meet. */
async function follow({ store, log }: Life, query: Query, after: Position): Promise<void> {
  const pages: Array<Page<Encoded, ReadFault>> = [];
  let rest = store.follow(query, { after, pageRecordsMax: 3 });
  for (let at = after; at < log.length;) {
    const page: Page<Encoded, ReadFault> = await ok(rest);
    holds(page.through > at, "each page of a follower goes on", page);
    if (O.isNone(page.next)) return broken("a follower's next page", "always there", page.next);
    rest = page.next.value;
    at = page.through;
    pages.push({ ...page, next: at < log.length ? page.next : O.none });
  }
  if (pages.length > 0) checkPages(log, query, { after, pageRecordsMax: 3 }, pages);
}

async function look(
  { store, model, log }: Life,
  { stream, prefix, ms }: Extract<Step, { readonly do: "look" }>,
): Promise<void> {
  same(await ok(store.head), log.length, "the head");
  const streams = streamsIn(model);
  same(
    await ok(store.streamInfo(stream)),
    O.fromNullable(streams.get(stream)),
    `what is known of the stream ${stream}`,
  );
  const listed = await streamsOf(store, prefix);
  const wanted = [...streams.values()].filter(({ stream }) => stream.startsWith(prefix));
  same(listed.length, wanted.length, `how many streams begin with "${prefix}"`);
  same(new Set(listed), new Set(wanted), `the streams that begin with "${prefix}"`);
  same(await ok(store.positionAt(new Date(ms))), positionAt(model, ms), `the position at ${ms} ms`);
  const bookmark = await ok(store.bookmark(log.length));
  same(bookmark.position, log.length, "the position of a bookmark");
}
