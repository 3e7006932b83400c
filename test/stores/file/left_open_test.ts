import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Fault } from "../../../src/fault.ts";
import {
  backup,
  openFileStore,
  rebuildIndex,
  type StoragePort,
  storeStats,
  verifyStore,
} from "../../../stores/file/mod.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import {
  type DiskImage,
  type Misfortune,
  type SimulatedDisk,
  simulatedDisk,
} from "../../../stores/storage/simulated.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

const options = { segmentBytesMax: 1024, leaseMs: 1_000 };

/** What may go wrong with a call: nothing is done, or all, and it is said to have failed. */
const errors: ReadonlyArray<Misfortune> = [
  { _tag: "Fails", code: "EIO" },
  { _tag: "FailsAfterwards", code: "EIO" },
];

/** Lets time pass until the work is done, which has to come to an end. */
async function done<Value>(disk: SimulatedDisk, work: Promise<Value>): Promise<Value> {
  const ending = await disk.until(work);
  assert(ending._tag === "Done", ending._tag);
  return ending.value;
}

/** A disk with a store that was killed in the middle of its work. */
async function killed(): Promise<DiskImage> {
  const disk = simulatedDisk({ seed: 1 });
  const process = disk.start();
  const opened = await done(disk, openFileStore(process.storage, options)());
  assert(E.isRight(opened));
  for (let nth = 0; nth < 12; nth++) {
    const commit = sampleCommit(`one-${nth}`, [`a-${nth % 3}`]);
    assert(E.isRight(await done(disk, opened.right.append(commit)())));
  }
  process.kill();
  return disk.image();
}

/** What failed, and what was open after it. */
interface Broken {
  readonly open: ReadonlyArray<string>;
}

/** Does something with every call of it broken in turn, and says how often it was told to fail. */
async function breakEach(
  image: DiskImage | undefined,
  act: (disk: SimulatedDisk, breakFrom: (begun: number) => void) => Promise<Broken | undefined>,
): Promise<number> {
  let failures = 0;
  const left: string[] = [];
  for (const misfortune of errors) {
    for (let nth = 1, wasReached = true; wasReached; nth++) {
      wasReached = false;
      let struck = "";
      const disk = simulatedDisk({ seed: nth, ...image && { image } });
      const failed = await act(disk, (begun) =>
        disk.befall((call) => {
          if (call.nth !== begun + nth) return undefined;
          wasReached = true;
          struck = `${misfortune._tag} ${call.operation} ${call.name}`;
          // A file is closed also where closing it fails.
          return call.operation.startsWith("close") ? errors[1] : misfortune;
        }));
      if (!failed) continue;
      failures += 1;
      if (failed.open.length > 0) left.push(`${struck}: ${failed.open.join(", ")}`);
    }
  }
  assert.deepEqual(left, []);
  return failures;
}

/** What is done to a store from its opening to its closing. */
const whole: Readonly<Record<string, (storage: StoragePort) => TaskEither<Fault, unknown>>> = {
  "a verification": (storage) => verifyStore(storage),
  "stats": (storage) => storeStats(storage),
  "an index that is made again": (storage) => rebuildIndex(storage, { leaseMs: 1_000 }),
  "a backup": (storage) => backup(storage, memoryStorage()),
};

describe("nothing stays open, whichever call fails", () => {
  const images = [
    ["an empty place", () => Promise.resolve(undefined)],
    ["a store whose writer was killed", killed],
  ] as const;
  for (const [name, make] of images) {
    for (const mode of ["create", "readOnly", "salvage"] as const) {
      if (mode !== "create" && make !== killed) continue;
      test(`of an open that fails, of ${name}, mode ${mode}`, async () => {
        const failures = await breakEach(await make(), async (disk, breakFrom) => {
          const process = disk.start();
          breakFrom(disk.calls());
          const opened = await done(disk, openFileStore(process.storage, { ...options, mode })());
          return E.isLeft(opened) ? { open: process.open() } : undefined;
        });
        assert.ok(failures > 10, `${failures} opens failed`);
      });
    }

    test(`of a close that fails, of ${name}`, async () => {
      const failures = await breakEach(await make(), async (disk, breakFrom) => {
        const process = disk.start();
        const opened = await done(disk, openFileStore(process.storage, options)());
        assert(E.isRight(opened));
        const appended = opened.right.append(sampleCommit("two", ["a-1"]));
        assert(E.isRight(await done(disk, appended())));
        breakFrom(disk.calls());
        const closed = await done(disk, opened.right.close());
        const open = process.open();
        return E.isLeft(closed) || open.length > 0 ? { open } : undefined;
      });
      assert.ok(failures > 2, `${failures} closes failed`);
    });
  }

  for (const [name, act] of Object.entries(whole)) {
    test(`of ${name}, come to its end or not`, async () => {
      let failures = 0;
      await breakEach(await killed(), async (disk, breakFrom) => {
        const process = disk.start();
        breakFrom(disk.calls());
        const ended = await done(disk, act(process.storage)());
        if (E.isLeft(ended)) failures += 1;
        return { open: process.open() };
      });
      assert.ok(failures > 10, `${failures} failed`);
    });
  }
});
