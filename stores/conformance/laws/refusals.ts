/**
 * What no store takes: each is refused before anything is written, and the store goes on.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import { holds, same } from "../finding.ts";
import { law, type StoreLaw } from "../law.ts";
import { appendAll, appendFault, event, ok, proposing, recordsOf, toStream } from "../words.ts";

const many = (count: number): Commit<Encoded> => {
  const one = { event: event("A") };
  return proposing("a", ...Array.from({ length: count }, () => one));
};

const refused: Readonly<Record<string, Commit<Encoded>>> = {
  "an empty stream name": toStream("", ["A"]),
  "a stream name of 1,025 bytes": toStream("s".repeat(1_025), ["A"]),
  "a stream name of 1,025 bytes in 513 characters": toStream("é".repeat(512) + "s", ["A"]),
  "half of a character in a stream name": toStream("a\ud800", ["A"]),
  "the other half of one": toStream("\udc00a", ["A"]),
  "an empty type": toStream("a", [""]),
  "a type of 257 bytes": toStream("a", ["T".repeat(257)]),
  "half of a character in a type": toStream("a", ["A\udfff"]),
  "an empty tag": proposing("a", { event: event("A", [""]) }),
  "a tag of 257 bytes": proposing("a", { event: event("A"), tags: ["t".repeat(257)] }),
  "half of a character in a tag": proposing("a", { event: event("A"), tags: ["\ud800"] }),
  "65 tags": proposing("a", {
    event: event("A", Array.from({ length: 40 }, (_, n) => `x${n}`)),
    tags: Array.from({ length: 25 }, (_, n) => `y${n}`),
  }),
  "an empty commit id": { ...toStream("a", ["A"]), commitId: "" },
  "a commit id of 65 bytes": { ...toStream("a", ["A"]), commitId: "c".repeat(65) },
  "an empty event id": proposing("a", { event: event("A"), id: "" }),
  "an event id of 257 bytes": proposing("a", { event: event("A"), id: "e".repeat(257) }),
  "a schema version that is none": proposing("a", { event: { ...event("A"), schemaVersion: 0.5 } }),
  "a negative expected version": toStream("a", ["A"], -1),
  "half an expected version": toStream("a", ["A"], 0.5),
  "a checked stream without a name": {
    ...toStream("a", ["A"]),
    checks: [{ stream: "", expected: "any" }],
  },
  "a stream written twice": {
    writes: [...toStream("a", ["A"]).writes, ...toStream("a", ["B"]).writes],
  },
  "65,536 events": many(65_536),
  "data that is nothing": proposing("a", { event: { ...event("A"), data: undefined } }),
  "data that JSON has no word for": proposing("a", { event: { ...event("A"), data: 1n } }),
  "an invalid recorded time": { ...toStream("a", ["A"]), recordedAt: new Date(NaN) },
  "a recorded time before 1970": { ...toStream("a", ["A"]), recordedAt: new Date(-1) },
  "an invalid valid time": proposing("a", {
    event: event("A"),
    metadata: { validTime: new Date(NaN) },
  }),
  "an attribute without end": proposing("a", {
    event: event("A"),
    metadata: { attributes: { size: Infinity } },
  }),
};

export const refusalLaws: ReadonlyArray<StoreLaw> = [
  ...Object.entries(refused).map(([what, commit]) =>
    law({
      id: `refuse.${what.replaceAll(/[^a-z0-9]+/g, "-")}`,
      title: `${what} is refused, and the store goes on`,
      why: "what cannot be read again would be stored, or one wrong caller would end the store",
    }, async (store) => {
      const fault = await appendFault(store, commit, "Refused");
      same(fault.stored, "no");
      for (const part of [fault.what, fault.wanted, fault.found]) {
        holds(part.length > 0, "a refusal tells what, wanted and found", fault);
      }
      same(await ok(store.head), 0);
      await appendAll(store, toStream("a", ["A"], "noStream"));
    })
  ),

  law({
    id: "refuse.within-limits",
    title: "what is just within the limits is taken, and found again",
    why: "a limit would be a little smaller than it says",
  }, async (store) => {
    const stream = "é".repeat(512);
    const type = "T".repeat(256);
    const tags = Array.from({ length: 64 }, (_, n) => `${n}`.padEnd(256, "t"));
    const ids = { commitId: "c".repeat(64) };
    await appendAll(store, {
      ...proposing(stream, { event: event(type, tags), id: "e".repeat(256) }),
      ...ids,
      recordedAt: new Date(2 ** 48 - 1),
    });
    const [record] = await recordsOf(store, { stream, types: [type], tags });
    same(record?.id.length, 256);
    same(record?.recordedAt.getTime(), 2 ** 48 - 1);
  }),

  law({
    id: "refuse.greatest-commit",
    title: "a commit of 65,535 events is one commit",
    why: "a great commit would be cut in two",
  }, async (store) => {
    const [appended] = await appendAll(store, many(65_535));
    same([appended?.first, appended?.last], [1, 65_535]);
    const found = [];
    for (const after of [0, 32_767, 65_534]) {
      const [record] = await recordsOf(store, { stream: "a" }, { after, recordsMax: 1 });
      found.push(record);
    }
    same(found.map((record) => record?.version), [1, 32_768, 65_535], "the versions looked at");
    same(new Set(found.map((record) => record?.commitId)).size, 1, "how many commits they are of");
  }),
];
