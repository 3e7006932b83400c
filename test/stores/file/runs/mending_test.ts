/** Index runs that rot while a store is open: others take their place, and nobody notices. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Query } from "../../../../src/query.ts";
import { type Happening, openFileStore, verifyStore } from "../../../../stores/file/mod.ts";
import { fault, ok, streamsOf } from "../../../../stores/conformance/words.ts";
import { readAll, type Reading } from "../../../support/closed_store.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../../support/disk.ts";
import { sampleCommit } from "../../../support/life_of_a_store.ts";

const options = { segmentBytesMax: 1024 };
const BLOCK = 4096;

const queries: ReadonlyArray<Query> = [
  { stream: "s-1" },
  { category: "s" },
  { types: ["Type0"] },
  { tags: ["tag:c3"] },
  {},
];

describe("an index run that is damaged while the store is open", () => {
  let files: Files;
  let wanted: ReadonlyArray<Reading>;
  let streams: ReadonlyArray<unknown>;
  /** Each block of each run, but for the first and the last, which an open looks at. */
  let places: ReadonlyArray<readonly [name: string, at: number]>;

  before(async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk, options));
    for (let nth = 0; nth < 10; nth++) {
      await ok(store.append(sampleCommit(`c${nth}`, [`s-${nth % 3}`], 600)));
    }
    await ok(store.append(sampleCommit("last", ["s-0"])));
    await ok(store.close);
    files = filesIn(disk);
    const reading = await ok(openFileStore(disk, { mode: "readOnly" }));
    wanted = await Promise.all(queries.map((query) => readAll(reading, query)));
    streams = await streamsOf(reading);
    await ok(reading.close);
    places = namesOf(files, "index").flatMap((name) => {
      const blocks = bytesOf(files, name).length / BLOCK;
      return Array.from({ length: blocks - 2 }, (_, nth) => [name, (nth + 1) * BLOCK + 9] as const);
    });
  });

  test("changes no answer of a reader", async () => {
    let mended = 0;
    for (const [name, at] of places) {
      const disk = await diskOf(withFile(files, name, flipped(bytesOf(files, name), at, 2)));
      const observe = ({ _tag }: Happening): void => {
        if (_tag === "RunIgnored") mended += 1;
      };
      const store = await ok(openFileStore(disk, { mode: "readOnly", observe }));
      for (const [nth, query] of queries.entries()) {
        assert.deepEqual(await readAll(store, query), wanted[nth], `${name} at ${at}`);
      }
      assert.deepEqual(await streamsOf(store), streams);
      await ok(store.close);
    }
    assert.ok(mended > places.length / 2, `${mended} of ${places.length}`);
  });

  test("changes no answer of a writer, which makes it again", async () => {
    for (const [name, at] of places) {
      const disk = await diskOf(withFile(files, name, flipped(bytesOf(files, name), at, 2)));
      let isMended = false;
      const observe = ({ _tag }: Happening): void => {
        isMended ||= _tag === "RunIgnored";
      };
      const store = await ok(openFileStore(disk, { ...options, observe }));
      const told = `${name} at ${at}`;
      assert.equal((await ok(store.append(sampleCommit("c3", ["s-0"], 600)))).repeated, true, told);
      const next = sampleCommit("new", ["s-1"]);
      assert.equal((await ok(store.append(next))).versions.get("s-1"), 4, told);
      for (const [nth, query] of queries.entries()) {
        const { records, fault } = await readAll(store, query);
        assert.equal(fault, undefined, told);
        const before = records.filter(({ commitId }) => commitId !== "new");
        assert.deepEqual(before, wanted[nth]!.records, told);
      }
      await ok(store.close);
      if (!isMended) continue;
      assert.ok(!filesIn(disk).has(name), told);
      assert.deepEqual((await ok(verifyStore(disk, { isDeep: true }))).problems, [], told);
    }
  });

  test("is told if its segment is damaged too", async () => {
    const [name] = namesOf(files, "index");
    const [segment] = namesOf(files, "segment");
    const broken = withFile(files, segment!, flipped(bytesOf(files, segment!), 400, 1));
    let both = broken;
    for (let at = BLOCK + 9; at < bytesOf(files, name!).length - BLOCK; at += BLOCK) {
      both = withFile(both, name!, flipped(bytesOf(both, name!), at, 2));
    }
    const store = await ok(openFileStore(await diskOf(both), options));
    await fault(store.append(sampleCommit("c3", ["s-0"], 600)), "Corrupt");
    await ok(store.close);
  });
});
