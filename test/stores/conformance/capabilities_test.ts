/** The laws of what a store claims tell broken stores from sound ones, and empty claims from both. */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { run } from "../../../src/run.ts";
import type { Commit, EventStore } from "../../../src/event_store.ts";
import type { Encoded, Recorded } from "../../../src/record.ts";
import {
  checkConformance,
  describeConformance,
  explainConformance,
  type OpenedStore,
  storeLaws,
  type StoreSubject,
} from "../../../stores/conformance/mod.ts";
import { recordsOf } from "../../../stores/conformance/words.ts";
import { memoryStore } from "../../../stores/memory.ts";
import { fileSubject, inMemory, memorySubject } from "../../support/store_subjects.ts";

const file = fileSubject("a file store", inMemory);

/** A memory store that says that it has an archive, and does nothing with it. */
const archived: StoreSubject = {
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
function changed(
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

interface Broken {
  readonly bug: string;
  /** The law that is meant for it. */
  readonly law: string;
  readonly subject: StoreSubject;
}

const brokenStores: ReadonlyArray<Broken> = [
  {
    bug: "a reader beside the writer misses every third record",
    law: "beside.follows",
    subject: changed(file, ({ openReader, ...opened }) => ({
      ...opened,
      openReader: async () =>
        reading(await openReader!(), (all) => all.filter(({ position }) => position % 3 > 0)),
    })),
  },
  {
    bug: "a reader beside the writer goes back now and then",
    law: "beside.goes-on",
    subject: changed(file, ({ openReader, ...opened }) => ({
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
    subject: changed(file, ({ openReader, ...opened }) => ({
      ...opened,
      openReader: async () => ({ ...await openReader!(), append: opened.store.append }),
    })),
  },
  {
    bug: "a second writer begins a log of its own",
    law: "beside.second-writer",
    subject: changed(file, (opened) => ({
      ...opened,
      openWriter: async () => E.right(await copyOf(opened.store, Infinity)),
    })),
  },
  {
    bug: "the next writer begins a log of its own",
    law: "beside.takes-over",
    subject: changed(file, (opened, sound) => ({
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
    subject: changed(file, (opened) => ({
      ...opened,
      crash: async () => copyOf(opened.store, await run(opened.store.head) - 2),
    })),
  },
  {
    bug: "a crash leaves half a commit",
    law: "crash.acknowledged",
    subject: changed(file, (opened) => ({
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
    subject: changed(file, (opened) => {
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

const lawCalled = (id: string) => {
  const law = storeLaws.find((one) => one.id === id);
  assert(law, `there is no law ${id}`);
  return law;
};

const options = { runs: 50, seed: 1, shrinks: false };

for (const { bug, law, subject } of brokenStores) {
  test(`the law ${law} sees a store of which this is true: ${bug}`, async () => {
    const held = await lawCalled(law).check(subject, options)();
    assert(E.isLeft(held), "it went unnoticed");
    assert.notEqual(held.left._tag, "Vacuous");
  });
}

test("a store with an archive that nobody notices fails no law of archives", async () => {
  assert(E.isRight(await lawCalled("archive.unnoticed").check(archived)()));
});

test("laws have ids of their own, and say why they are there", () => {
  assert.equal(new Set(storeLaws.map(({ id }) => id)).size, storeLaws.length);
  for (const { id, title, why } of storeLaws) {
    assert.match(id, /^[a-z]+\.[a-zA-Z0-9-]+$/);
    assert(title.length > 0 && why.length > 0, id);
  }
});

describe("what is claimed and not there is vacuous", () => {
  const claiming: StoreSubject = {
    ...memorySubject,
    capabilities: {
      durability: "process",
      subscriptions: true,
      multiProcess: true,
      archive: true,
    },
  };
  for (const needs of ["reopen", "crash", "multiProcess", "archive"] as const) {
    it(needs, async () => {
      for (const law of storeLaws.filter((one) => one.needs === needs)) {
        const held = await law.check(claiming)();
        assert(E.isLeft(held) && held.left._tag === "Vacuous", law.id);
        assert.equal(held.left.capability, needs);
      }
    });
  }
  it("a reader that is the writer", async () => {
    const subject = changed(file, (opened) => ({
      ...opened,
      openReader: () => Promise.resolve(opened.store),
    }));
    const held = await lawCalled("beside.follows").check(subject)();
    assert(E.isLeft(held) && held.left._tag === "Vacuous");
  });
  it("an archive that takes nothing", async () => {
    const subject = changed(archived, (opened) => ({
      ...opened,
      archive: () => Promise.resolve(0),
    }));
    for (const law of ["archive.unnoticed", "model.histories"]) {
      const held = await lawCalled(law).check(subject, options)();
      assert(E.isLeft(held) && held.left._tag === "Vacuous", law);
    }
  });
});

test("a store that does not answer is told so in time", async () => {
  const subject = changed(memorySubject, (opened) => ({
    ...opened,
    store: { ...opened.store, head: () => new Promise(() => undefined) },
  }));
  const held = await lawCalled("append.dense").check(subject, { secondsMax: 0.05 })();
  assert.deepEqual(held, E.left({ _tag: "Unanswered", secondsMax: 0.05 }));
});

test("a store that throws is told so, with what it threw", async () => {
  const cause = new Error("no such luck");
  const subject = changed(memorySubject, (opened) => ({
    ...opened,
    store: { ...opened.store, head: () => Promise.reject(cause) },
  }));
  const held = await lawCalled("append.dense").check(subject)();
  assert.deepEqual(held, E.left({ _tag: "Thrown", cause }));
});

/** A store that forgets its head. */
const headless = changed(memorySubject, (opened) => ({
  ...opened,
  store: { ...opened.store, head: TE.right(0) },
}));

test("a report tells what fails, and what was not asked", async () => {
  const report = await checkConformance(headless, options)();
  assert(!report.conforms);
  const text = explainConformance(report);
  const asked = storeLaws.filter(({ needs }) => needs === undefined || needs === "subscriptions");
  assert.match(text, new RegExp(`${storeLaws.length - asked.length} are not asked`));
  assert.match(
    text,
    /\n {2}append\.dense: versions and positions.*\n {4}the answer: wanted 4, found 0/,
  );
});

test("each law is a test, which fails with what was wanted and found", async () => {
  const tests = new Map<string, () => Promise<void>>();
  const it = (name: string, body: () => Promise<void>) => void tests.set(name, body);
  describeConformance(headless, { describe: (_, body) => body(), it }, options);
  const first = tests.get("versions and positions count from 1 and leave nothing out");
  await assert.rejects(first!(), { expected: 4, actual: 0, message: /^append\.dense: the answer/ });
  assert(!tests.has("a store that is opened again is the same"));
});
