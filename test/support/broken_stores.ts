/**
 * Stores with a bug that is planted in what they claim to be able to do.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { Commit, EventStore } from "../../src/event_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { run } from "../../src/run.ts";
import type { OpenedStore, StoreSubject } from "../../stores/conformance/mod.ts";
import { recordsOf } from "../../stores/conformance/words.ts";
import { memoryStore } from "../../stores/memory.ts";
import { fileSubject, inMemory, memorySubject } from "./store_subjects.ts";

/** A file store in memory. */
export const fileInMemory: StoreSubject = fileSubject("a file store", inMemory);

/** A memory store that says that it has an archive, and does nothing with it. */
export const archived: StoreSubject = {
  ...memorySubject,
  capabilities: { ...memorySubject.capabilities, archive: true },
  open: async (pause) => {
    let moved = 0;
    const archive = (through: number) => {
      const more = Math.max(0, through - moved);
      moved += more;
      return Promise.resolve(more);
    };
    return { ...await memorySubject.open(pause), archive };
  },
};

/** The subject with each store that it opens as `change` has it. */
export function changed(
  subject: StoreSubject,
  change: (opened: OpenedStore, sound: StoreSubject) => OpenedStore | Promise<OpenedStore>,
): StoreSubject {
  return { ...subject, open: async (pause) => change(await subject.open(pause), subject) };
}

/** The store with every read as `change` has its records. */
function reading(
  store: EventStore,
  change: (records: ReadonlyArray<Recorded<Encoded>>) => ReadonlyArray<Recorded<Encoded>>,
): EventStore {
  const pagesOf = (pages: ReturnType<EventStore["read"]>): ReturnType<EventStore["read"]> =>
    pipe(
      pages,
      TE.map((page) => ({
        ...page,
        records: change(page.records),
        next: O.map(pagesOf)(page.next),
      })),
    );
  return {
    ...store,
    read: (query, range) => pagesOf(store.read(query, range)),
    follow: (query, range) => pagesOf(store.follow(query, range)),
  };
}

/** A reader of what another store held at some time. */
async function copyOf(store: EventStore, count: number): Promise<EventStore> {
  const copy = memoryStore();
  const commits = new Map<string, Array<Recorded<Encoded>>>();
  for (const record of (await recordsOf(store)).slice(0, count)) {
    commits.set(record.commitId, [...commits.get(record.commitId) ?? [], record]);
  }
  for (const [commitId, records] of commits) {
    const commit: Commit<Encoded> = {
      commitId,
      writes: records.slice(0, 1).map(({ stream }) => ({
        ...{ stream, expected: "any" },
        events: records.map(({ event, id, metadata }) => ({ event, id, metadata })),
      })),
    };
    await run(copy.append(commit));
  }
  return copy;
}

/** A file store that is cut in a copy: `change` decides who is told of the one or of the other. */
function withCuts(
  change: (whole: EventStore, cut: EventStore) => EventStore,
): StoreSubject {
  return changed(fileInMemory, async (opened, sound) => {
    const whole = await sound.open();
    const both: EventStore["append"] = (commit) => async () => {
      const answer = await whole.store.append(commit)();
      if (E.isRight(answer)) await opened.store.append(commit)();
      return answer;
    };
    return {
      ...opened,
      store: change({ ...whole.store, append: both }, { ...opened.store, append: both }),
      dispose: async () => {
        await whole.dispose();
        await opened.dispose();
      },
    };
  });
}

/** A deliberate bug, and the law that is meant for it. */
export interface BrokenStore {
  readonly bug: string;
  readonly law: string;
  readonly subject: StoreSubject;
}

export const brokenStores: ReadonlyArray<BrokenStore> = [
  {
    bug: "a reader beside the writer misses every third record",
    law: "beside.follows",
    subject: changed(fileInMemory, ({ openReader, ...opened }) => ({
      ...opened,
      openReader: async () =>
        reading(await openReader!(), (all) => all.filter(({ position }) => position % 3 > 0)),
    })),
  },
  {
    bug: "a reader beside the writer goes back now and then",
    law: "beside.goes-on",
    subject: changed(fileInMemory, ({ openReader, ...opened }) => ({
      ...opened,
      openReader: async () => {
        const reader = await openReader!();
        let reads = 0;
        const until = (): { readonly until?: number } => (reads += 1) % 3 === 0 ? { until: 2 } : {};
        return { ...reader, read: (query, range) => reader.read(query, { ...range, ...until() }) };
      },
    })),
  },
  {
    bug: "a reader beside the writer stores what it is given",
    law: "beside.reads-only",
    subject: changed(fileInMemory, ({ openReader, ...opened }) => ({
      ...opened,
      openReader: async () => ({ ...await openReader!(), append: opened.store.append }),
    })),
  },
  {
    bug: "a second writer begins a log of its own",
    law: "beside.second-writer",
    subject: changed(fileInMemory, (opened) => ({
      ...opened,
      openWriter: async () => E.right(await copyOf(opened.store, Infinity)),
    })),
  },
  {
    bug: "the next writer begins a log of its own",
    law: "beside.takes-over",
    subject: changed(fileInMemory, (opened, sound) => ({
      ...opened,
      openWriter: async () => {
        const refused = await opened.openWriter!();
        if (E.isLeft(refused)) return refused;
        await run(refused.right.close);
        return E.right((await sound.open()).store);
      },
    })),
  },
  {
    bug: "a crash loses the last acknowledged commit",
    law: "crash.acknowledged",
    subject: changed(fileInMemory, (opened) => ({
      ...opened,
      crash: async () => copyOf(opened.store, await run(opened.store.head) - 2),
    })),
  },
  {
    bug: "a crash leaves half a commit",
    law: "crash.acknowledged",
    subject: changed(fileInMemory, (opened) => ({
      ...opened,
      crash: async () => {
        const whole = await opened.crash!();
        return copyOf(whole, await run(whole.head) - 1);
      },
    })),
  },
  {
    bug: "every crash but the first loses what came since the one before",
    law: "crash.second-life",
    subject: changed(fileInMemory, (opened) => {
      let before = opened.store;
      let crashes = 0;
      return {
        ...opened,
        crash: async () => {
          const after = await opened.crash!();
          crashes += 1;
          if (crashes === 1) return before = after;
          return copyOf(before, 3);
        },
      };
    }),
  },
  {
    bug: "what is archived is not found by its type",
    law: "archive.unnoticed",
    subject: changed(archived, ({ archive, store, ...opened }) => {
      let through = 0;
      return {
        ...opened,
        store: {
          ...store,
          read: (query, range) =>
            "types" in query
              ? store.read(query, { after: through, ...range })
              : store.read(query, range),
        },
        archive: (position) => {
          through = position;
          return archive!(position);
        },
      };
    }),
  },
  {
    bug: "what is cut is still found by its type",
    law: "retain.truncated",
    subject: withCuts((store, hidden) => ({
      ...store,
      read: (query, range) =>
        "types" in query ? store.read(query, range) : hidden.read(query, range),
    })),
  },
  {
    bug: "what is cut still counts for conditions",
    law: "retain.counts-on",
    subject: withCuts((store, hidden) => ({ ...hidden, append: store.append })),
  },
  {
    bug: "an ended stream takes records",
    law: "retain.tombstone",
    subject: changed(fileInMemory, ({ retention, ...opened }) => ({
      ...opened,
      retention: { ...retention!, tombstone: (stream) => retention!.truncate(stream, 5) },
    })),
  },
  {
    bug: "a cut is forgotten when the store is closed",
    law: "retain.lasts",
    subject: changed(fileInMemory, (opened, sound) => ({
      ...opened,
      reopen: async () => {
        const whole = (await sound.open()).store;
        for (const record of await recordsOf(await opened.reopen!())) {
          const { stream, event } = record;
          await run(whole.append({ writes: [{ stream, expected: "any", events: [{ event }] }] }));
        }
        return whole;
      },
    })),
  },
  {
    bug: "it checks, waits for its medium, and then writes",
    law: "together.history",
    subject: {
      ...memorySubject,
      open: (pause) => {
        const store = memoryStore();
        return Promise.resolve({
          store: {
            ...store,
            append: (commit) => async () => {
              const empty = commit.writes.map((write) => ({ ...write, events: [] }));
              const probe = await store.append({ ...commit, writes: empty })();
              if (E.isLeft(probe)) return probe;
              await pause?.("write");
              const { condition: _, ...free } = commit;
              const writes = commit.writes.map((write) => ({ ...write, expected: "any" as const }));
              return store.append({ ...free, writes })();
            },
          },
          dispose: () => run(store.close),
        });
      },
    },
  },
  {
    bug: "it answers before it writes",
    law: "together.history",
    subject: {
      ...memorySubject,
      open: (pause) => {
        const store = memoryStore();
        let [head, writing] = [0, Promise.resolve()];
        return Promise.resolve({
          store: {
            ...store,
            append: (commit) => async () => {
              const answer = await store.append(commit)();
              const before = head;
              writing = writing.then(() => pause?.("write")).then(() => {
                head = E.isRight(answer) ? Math.max(head, answer.right.last) : head;
              });
              await (before < 0 ? writing : undefined);
              return answer;
            },
            head: TE.fromIO(() => head),
          },
          dispose: () => run(store.close),
        });
      },
    },
  },
];
