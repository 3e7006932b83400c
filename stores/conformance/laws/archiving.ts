/**
 * Old records elsewhere, and nobody who notices.
 *
 * @module
 */
import { means, same, vacuous } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import { appendAll, appendFault, ok, recordsOf, streamsOf, toStream } from "../words.ts";

const needed = "archive";
const needs = [needed] as const;

export const archivingLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "archive.unnoticed",
    title: "no answer depends on whether old records were moved to the archive",
    why: "the past would change, or be missing, as soon as it is stored more cheaply",
    needs,
  }, async (store, { archive }) => {
    const streams = Array.from({ length: 60 }, (_, n) => `s-${n % 7}`);
    await appendAll(
      store,
      ...streams.map((stream, n) => ({
        ...toStream(stream, ["A", n % 2 === 0 ? "B" : "C"]),
        commitId: `c${n}`,
      })),
    );
    const look = async () => ({
      all: await recordsOf(store),
      some: await recordsOf(store, { types: ["B"] }, { direction: "backward", pageRecordsMax: 7 }),
      stream: await recordsOf(store, { stream: "s-1" }),
      streams: new Set(await streamsOf(store)),
      bookmarks: [await ok(store.bookmark(1)), await ok(store.bookmark(50))],
      head: await ok(store.head),
    });
    const before = await look();
    const moved = await means(needed, archive)(before.head);
    if (moved === 0) vacuous(needed, "nothing was moved; give the store smaller segments");
    same(await look(), before, "what the store tells");
    await appendFault(store, toStream("s-1", ["A"], 3), "Conflict");
    await appendFault(
      store,
      { ...toStream("s-1", ["A"]), condition: { failIfEventsMatch: { types: ["C"] }, after: 1 } },
      "Conflict",
    );
    const again = await ok(store.append({ ...toStream("s-0", ["A", "B"]), commitId: "c0" }));
    same([again.first, again.repeated], [1, true], "an old commit that comes again");
    await appendAll(store, toStream("s-1", ["Z"], before.stream.length));
    same(await means(needed, archive)(1), 0, "how much is moved a second time");
  }),
];
