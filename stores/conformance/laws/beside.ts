/**
 * What others see of a store that is open: readers beside a writer, and who would be a second one.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { EventStore } from "../../../src/event_store.ts";
import { explained } from "../history/explained.ts";
import { broken, differ, holds, means, same, vacuous } from "../finding.ts";
import { observer } from "../history/observer.ts";
import { law, type StoreLaw } from "../law.ts";
import type { OpenedStore } from "../subject.ts";
import { appendAll, begun, ok, recordsOf, told, toStream } from "../words.ts";

const needed = "multiProcess";
const needs = [needed] as const;

/** A reader that is not the writer itself. */
async function readerOf({ store, openReader }: OpenedStore): Promise<EventStore> {
  const reader = await means(needed, openReader)();
  return reader === store ? vacuous(needed, "the reader is the writer itself") : reader;
}

const commits = Array.from({ length: 30 }, (_, n) => ({
  ...toStream(`s-${n % 3}`, ["A", "B"]),
  commitId: `c${n}`,
}));

export const besideLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "beside.follows",
    title: "a reader beside a writer is told of every record once, in order",
    why: "a projection in a process of its own would miss or repeat what happened",
    needs,
  }, async (store, opened) => {
    const observed = observer(() => Promise.resolve());
    const writes = observed.client("writer", store);
    for (const commit of commits.slice(0, 10)) await writes.append(commit);
    const reads = observed.client("reader", await readerOf(opened));
    const following = begun(reads.follow({}, 0, 2 * commits.length));
    for (const commit of commits.slice(10)) await writes.append(commit);
    same(await following, 2 * commits.length, "how far the reader has come");
    explained(observed.operations(), await recordsOf(store));
  }),

  law({
    id: "beside.goes-on",
    title: "what a reader beside a writer has seen stays, and its head never goes back",
    why: "a reader would act on what is taken back",
    needs,
  }, async (store, opened) => {
    const reader = await readerOf(opened);
    const observed = observer(() => Promise.resolve());
    const [writes, reads] = [observed.client("writer", store), observed.client("reader", reader)];
    for (const commit of commits) {
      await Promise.all([writes.append(commit), reads.read({}, 0, "lagging")]);
      await reads.read({}, 0, "lagging");
    }
    explained(observed.operations(), await recordsOf(store));
  }),

  law({
    id: "beside.reads-only",
    title: "a reader beside a writer stores nothing, and says so",
    why: "two would write one log",
    needs,
  }, async (store, opened) => {
    await appendAll(store, toStream("a", ["A"]));
    const reader = await readerOf(opened);
    const answer = await reader.append(toStream("a", ["B"]))();
    if (E.isRight(answer)) return broken("the answer of a reader", "a fault", answer.right);
    same(answer.left.stored, "no", "what a reader says of the commit");
    await appendAll(store, toStream("a", ["C"]));
    same(told(await recordsOf(store)), ["a@1:A", "a@2:C"]);
  }),

  law({
    id: "beside.second-writer",
    title: "who would be a second writer is refused, or writes the same log",
    why: "two logs would grow under one name, and one of them be lost",
    needs,
  }, async (store, { openWriter }) => {
    await appendAll(store, toStream("a", ["A"]));
    const second = await means(needed, openWriter)();
    if (E.isLeft(second)) same<string>(second.left._tag, "StoreLocked", "why it is refused");
    else {
      holds(second.right !== store, "the second writer is not the first one itself");
      await appendAll(second.right, toStream("a", ["B"], 1));
      await appendAll(store, toStream("a", ["C"], 2));
      same(told(await recordsOf(second.right)), ["a@1:A", "a@2:B", "a@3:C"]);
      await ok(second.right.close);
    }
    const { length } = await recordsOf(store);
    await appendAll(store, toStream("a", ["Z"], length));
    same((await recordsOf(store)).at(-1)?.event.type, "Z", "the last record of the first writer");
  }),

  law({
    id: "beside.takes-over",
    title: "when a writer has closed, the next one goes on, and so does the reader",
    why: "a reader would have to be started anew with each writer",
    needs,
  }, async (store, opened) => {
    await appendAll(store, toStream("a", ["A"]));
    const reader = await readerOf(opened);
    const observed = observer(() => Promise.resolve());
    const following = begun(observed.client("reader", reader).follow({}, 0, 3));
    const before = await ok(store.bookmark(1));
    await ok(store.close);
    const second = await means(needed, opened.openWriter)();
    if (E.isLeft(second)) return broken("the next writer", "a store", second.left);
    await appendAll(second.right, toStream("a", ["B"], 1), toStream("a", ["C"], 2));
    same(await following, 3, "how far the reader has come");
    same(await ok(reader.bookmark(1)), before, "the bookmark of the first record");
    differ(await ok(reader.bookmark(3)), before, "the bookmarks of two records");
    await ok(second.right.close);
  }),
];
