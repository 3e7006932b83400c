/** The looks of an owner and of an opener, where the world changes between two of them. */
import assert from "node:assert/strict";
import * as E from "fp-ts/lib/Either.js";
import { describe, test } from "node:test";
import { acquireClaim } from "../../../../stores/file/claims/claimant.ts";
import type { Claim } from "../../../../stores/file/claims/held_claim.ts";
import type { StoragePort } from "../../../../stores/file/storage.ts";
import { memoryStorage, virtualClock } from "../../../../stores/storage/memory.ts";

const leaseMs = 15_000;

async function claim(storage: StoragePort): Promise<Claim> {
  const claimed = await acquireClaim(storage, { leaseMs });
  assert.ok(E.isRight(claimed), JSON.stringify(claimed));
  return claimed.right;
}

describe("an owner", () => {
  test("whose directory is replaced between its two looks is fenced", async () => {
    const place = memoryStorage();
    let looks = 0;
    let isReplaced = false;
    const storage: StoragePort = {
      ...place,
      exists: (name) => {
        const answer = isReplaced ? false : place.exists(name);
        isReplaced = ++looks === 1;
        return answer;
      },
    };
    const held = await claim(storage);
    assert.equal(await held.fenced(), "fenced", "an empty directory has no successor's claim");
    assert.equal(looks, 2);
    await held.close();
  });
});

describe("an opener", () => {
  test("whose wall clock leaps waits for the lease all the same", async () => {
    const clock = virtualClock();
    const place = memoryStorage({ clock });
    // An owner of whose death nothing is proof, and that does not beat.
    const silent = await claim({ ...place, clock: virtualClock() });
    let leaps = 0;
    const leaping = { ...clock, now: () => clock.now() + 3_600_000 * ++leaps };
    let outcome: "open" | "waits" = "waits";
    const opening = claim({ ...place, clock: leaping }).then((held) => {
      outcome = "open";
      return held;
    });
    await clock.advance(leaseMs * 0.9);
    assert.equal(outcome, "waits");
    await clock.advance(leaseMs * 0.3);
    assert.equal(outcome, "open");
    assert.equal(await silent.fenced(), "fenced");
    await (await opening).close();
    await silent.close();
  });
});
