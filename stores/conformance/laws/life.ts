/**
 * What lasts: names as they were given, and what was stored before a store was closed.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import type { AppendFault, ReadFault } from "../../../src/fault.ts";
import { holds, means, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import {
  appendAll,
  event,
  fault,
  ok,
  proposing,
  recordsOf,
  streamsOf,
  toStream,
} from "../words.ts";

/** Names that a careless store mixes up, loses or takes for something else. */
const names: ReadonlyArray<string> = [
  "__proto__",
  "constructor",
  "toString",
  "a",
  "A",
  " ",
  " a",
  "a ",
  "-",
  "a-",
  "a-b",
  "a\u0000b",
  "a\nb",
  "../a",
  "a/b",
  "\ufeff",
  "\ufeffa",
  "caf\u00e9",
  "cafe\u0301",
  "😀",
  "😀-1",
  "\uffff",
  "0",
  "01",
  "é".repeat(512),
  "s".repeat(1_023),
  "s".repeat(1_024),
];

/** Those of them that are short enough for a type and a tag. */
const short = names.filter((name) => name.length <= 256);

export const lifeLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "names.streams",
    title: "a stream's name is kept as it is, and is nobody else's",
    why: "two streams would become one, or one be lost",
  }, async (store) => {
    await Promise.all(names.map((name) => ok(store.append(toStream(name, ["A"], "noStream")))));
    for (const name of names) {
      const records = await recordsOf(store, { stream: name });
      same(records.map(({ stream }) => stream), [name], JSON.stringify(name));
      const info = await ok(store.streamInfo(name));
      same(O.map(({ version }: { version: number }) => version)(info), O.some(1));
      holds(
        (await streamsOf(store, name)).some(({ stream }) => stream === name),
        `the stream ${JSON.stringify(name)} is listed under its own name`,
      );
    }
    const listed = (await streamsOf(store)).map(({ stream }) => stream);
    same([...listed].sort(), [...names].sort());
  }),

  law({
    id: "names.types-tags-ids",
    title: "a type, a tag, and an id are kept as they are",
    why: "a query would find what it did not ask for, or miss what it did",
  }, async (store) => {
    await appendAll(
      store,
      proposing("a", ...short.map((name) => ({ event: event(name, [name]), id: name }))),
    );
    for (const name of short) {
      for (const query of [{ types: [name] }, { tags: [name] }]) {
        const found = await recordsOf(store, query);
        same(
          found.map(({ event, tags, id }) => [event.type, tags, id]),
          [[name, [name], name]],
          JSON.stringify(name),
        );
      }
    }
  }),

  law({
    id: "names.commit-ids",
    title: "a commit id is kept as it is, and is nobody else's",
    why: "a commit would be taken for a repetition of another one",
  }, async (store) => {
    const ids = short.filter((name) => name.length <= 64);
    await appendAll(store, ...ids.map((commitId) => ({ ...toStream("a", ["A"]), commitId })));
    const again = await appendAll(
      store,
      ...ids.map((commitId) => ({ ...toStream("a", ["A"]), commitId })),
    );
    same(
      again.map(({ first, repeated }) => [first, repeated]),
      ids.map((_, n) => [n + 1, true]),
    );
  }),

  law({
    id: "close.closed",
    title: "a closed store says so, and may be closed twice",
    why: "a late caller would hang, crash, or write behind a successor",
  }, async (store) => {
    await appendAll(store, toStream("a", ["A", "B"]));
    const { next } = await ok(store.read({}, { pageRecordsMax: 1 }));
    await ok(store.close);
    await ok(store.close);
    await fault<AppendFault, "Closed">(store.append(toStream("a", ["C"])), "Closed");
    holds(O.isSome(next), "there is a second page");
    await fault<ReadFault, "Closed">(next.value, "Closed");
    await fault<ReadFault, "Closed">(store.read({}), "Closed");
    await fault<ReadFault, "Closed">(store.follow({}), "Closed");
    await fault<ReadFault, "Closed">(store.head, "Closed");
    await fault<ReadFault, "Closed">(store.bookmark(1), "Closed");
    await fault<ReadFault, "Closed">(store.positionAt(new Date()), "Closed");
    await fault<ReadFault, "Closed">(store.streamInfo("a"), "Closed");
    await fault<ReadFault, "Closed">(store.streams(), "Closed");
  }),

  law({
    id: "close.drains",
    title: "closing waits for what was asked before",
    why: "what was asked before the end would be answered by nobody",
  }, async (store, { reopen }) => {
    const appending = Array.from({ length: 10 }, () => store.append(toStream("a", ["A"]))());
    const closing = store.close();
    const results = await Promise.all(appending);
    await closing;
    holds(results.every(({ _tag }) => _tag === "Right"), "each is stored", results);
    if (reopen !== undefined) same(await ok((await reopen()).head), 10);
  }),

  law({
    id: "reopen.same",
    title: "a store that is opened again is the same",
    why: "what was stored would not last",
    needs: ["reopen"],
  }, async (store, { reopen }) => {
    const commit = {
      ...proposing("b", {
        event: event("B", ["x"], { n: 1 }),
        metadata: { validTime: new Date(5) },
      }),
      commitId: "c1",
      recordedAt: new Date(7),
    };
    const [, first] = await appendAll(store, toStream("a", ["A"]), commit, toStream("a", ["C"]));
    const records = await recordsOf(store);
    const bookmark = await ok(store.bookmark(2));
    const streams = await streamsOf(store);
    await ok(store.close);

    const again = await means("reopen", reopen)();
    same(await recordsOf(again), records);
    same(await recordsOf(again, { tags: ["x"] }), records.slice(1, 2));
    same(await ok(again.bookmark(2)), bookmark);
    const byName = (list: typeof streams) => new Map(list.map((info) => [info.stream, info]));
    same(byName(await streamsOf(again)), byName(streams));
    const repeated = await ok(again.append(commit));
    same(repeated, { ...repeated, ...first, repeated: true });
    const [next] = await appendAll(again, toStream("a", ["D"], 2));
    same([next?.first, next?.versions.get("a")], [4, 3]);
  }),
];
