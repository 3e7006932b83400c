/**
 * What was stored is what was given, and stays so.
 *
 * @module
 */
import { differ, holds, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import { appendAll, event, proposing, recordsOf } from "../words.ts";

export const fidelityLaws: ReadonlyArray<StoreLaw> = [
  law({
    id: "append.fidelity",
    title: "what was given comes back",
    why: "facts would change by being stored",
  }, async (store) => {
    const data = { text: "é\u0000😀\ud800", list: [1, -1.5e-7, true, null, {}], nested: { a: [] } };
    const metadata = {
      correlationId: "k1",
      causationId: "k2",
      actor: "Ada",
      validTime: new Date("1999-12-31T23:59:59.999Z"),
      attributes: { source: "/x", count: 2, urgent: true },
    };
    const given = { event: { ...event("A", ["x"], data), schemaVersion: 3 }, id: "id-1" };
    await appendAll(store, {
      ...proposing("a", { ...given, tags: ["y", "x"], metadata }, {
        event: event("B", [], "text"),
      }),
      recordedAt: new Date("2001-02-03T04:05:06.789Z"),
    });
    const [record, plain] = await recordsOf(store);
    holds(record !== undefined && plain !== undefined, "both records are there");
    same([record.event.type, record.event.schemaVersion], ["A", 3]);
    same(record.event.data, data);
    same([record.id, record.schemaVersion, record.tags], ["id-1", 3, ["x", "y"]]);
    same(record.metadata, metadata);
    same(record.recordedAt, new Date("2001-02-03T04:05:06.789Z"));
    same([plain.event.data, plain.tags, plain.metadata], ["text", [], {}]);
    holds(plain.id.length > 0 && plain.id !== record.id, "every event has an id of its own");
    holds(plain.recordedAt instanceof Date, "a recorded time is a Date", plain.recordedAt);
  }),

  law({
    id: "append.frozen",
    title: "nobody changes what has happened",
    why: "a caller or a reader could rewrite history",
  }, async (store) => {
    const data = { list: [1] };
    const tags = ["x"];
    const pending = store.append(proposing("a", { event: event("A", tags, data) }))();
    data.list.push(2);
    tags.push("y");
    await pending;
    data.list.push(3);
    const [record] = await recordsOf(store);
    holds(record !== undefined, "the record is there");
    const before: unknown = JSON.parse(JSON.stringify(record.event.data));
    holds(!JSON.stringify(before).includes("3"), "a stored commit does not change", before);
    try {
      // What a careless program does; a store may stop it, and must not be changed by it.
      (record.event.data as typeof data).list.push(4);
    } catch (error) {
      holds(error instanceof TypeError, "a frozen value is guarded by a TypeError", error);
    }
    record.recordedAt.setTime(0);
    const [again] = await recordsOf(store);
    same(again?.event.data, before);
    differ(again?.recordedAt.getTime(), 0, "the recorded time");
  }),
];
