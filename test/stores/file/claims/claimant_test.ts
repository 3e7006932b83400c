import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { StoreLocked } from "../../../../src/fault.ts";
import { type Mark, removableClaims } from "../../../../stores/file/claims/claim.ts";
import { readClaim, readMarks } from "../../../../stores/file/claims/claim_reader.ts";
import { acquireClaim, type ClaimOptions } from "../../../../stores/file/claims/claimant.ts";
import type { Claim } from "../../../../stores/file/claims/held_claim.ts";
import type { OwnerPort, StoragePort } from "../../../../stores/file/storage.ts";
import { memoryStorage, virtualClock } from "../../../../stores/storage/memory.ts";
import { directory } from "../../../../stores/storage/node.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-claims-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const leaseMs = 15_000;
const flushed: Mark = { segment: 3, segmentEpoch: 2, flushedOffset: 4096, position: 17, hcrc: 99 };

async function claim(storage: StoragePort, options?: Partial<ClaimOptions>): Promise<Claim> {
  const claimed = await acquireClaim(storage, { leaseMs, ...options });
  assert(E.isRight(claimed), JSON.stringify(claimed));
  return claimed.right;
}

async function refusal(
  storage: StoragePort,
  options?: Partial<ClaimOptions>,
): Promise<StoreLocked> {
  const claimed = await acquireClaim(storage, { leaseMs, ...options });
  assert(E.isLeft(claimed));
  assert(claimed.left._tag === "StoreLocked", JSON.stringify(claimed.left));
  return claimed.left;
}

async function end(held: Claim): Promise<void> {
  await held.release();
  await held.close();
}

describe("a claim", () => {
  it("is the first epoch in an empty place, and the next after every name", async () => {
    const storage = memoryStorage();
    await end(await claim(storage));
    await storage.create("segment-0000000003-0000000041.log");
    await storage.create("writer-strange.claim");
    const second = await claim(storage);
    assert.equal(second.epoch, 42);
    assert.deepEqual(second.others.map((other) => [other.epoch, other.isFinished]), [[1, true]]);
    await end(second);
  });

  it("is refused to a second opener at once, in the same process too", async () => {
    for (const storage of [memoryStorage(), directory(join(folder, "twice"))]) {
      await storage.prepare();
      const first = await claim(storage);
      const locked = await refusal(storage, { lockWaitMs: 0 });
      assert.match(locked.owner, /last sign of life \d+ s ago$/);
      assert.equal(await first.fenced(), "held");
      await end(first);
      await end(await claim(storage, { lockWaitMs: 0 }));
    }
  });

  it("is refused at the first heartbeat, when nobody says how long to wait", async () => {
    const clock = virtualClock();
    const storage = memoryStorage({ clock });
    const first = await claim(storage);
    const second = refusal(storage);
    await clock.advance(leaseMs / 5 + leaseMs / 20);
    await second;
    await end(first);
  });

  it("is had at the moment of a release, by whoever waits for it", async () => {
    const clock = virtualClock();
    const storage = memoryStorage({ clock });
    const first = await claim(storage);
    const second = claim(storage, { lockWaitMs: 10 * leaseMs });
    await clock.advance(9 * leaseMs);
    assert.equal(await first.fenced(), "held");
    await end(first);
    await clock.advance(leaseMs / 20);
    assert.equal((await second).epoch, 2);
    await end(await second);
  });

  it("is taken from an owner that is silent for its own lease, which then notices", async () => {
    const theirs = virtualClock();
    const ours = virtualClock();
    const storage = memoryStorage({ clock: ours });
    const paused = await claim({ ...storage, clock: theirs }, { leaseMs: 60_000 });
    const second = claim(storage, { leaseMs: 1_000 });
    await ours.advance(59_000);
    assert.equal(await paused.fenced(), "held");
    await ours.advance(6_000);
    const owner = await second;
    assert.equal(await paused.fenced(), "fenced");
    assert.equal(await owner.fenced(), "held");
    assert.deepEqual(owner.others.map((other) => other.isFinished), [false], "a lease is no proof");
    await paused.close();
    await end(owner);
  });

  it("is taken at once from an owner that is proven dead", async () => {
    const owner: OwnerPort = { ...memoryStorage().owner, provenDead: () => true };
    const storage = memoryStorage({ owner });
    const dead = await claim(storage);
    await dead.publish(flushed);
    const next = await claim(storage, { lockWaitMs: 0 });
    assert.equal(next.others[0]?.isFinished, true);
    assert.equal(next.others[0]?.watermark?.state, "running");
    await dead.close();
    await end(next);
  });

  it("waits for the lease of an opener that has not written its claim yet", async () => {
    const clock = virtualClock();
    const storage = memoryStorage({ clock });
    await storage.create("writer-0000000001.claim");
    assert.match((await refusal(storage, { lockWaitMs: 0 })).owner, /cannot be read/);
    const second = claim(storage);
    await clock.advance(leaseMs + leaseMs / 20);
    assert.equal((await second).epoch, 2);
    await end(await second);
  });

  it("is not taken by a lease if its owner would look for another claim than ours", async () => {
    const clock = virtualClock();
    const storage = memoryStorage({ clock });
    const first = await claim({ ...storage, clock: virtualClock() });
    await storage.create("segment-0000000001-0000000007.log");
    const second = refusal(storage);
    await clock.advance(leaseMs + leaseMs / 20);
    await second;
    await first.close();
  });

  it("steps back behind a newer claim, and leaves its own where it is", async () => {
    const storage = memoryStorage();
    const old = await storage.list();
    for (let epoch = 1; epoch <= 3; epoch++) await end(await claim(storage));
    await storage.remove("writer-0000000001.claim");
    let lists = 0;
    // The first list was taken before there was any claim.
    const late = await claim({ ...storage, list: () => lists++ === 0 ? old : storage.list() });
    assert.equal(late.epoch, 4);
    const left = await readClaim(storage, 1);
    assert(left !== "missing");
    assert.equal(left.watermark?.state, "released");
    await end(late);
  });

  it("publishes, marks and releases in turn, and readers see the last word", async () => {
    const storage = memoryStorage();
    const held = await claim(storage);
    const states: Array<unknown> = [];
    const note = async (): Promise<void> => {
      const [mark] = await readMarks(storage);
      states.push([mark?.watermark?.state, mark?.watermark?.position, mark?.watermark?.counter]);
    };
    await note();
    await held.publish(flushed);
    await note();
    await held.fail({ ...flushed, position: 18 });
    await note();
    await held.publish({ ...flushed, position: 19 });
    await held.sync();
    await note();
    await end(held);
    await note();
    assert.deepEqual(states, [
      ["running", 0, 1],
      ["running", 17, 2],
      ["failed", 18, 3],
      ["running", 19, 4],
      ["released", 19, 5],
    ]);
    assert.throws(() => held.publish(flushed), /after it was released/);
  });

  it("beats with what was published last, until it is released", async () => {
    const clock = virtualClock();
    const storage = memoryStorage({ clock });
    const held = await claim(storage);
    await held.publish(flushed);
    await clock.advance(leaseMs);
    const [beaten] = await readMarks(storage);
    assert.equal(beaten?.watermark?.counter, 2 + 5);
    assert.equal(beaten?.watermark?.position, 17);
    assert.equal(beaten?.watermark?.state, "running");
    await held.release();
    await clock.advance(leaseMs);
    assert.equal((await readMarks(storage))[0]?.watermark?.counter, 2 + 5 + 1);
    await held.close();
  });

  it("tells a heartbeat that could not be written, and beats on", async () => {
    const clock = virtualClock();
    const storage = failing(memoryStorage({ clock }));
    const failures: Array<unknown> = [];
    const held = await claim(storage, { heartbeatFailed: (cause) => failures.push(cause) });
    storage.fail("write");
    await clock.advance(leaseMs / 5);
    assert.match(String(failures[0]), /planted/);
    storage.fail(undefined);
    await clock.advance(leaseMs / 5);
    assert.equal(failures.length, 1);
    assert.equal((await readMarks(storage))[0]?.watermark?.counter, 3);
    await end(held);
  });

  it("is an open that failed, if the storage fails", async () => {
    for (const step of ["list", "create", "write", "datasync", "syncDirectory"] as const) {
      const storage = failing(memoryStorage());
      storage.fail(step);
      const claimed = await acquireClaim(storage, { leaseMs });
      assert(E.isLeft(claimed) && claimed.left._tag === "OpenFailed", step);
      assert.match(String(claimed.left.cause), /planted/);
    }
  });

  it("writes all of a claim through a storage that takes seven bytes at a time, and late", async () => {
    const storage = memoryStorage();
    const slow: StoragePort = {
      ...storage,
      create: async (name) => {
        const file = await storage.create(name);
        return file === "exists" ? file : {
          ...file,
          write: (at, bytes) => Promise.resolve().then(() => file.write(at, bytes.subarray(0, 7))),
        };
      },
    };
    const held = await claim(slow);
    // Not awaited one by one: what comes later waits, so that never both copies are in the making.
    const published = [1, 2, 3].map((position) => held.publish({ ...flushed, position }));
    await held.sync();
    const [mark] = await readMarks(storage);
    assert.equal(mark?.watermark?.position, 3);
    assert.equal(mark?.record?.leaseMs, leaseMs);
    await Promise.all(published);
    await end(held);
  });

  it("does not go round in circles if the storage takes no byte", async () => {
    const storage = memoryStorage();
    const full: StoragePort = {
      ...storage,
      create: async (name) => {
        const file = await storage.create(name);
        return file === "exists" ? file : { ...file, write: () => 0 };
      },
    };
    const claimed = await acquireClaim(full, { leaseMs });
    assert(E.isLeft(claimed) && claimed.left._tag === "OpenFailed");
  });

  it("removes what the plan says, and tells what it could not remove", async () => {
    const storage = memoryStorage();
    for (let epoch = 1; epoch <= 4; epoch++) await end(await claim(storage));
    const stuck: StoragePort = {
      ...storage,
      remove: (name) => {
        if (name.includes("2")) throw new Error("held open");
        return storage.remove(name);
      },
    };
    const held = await claim(stuck);
    const own = { epoch: held.epoch, record: undefined, watermark: undefined, isFinished: false };
    const plan = removableClaims([...held.others, own]);
    assert.deepEqual(plan, [1, 2, 3]);
    assert.deepEqual(await held.removeOld(plan), [2]);
    assert.deepEqual((await readMarks(storage)).map((file) => file.epoch), [2, 4, 5]);
    await end(held);
  });

  it("needs no fence, heartbeat or lease where the platform keeps others away", async () => {
    const clock = virtualClock();
    const shared = memoryStorage({ clock });
    const storage: StoragePort = {
      ...shared,
      capabilities: { ...shared.capabilities, lock: "platform" },
    };
    const first = await claim(storage);
    await first.publish(flushed);
    await clock.advance(leaseMs);
    assert.equal((await readMarks(storage))[0]?.watermark?.counter, 1);
    await first.sync();
    assert.equal((await readMarks(storage))[0]?.watermark?.position, 17);
    const second = await claim(storage, { lockWaitMs: 0 });
    assert.equal(await first.fenced(), "held");
    await end(second);
    await first.close();
  });

  it("is fenced when its directory is gone or was replaced", async () => {
    const place = join(folder, "moved");
    const storage = directory(place);
    await storage.prepare();
    const held = await claim(storage);
    renameSync(place, `${place}-away`);
    assert.equal(await held.fenced(), "fenced");
    await storage.prepare();
    assert.equal(await held.fenced(), "fenced");
    await held.close();
  });
});

/** A storage of which one step can be made to fail. */
function failing(storage: StoragePort): StoragePort & {
  readonly fail: (step: string | undefined) => void;
} {
  let failingStep: string | undefined;
  const check = (step: string): void => {
    if (step === failingStep) throw new Error(`planted: ${step}`);
  };
  return {
    ...storage,
    fail: (step) => {
      failingStep = step;
    },
    list: () => {
      check("list");
      return storage.list();
    },
    create: async (name) => {
      check("create");
      const file = await storage.create(name);
      if (file === "exists") return file;
      return {
        ...file,
        write: (at, bytes) => {
          check("write");
          return file.write(at, bytes);
        },
        datasync: () => {
          check("datasync");
          return file.datasync();
        },
      };
    },
    syncDirectory: () => {
      check("syncDirectory");
      return storage.syncDirectory();
    },
  };
}
