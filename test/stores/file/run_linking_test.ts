/** Which index runs are believed, and what becomes of the log where one is not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventStore } from "../../../src/event_store.ts";
import { commitInRuns } from "../../../stores/file/append/heads.ts";
import { parseName } from "../../../stores/file/format/layout.ts";
import { openFileStore, verifyStore } from "../../../stores/file/mod.ts";
import { openForWriting } from "../../../stores/file/opening.ts";
import { settingsOf } from "../../../stores/file/options.ts";
import type { RunReader } from "../../../stores/file/runs/run_reader.ts";
import { readingOf, smallStore } from "../../support/closed_store.ts";
import { appendAll, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const options = { segmentBytesMax: 1024 };
const ids = async (store: EventStore): Promise<ReadonlyArray<string>> =>
  (await recordsOf(store)).map(({ commitId }) => commitId);

function without(files: Files, prefix: string): Files {
  return namesOf(files, prefix).reduce((rest, name) => withFile(rest, name, undefined), files);
}

describe("an index run", () => {
  test("of another history of a closed segment is not believed", async () => {
    const histories = await Promise.all(["two", "six"].map(async (id) => {
      const disk = await diskOf();
      const store = await ok(openFileStore(disk, options));
      const commits = ["one", id, "end"].map((one) => sampleCommit(one, ["a-1"], 700));
      await appendAll(store, ...commits, sampleCommit("last", ["a-1"]));
      await ok(store.close);
      return filesIn(disk);
    }));
    const name = "index-0000000002-0000000002-0000000001.idx";
    const mixed = withFile(histories[1]!, name, bytesOf(histories[0]!, name));
    for (const files of [mixed, without(mixed, "index-0000000003")]) {
      for (const [tag, count] of [["tag:six", 1], ["tag:two", 0], ["tag:end", 1]] as const) {
        const reading = await readingOf(files, { tags: [tag] });
        assert.equal(reading.fault, undefined);
        assert.equal(reading.records.length, count, tag);
      }
    }
  });

  test("does not vouch for the last frame: a writer takes it apart before it goes on", async () => {
    const { files } = await smallStore();
    const [name] = namesOf(files, "segment").slice(-1);
    const bytes = bytesOf(files, name!);
    for (const back of [9, 17, 40]) {
      const damaged = withFile(files, name!, flipped(bytes, bytes.length - back, 3));
      const told = await fault(openFileStore(await diskOf(damaged, { seed: 2 })), "Corrupt");
      assert.equal(told.file, name);
    }
  });

  test("that could not be written is written with the next one, in the order of the log", async () => {
    const disk = await diskOf();
    let isFirst = true;
    const store = await ok(openFileStore(
      faultyStorage(disk, ({ operation, name }) => {
        if (operation !== "create" || !name.startsWith("index") || !isFirst) return undefined;
        isFirst = false;
        return { _tag: "Fails", error: systemError("ENOSPC") };
      }),
      options,
    ));
    const all = ["one", "two", "three", "four", "five"];
    await appendAll(store, ...all.map((id) => sampleCommit(id, ["a-1"], 700)));
    assert.equal(isFirst, false);
    assert.deepEqual(await ids(store), all);
    assert.equal((await recordsOf(store, { stream: "a-1" })).length, 5);
    await ok(store.close);
    const runs = namesOf(filesIn(disk), "index").map((name) => parseName(name));
    assert.deepEqual(runs.map((run) => run?.kind === "index" && run.from), [1, 2, 3, 4, 5]);
    const again = await ok(openFileStore(disk, options));
    assert.deepEqual(await ids(again), all);
    await ok(again.close);
  });

  test("may name a frame for a commit id of the same hash: the frame says whose it is", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(sampleCommit("one", ["a-1"])));
    await ok(store.close);
    const { log, claim } = await openForWriting(disk, settingsOf({}));
    // A run in which all commit ids have one hash.
    const commits = (): ReturnType<RunReader["commits"]> => [{ segment: 1, offset8: 16 }];
    log.runs = log.runs.map((run) => ({ ...run, commits }));
    assert.equal((await commitInRuns(log, "one"))?.body.commitId, "one");
    assert.equal(await commitInRuns(log, "other"), undefined);
    await claim.release();
    await claim.close();
  });
});

describe("without a claim that would tell", () => {
  /** The files of a store as a copy of its log has them. */
  async function copy(): Promise<{ readonly files: Files; readonly last: string }> {
    const { files } = await smallStore();
    const last = namesOf(files, "segment").at(-1)!;
    return { files: without(without(files, "writer"), "index"), last };
  }

  test("a bad header with frames behind it is damage, and not passed over", async () => {
    const { files, last } = await copy();
    for (const at of [0, 20, 64, 127]) {
      const damaged = withFile(files, last, flipped(bytesOf(files, last), at, 1));
      for (const mode of ["existing", "readOnly"] as const) {
        const told = await fault(openFileStore(await diskOf(damaged), { mode }), "Corrupt");
        assert.equal(told.file, last);
      }
    }
  });

  test("a segment that was copied under a newer name is damage, and not the newest", async () => {
    const { files, last } = await copy();
    const [first] = namesOf(files, "segment");
    const name = "segment-0000000004-0000000001.log";
    for (const source of [first!, last]) {
      const more = withFile(files, name, bytesOf(files, source));
      const told = await fault(openFileStore(await diskOf(more)), "Corrupt");
      assert.equal(told.file, name);
      const { problems } = await ok(verifyStore(await diskOf(more)));
      assert.deepEqual(problems.map(({ file }) => file), [name]);
    }
  });

  test("no two segments have one salt, so that no frame of one is a frame of another", async () => {
    const { files } = await copy();
    const salts = namesOf(files, "segment").map((name) => {
      return bytesOf(files, name).subarray(60, 64).join(".");
    });
    assert.equal(new Set(salts).size, salts.length);
  });
});
