import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FileStoreOptions } from "../../../stores/file/mod.ts";
import { diskOf, filesIn } from "../../support/disk.ts";
import {
  type Fate,
  faultyStorage,
  type Misfortune,
  type StorageCall,
  systemError,
} from "../../support/faulty_storage.ts";
import { assertLivesOn, liveThrough, noPromises } from "../../support/life_of_a_store.ts";

const modes: ReadonlyArray<FileStoreOptions> = [{ durability: "sync" }, {
  durability: "os",
  flushMs: 0,
}];

/** Each so many calls; every one with LEFTFOLD_SOAK=1. */
const strideOf = ({ durability }: FileStoreOptions): number =>
  process.env.LEFTFOLD_SOAK === "1" || durability === "sync" ? 1 : 3;

/** What an error of a disk may be told as. Damage it is not, and nobody else has been there. */
const expected = new Set(["WriteFailed", "Indeterminate", "ReadFailed", "OpenFailed"]);

interface Trouble {
  /** The calls at which it begins; any that it would not change is left out. */
  readonly begins: (call: StorageCall) => boolean;
  readonly fate: (nth: number) => Fate;
}

const everywhere = (): boolean => true;
const isWrite = ({ operation }: StorageCall): boolean => operation === "write";
const takesRoom = ({ operation }: StorageCall): boolean =>
  operation === "write" || operation === "create";
const isFlush = ({ operation }: StorageCall): boolean => operation === "datasync";

/** How the n-th call goes wrong, and those behind it. */
const troubles: Readonly<Record<string, Trouble>> = {
  "fails once": {
    begins: everywhere,
    fate: (nth) => (call) => call.nth === nth ? failing("EIO") : undefined,
  },
  "fails once, after its work": {
    begins: (call) => isWrite(call) || isFlush(call) || call.operation === "create",
    fate: (nth) => (call) =>
      call.nth === nth ? { _tag: "FailsAfterwards", error: systemError("EIO") } : undefined,
  },
  "fails from then on": {
    begins: everywhere,
    fate: (nth) => (call) => call.nth >= nth ? failing("EIO") : undefined,
  },
  "writes half and fails": {
    begins: isWrite,
    fate: (nth) => (call) => call.nth === nth && call.bytes ? halfWay(call.bytes) : undefined,
  },
  "finds no room from then on": {
    begins: takesRoom,
    fate: (nth) => (call) => call.nth >= nth && takesRoom(call) ? failing("ENOSPC") : undefined,
  },
  "flushes nothing from then on": {
    begins: isFlush,
    fate: (nth) => (call) => call.nth >= nth && isFlush(call) ? failing("EIO") : undefined,
  },
};

function failing(code: "EIO" | "ENOSPC"): Misfortune {
  return { _tag: "Fails", error: systemError(code) };
}

function halfWay(bytes: Uint8Array): Misfortune {
  return { _tag: "FailsHalfWay", written: bytes.length >> 1, error: systemError("EIO") };
}

async function callsOf(options: FileStoreOptions): Promise<ReadonlyArray<StorageCall>> {
  const calls: StorageCall[] = [];
  const storage = faultyStorage(await diskOf(), (call) => void calls.push(call));
  await liveThrough(storage, noPromises(), options);
  return calls;
}

/** Nothing here waits for time: what has not ended after a second never will. */
async function ended(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it never ends")), 1_000);
  });
  await Promise.race([work, never]).finally(() => clearTimeout(timer));
}

for (const options of modes) {
  const stride = strideOf(options);
  describe(`whichever storage call goes wrong (${options.durability})`, () => {
    for (const [name, { begins, fate }] of Object.entries(troubles)) {
      test(`one that ${name} breaks no promise, and the store lives on`, async () => {
        const calls = (await callsOf(options)).filter(begins);
        const told = new Set<string>();
        for (const { nth, operation, name: file } of calls) {
          if (nth % stride !== 0) continue;
          const disk = await diskOf();
          const promises = noPromises();
          try {
            await ended(liveThrough(faultyStorage(disk, fate(nth)), promises, options));
            // The trouble is over, and the machine was started again: see "a failed flush" below.
            const later = await diskOf(filesIn(disk), { boot: 2, seed: 2 });
            await ended(assertLivesOn(later, promises));
            for (const fault of promises.faults) told.add(fault._tag);
          } catch (thrown) {
            throw new Error(`call ${nth}, ${operation} ${file}: ${String(thrown)}`, {
              cause: thrown,
            });
          }
        }
        assert.ok(told.size > 0, "some of it was noticed");
        for (const tag of told) assert.ok(expected.has(tag), `a fault of another kind: ${tag}`);
      });
    }
  });
}
