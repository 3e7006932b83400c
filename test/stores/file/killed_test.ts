import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FileStoreOptions } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { bytesOf, diskOf, type Files, filesIn, randomBytes, withFile } from "../../support/disk.ts";
import { faultyStorage, type StorageCall } from "../../support/faulty_storage.ts";
import {
  assertLivesOn,
  liveThrough,
  noPromises,
  promisedSoFar,
  type Promises,
} from "../../support/life_of_a_store.ts";

/** Larger with LEFTFOLD_SOAK=1. */
const powerCutsEach = process.env.LEFTFOLD_SOAK === "1" ? 50 : 2;

/** What a moment leaves behind if everything ends there. */
interface Moment {
  readonly call: StorageCall;
  readonly promises: Promises;
  /** As other processes see the files. */
  readonly files: Files;
  /** As the disk would have them, as far as flushes say. */
  readonly flushed: Files;
}

const changes = new Set(["create", "write", "datasync", "remove", "syncDirectory", "prepare"]);

/** Every moment of a life at which something is about to change, and the last. */
async function momentsOf(options: FileStoreOptions): Promise<ReadonlyArray<Moment>> {
  const moments: Moment[] = [];
  const promises = noPromises();
  const disk = await diskOf();
  let flushed: Files = new Map();
  const note = (call: StorageCall): void => {
    const files = filesIn(disk);
    // A name stands from its creation on: what a power cut does to names is another test's.
    const known = new Map(
      [...files].map(([name]) => [name, flushed.get(name) ?? new Uint8Array()]),
    );
    moments.push({ call, promises: promisedSoFar(promises), files, flushed: known });
  };
  const storage: StoragePort = faultyStorage(disk, (call) => {
    if (changes.has(call.operation)) note(call);
    if (call.operation === "datasync") {
      flushed = withFile(flushed, call.name, bytesOf(filesIn(disk), call.name));
    }
    return undefined;
  });
  await liveThrough(storage, promises, options);
  note({ nth: Infinity, operation: "list", name: "" });
  assert.equal(promises.stored.size, 9, "nothing goes wrong until it ends");
  return moments;
}

async function assertOpens(files: Files, moment: Moment, boot: number): Promise<void> {
  try {
    await assertLivesOn(await diskOf(files, { boot, seed: 2 }), moment.promises);
  } catch (thrown) {
    const { nth, operation, name } = moment.call;
    throw new Error(`before call ${nth}, ${operation} ${name}: ${String(thrown)}`, {
      cause: thrown,
    });
  }
}

for (const durability of ["sync", "os"] as const) {
  describe(`a process that is killed (${durability})`, () => {
    test("before any call loses nothing that was acknowledged", async () => {
      for (const moment of await momentsOf({ durability, flushMs: 0 })) {
        await assertOpens(moment.files, moment, 1);
      }
    });

    test("in the middle of any write loses nothing that was acknowledged", async () => {
      for (const moment of await momentsOf({ durability, flushMs: 0 })) {
        const { call, files } = moment;
        if (call.operation !== "write" || !call.bytes) continue;
        const before = files.get(call.name) ?? new Uint8Array();
        for (const part of [1, call.bytes.length >> 1, call.bytes.length - 1]) {
          // Claims are written over, which half a write does not show: their copies are tested apart.
          if (call.name.endsWith(".claim") && before.length > 0) continue;
          const torn = new Uint8Array(before.length + part);
          torn.set(before);
          torn.set(call.bytes.subarray(0, part), before.length);
          await assertOpens(withFile(files, call.name, torn), moment, 1);
        }
      }
    });
  });
}

describe("a power cut", () => {
  test("before any call loses nothing that was acknowledged after its flush", async () => {
    const random = randomBytes(11);
    for (const moment of await momentsOf({ durability: "sync" })) {
      for (let nth = 0; nth < powerCutsEach; nth++) {
        const left = new Map(
          [...moment.files].map(([name, bytes]) => {
            return [name, remains(bytesOf(moment.flushed, name), bytes, random)] as const;
          }),
        );
        await assertOpens(left, moment, 2);
      }
    }
  });
});

/** What a power cut leaves of a file: all that was flushed, and of the rest whatever it likes. */
function remains(
  flushed: Uint8Array,
  now: Uint8Array,
  random: (count: number) => Uint8Array,
): Uint8Array {
  const [kind, fine, coarse] = random(3);
  const rest = now.length - flushed.length;
  const kept = flushed.length + Math.floor(rest * (fine! * 256 + coarse!) / 65_536);
  switch (kind! % 4) {
    case 0:
      return now;
    case 1:
      return flushed;
    case 2:
      return rest > 0 ? now.slice(0, kept) : flushed;
    default: {
      // The size was kept and the data was not: zeros.
      const zeros = new Uint8Array(now.length);
      zeros.set(rest > 0 ? now.subarray(0, kept) : flushed);
      return zeros;
    }
  }
}
