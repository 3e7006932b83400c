import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { verifyStore } from "../../../stores/file/mod.ts";
import { openFileStore } from "../../../stores/file/mod.ts";
import {
  assertTrueOrCorrupt,
  type ClosedStore,
  closedStore,
  readingOf,
  smallStore,
} from "../../support/closed_store.ts";
import { fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import {
  bytesOf,
  diskOf,
  type Files,
  filesIn,
  flipped,
  namesOf,
  withFile,
} from "../../support/disk.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** Each so many bytes where all of them would take too long; all with LEFTFOLD_SOAK=1. */
const step = process.env.LEFTFOLD_SOAK === "1" ? 1 : 37;

async function assertNamed(files: Files, name: string, offset: number): Promise<void> {
  const { problems } = await ok(verifyStore(await diskOf(files)));
  assert.ok(problems.length > 0, `${name} at ${offset}: nothing is said`);
  assert.ok(
    problems.some((problem) => problem.file === name && problem.offset <= offset),
    `${name} at ${offset}: ${JSON.stringify(problems)}`,
  );
}

describe("one flipped bit of a segment", () => {
  let store: ClosedStore;
  before(async () => {
    store = await smallStore();
    assert.equal(namesOf(store.files, "segment").length, 3);
    assert.deepEqual((await ok(verifyStore(await diskOf(store.files)))).problems, []);
  });

  test("is named by verify with its file and an offset at or before it, in every byte", async () => {
    for (const name of namesOf(store.files, "segment")) {
      const bytes = bytesOf(store.files, name);
      for (let at = 0; at < bytes.length; at++) {
        await assertNamed(withFile(store.files, name, flipped(bytes, at, at % 8)), name, at);
      }
    }
  });

  test("is named by verify whichever bit it is", async () => {
    const { files } = await closedStore([sampleCommit("one", ["a-1"], 1)]);
    const [name] = namesOf(files, "segment");
    const bytes = bytesOf(files, name!);
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        await assertNamed(withFile(files, name!, flipped(bytes, at, bit)), name!, at);
      }
    }
  });

  test("never makes a reader tell something else than was written", async () => {
    const runs = namesOf(store.files, "index");
    const unindexed = runs.reduce<Files>(
      (files, run) => withFile(files, run, undefined),
      store.files,
    );
    for (const files of [store.files, unindexed]) {
      for (const name of namesOf(files, "segment")) {
        const bytes = bytesOf(files, name);
        for (let at = 0; at < bytes.length; at += 3) {
          const damaged = withFile(files, name, flipped(bytes, at, at % 8));
          assertTrueOrCorrupt(await readingOf(damaged), store.records);
        }
      }
    }
  });
});

describe("one flipped bit beside the log", () => {
  let store: ClosedStore;
  before(async () => {
    store = await smallStore();
  });

  test("in an index run changes no answer, or is told", async () => {
    const queries = [{ stream: "a-1" }, { stream: "b-3" }, { tags: ["tag:five"] }, {
      types: ["Type0"],
    }];
    for (const name of namesOf(store.files, "index")) {
      const bytes = bytesOf(store.files, name);
      for (let at = 0; at < bytes.length; at += 10 * step) {
        const damaged = withFile(store.files, name, flipped(bytes, at, at % 8));
        for (const query of queries) {
          const wanted = (await readingOf(store.files, query)).records;
          assert.ok(wanted.length > 0);
          assertTrueOrCorrupt(await readingOf(damaged, query), wanted);
        }
      }
    }
  });

  test("in an index run is named by verify", async () => {
    for (const name of namesOf(store.files, "index")) {
      const bytes = bytesOf(store.files, name);
      for (let at = 0; at < bytes.length; at += 5 * step) {
        await assertNamed(withFile(store.files, name, flipped(bytes, at, at % 8)), name, at);
      }
    }
  });

  test("in STORE is Corrupt, for readers, writers and verify", async () => {
    const bytes = bytesOf(store.files, "STORE");
    for (let at = 0; at < bytes.length; at++) {
      const disk = await diskOf(withFile(store.files, "STORE", flipped(bytes, at, at % 8)));
      for (const mode of ["existing", "create", "readOnly", "salvage"] as const) {
        const { file } = await fault(openFileStore(disk, { mode }), "Corrupt");
        assert.equal(file, "STORE");
      }
      const { problems } = await ok(verifyStore(disk));
      assert.deepEqual(problems.map(({ file }) => file), ["STORE"]);
    }
  });

  test("in a claim loses nothing: the store opens, and holds everything", async () => {
    const [name] = namesOf(store.files, "writer");
    const bytes = bytesOf(store.files, name!);
    for (let at = 0; at < 1200; at += Math.ceil(step / 2)) {
      const damaged = withFile(store.files, name!, flipped(bytes, at, at % 8));
      assertTrueOrCorrupt(await readingOf(damaged), store.records);
      const again = await ok(openFileStore(await diskOf(damaged, { seed: 2 })));
      assert.deepEqual(await recordsOf(again), store.records);
      await ok(again.close);
    }
  });
});

describe("a file that is gone", () => {
  test("is Corrupt if it was every segment, as a mark tells, and nothing is begun anew", async () => {
    const { files } = await smallStore();
    const rest = namesOf(files, "segment").reduce<Files>(
      (less, name) => withFile(less, name, undefined),
      files,
    );
    for (const mode of ["create", "existing", "readOnly", "salvage"] as const) {
      const disk = await diskOf(rest);
      const { file } = await fault(openFileStore(disk, { mode }), "Corrupt");
      assert.match(file, /^segment-/, mode);
      assert.deepEqual(namesOf(filesIn(disk), "segment"), []);
      assert.deepEqual(namesOf(filesIn(disk), "STORE"), ["STORE"]);
    }
  });

  test("is Corrupt if it was STORE or a segment, and changes nothing if it was a run", async () => {
    const { files, records } = await smallStore();
    for (const name of ["STORE", ...namesOf(files, "segment")]) {
      const less = withFile(files, name, undefined);
      const { file } = await fault(openFileStore(await diskOf(less)), "Corrupt");
      assert.equal(file, name);
      const reading = await readingOf(less);
      assertTrueOrCorrupt(reading, records);
      assert.ok(reading.fault, `${name} is missed`);
      const { problems } = await ok(verifyStore(await diskOf(less)));
      assert.ok(problems.some((problem) => problem.file === name), JSON.stringify(problems));
    }
    const runs = namesOf(files, "index");
    for (let subset = 0; subset < 2 ** runs.length; subset++) {
      const gone = runs.filter((_, nth) => subset & 1 << nth);
      const less = gone.reduce<Files>((rest, name) => withFile(rest, name, undefined), files);
      for (const query of [{}, { stream: "a-1" }, { stream: "b-3" }, { tags: ["tag:two"] }]) {
        const wanted = (await readingOf(files, query)).records;
        assert.ok(wanted.length > 0);
        assert.deepEqual(await readingOf(less, query), { records: wanted, fault: undefined });
        const store = await ok(openFileStore(await diskOf(less, { seed: 2 })));
        assert.deepEqual(await recordsOf(store, query), wanted);
        await ok(store.close);
      }
    }
  });
});
