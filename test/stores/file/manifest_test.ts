import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FaultError } from "../../../src/run.ts";
import type { Durability, FileStoreOptions } from "../../../stores/file/mod.ts";
import { FRAME_MANIFEST } from "../../../stores/file/format/frame.ts";
import { addArchived } from "../../../stores/file/format/manifest.ts";
import { decodeSegmentHeader, scanStart, scanWindow } from "../../../stores/file/format/segment.ts";
import { settingsOf } from "../../../stores/file/options.ts";
import { openReading } from "../../../stores/file/reading.ts";
import { openSalvaging } from "../../../stores/file/salvage.ts";
import { type Session, storeOf } from "../../../stores/file/session.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { openWriting } from "../../../stores/file/writing.ts";
import { bytesOf, diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { type Fate, faultyStorage, systemError } from "../../support/faulty_storage.ts";
import {
  appendAndNote,
  assertLivesOn,
  noPromises,
  promisedSoFar,
  type Promises,
  sampleCommit,
} from "../../support/life_of_a_store.ts";
import { ok } from "../../../stores/conformance/words.ts";

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const stride = process.env.LEFTFOLD_SOAK === "1" ? 1 : 2;

/** A segment that there will never be, so that nothing is looked for in its archive. */
const FAR = 1_000;

/** What was told of the changes that were asked for, by their numbers. */
interface Changes {
  asked: number;
  readonly stored: Set<number>;
  readonly refused: Set<number>;
}

function noChanges(): Changes {
  return { asked: 0, stored: new Set(), refused: new Set() };
}

const optionsOf = (durability: Durability): FileStoreOptions => ({
  segmentBytesMax: 1024,
  durability,
  flushMs: 0,
});

/** Changes the manifest once more: one segment more is archived. */
async function change(session: Session, changes: Changes): Promise<void> {
  changes.asked += 1;
  const nth = changes.asked;
  try {
    await session.control.changeManifest((now) => addArchived(now, FAR * nth, 1));
    changes.stored.add(nth);
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    // Faults of a change have no other tags, which the test is about.
    const { _tag } = thrown.fault as { readonly _tag: string };
    assert.match(_tag, /^(WriteFailed|Uncertain)$/);
    if (_tag === "WriteFailed") changes.refused.add(nth);
  }
}

async function live(
  storage: StoragePort,
  options: FileStoreOptions,
  promises: Promises,
  changes: Changes,
): Promise<void> {
  const session = async (use: (session: Session) => Promise<void>): Promise<void> => {
    let opened: Session;
    try {
      opened = await openWriting(storage, settingsOf(options));
    } catch {
      return; // A storage that fails may keep a store from opening; the end is looked at.
    }
    await use(opened);
    await storeOf(opened).close();
  };
  await session(async (session) => {
    const store = storeOf(session);
    await appendAndNote(store, sampleCommit("one", ["a-1"]), promises);
    await change(session, changes);
    await Promise.all([
      appendAndNote(store, sampleCommit("two", ["a-1"], 300), promises),
      change(session, changes),
      appendAndNote(store, sampleCommit("three", ["b-1"], 500), promises),
    ]);
    await appendAndNote(store, sampleCommit("four", ["b-1"], 500), promises);
  });
  await session(async (session) => {
    const store = storeOf(session);
    await change(session, changes);
    await appendAndNote(store, sampleCommit("five", ["a-1"], 700), promises);
    await change(session, changes);
  });
}

/** The numbers of the changes that the manifest of a store has. */
async function changesIn(
  storage: StoragePort,
  open: typeof openWriting,
): Promise<ReadonlyArray<number>> {
  const session = await open(storage, settingsOf({}));
  const { archived } = session.log.manifest;
  await storeOf(session).close();
  return archived.map(({ from }) => from / FAR);
}

async function assertManifestKept(storage: StoragePort, changes: Changes): Promise<void> {
  const found = await changesIn(storage, openWriting);
  for (const nth of changes.stored) assert.ok(found.includes(nth), `change ${nth} is lost`);
  for (const nth of found) assert.ok(!changes.refused.has(nth), `change ${nth} was refused`);
  // What was found once stays, for whoever opens it next, and for readers.
  for (const open of [openWriting, openReading, openSalvaging]) {
    assert.deepEqual(await changesIn(storage, open), found, open.name);
  }
}

/** The types of the frames of each segment. */
function frameTypes(files: Files): ReadonlyArray<ReadonlyArray<number>> {
  return namesOf(files, "segment").map((name) => {
    const bytes = bytesOf(files, name);
    const header = decodeSegmentHeader(bytes, false);
    assert(E.isRight(header));
    const types: number[] = [];
    scanWindow(bytes, 0, scanStart(header.right), header.right.salt, ({ type }) => {
      types.push(type);
    });
    return types;
  });
}

for (const durability of ["sync", "os", "none"] as const) {
  describe(`a manifest frame (${durability})`, () => {
    const options = optionsOf(durability);

    test("is found again by writers and readers, with and without the index", async () => {
      const disk = await diskOf();
      const changes = noChanges();
      await live(disk, options, noPromises(), changes);
      assert.deepEqual([...changes.stored], [1, 2, 3, 4]);
      const files = filesIn(disk);
      await assertManifestKept(await diskOf(files), changes);
      const bare = namesOf(files, "index").reduce(
        (left, name) => withFile(left, name, undefined),
        files,
      );
      await assertManifestKept(await diskOf(bare), changes);
    });

    test("is the first of every segment that begins after it", async () => {
      const disk = await diskOf();
      await live(disk, options, noPromises(), noChanges());
      const types = frameTypes(filesIn(disk));
      assert.ok(types.length >= 4);
      for (const [first] of types.slice(1)) assert.equal(first, FRAME_MANIFEST);
    });

    test("is flushed before it is answered", async () => {
      const disk = await diskOf();
      const session = await openWriting(disk, settingsOf(options));
      await ok(storeOf(session).append(sampleCommit("one", ["a-1"])));
      await session.control.changeManifest((manifest) => addArchived(manifest, FAR, 1));
      const [name] = namesOf(filesIn(disk), "segment");
      assert.equal(session.log.flushed.offset, bytesOf(filesIn(disk), name!).length);
      await storeOf(session).close();
    });

    test("survives the process being killed before any call", async () => {
      const disk = await diskOf();
      const promises = noPromises();
      const changes = noChanges();
      const moments: Array<readonly [Files, Promises, Changes]> = [];
      const storage = faultyStorage(disk, ({ operation }) => {
        if (operation === "write" || operation === "datasync" || operation === "create") {
          moments.push([filesIn(disk), promisedSoFar(promises), {
            ...changes,
            stored: new Set(changes.stored),
            refused: new Set(),
          }]);
        }
        return undefined;
      });
      await live(storage, options, promises, changes);
      for (const [at, [files, promised, changed]] of moments.entries()) {
        if (at % stride !== 0) continue;
        await assertManifestKept(await diskOf(files, { boot: 2, seed: 2 }), changed);
        if (durability === "none") continue;
        await assertLivesOn(await diskOf(files, { boot: 2, seed: 2 }), promised);
      }
    });
  });
}

describe("a change of the manifest", () => {
  const fates: Readonly<Record<string, (nth: number) => Fate>> = {
    "fails once": (nth) => (call) =>
      call.nth === nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
    "fails once, after its work": (nth) => (call) =>
      call.nth === nth ? { _tag: "FailsAfterwards", error: systemError("EIO") } : undefined,
    "fails from then on": (nth) => (call) =>
      call.nth >= nth ? { _tag: "Fails", error: systemError("EIO") } : undefined,
  };
  for (const [name, fate] of Object.entries(fates)) {
    test(`is told rightly when a call ${name}`, async () => {
      let calls = 0;
      await live(
        faultyStorage(await diskOf(), () => {
          calls += 1;
          return undefined;
        }),
        optionsOf("sync"),
        noPromises(),
        noChanges(),
      );
      for (let nth = 1; nth <= calls; nth += stride) {
        const disk = await diskOf();
        const promises = noPromises();
        const changes = noChanges();
        await live(faultyStorage(disk, fate(nth)), optionsOf("sync"), promises, changes);
        const files = filesIn(disk);
        await assertManifestKept(await diskOf(files, { boot: 2, seed: 2 }), changes);
        await assertLivesOn(await diskOf(files, { boot: 2, seed: 2 }), promises);
      }
    });
  }

  test("of a writer that was overtaken is uncertain, and follows no removal", async () => {
    const disk = await diskOf();
    const session = await openWriting(disk, settingsOf({}));
    const other = await openWriting(disk, settingsOf({}));
    await assert.rejects(
      session.control.changeManifest((manifest) => addArchived(manifest, FAR, 1)),
      (thrown) => thrown instanceof FaultError && thrown.fault._tag === "Uncertain",
    );
    assert.deepEqual(other.log.manifest.archived, []);
    await storeOf(other).close();
    assert.deepEqual(await changesIn(disk, openReading), []);
  });

  test("that changes nothing writes nothing", async () => {
    const disk = await diskOf();
    const session = await openWriting(disk, settingsOf({}));
    const before = filesIn(disk);
    await session.control.changeManifest((manifest) => manifest);
    assert.deepEqual(frameTypes(filesIn(disk)), frameTypes(before));
    await storeOf(session).close();
  });

  test("reaches a reader that is open", async () => {
    const disk = await diskOf();
    const session = await openWriting(disk, settingsOf({}));
    const store = storeOf(session);
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const reader = await openReading(disk, settingsOf({}));
    await session.control.changeManifest((manifest) => addArchived(manifest, FAR, 1));
    await reader.refresh();
    assert.deepEqual(reader.log.manifest, session.log.manifest);
    await storeOf(reader).close();
    await ok(store.close);
  });
});
