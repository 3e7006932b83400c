/**
 * A process that claims the store in a directory, says how it went in one line, and lets go when
 * its input ends. Arguments: the directory, the lease and how long to wait, in milliseconds.
 */
import * as E from "fp-ts/lib/Either.js";
import process from "node:process";
import { acquireClaim } from "../../stores/file/claims/claimant.ts";
import { directory } from "../../stores/storage/node.ts";

const [place = "", leaseMs = "", lockWaitMs = ""] = process.argv.slice(2);

const claimed = await acquireClaim(directory(place), {
  leaseMs: Number(leaseMs),
  lockWaitMs: Number(lockWaitMs),
});
if (E.isLeft(claimed)) {
  process.stdout.write(`${claimed.left._tag}\n`);
} else {
  const claim = claimed.right;
  process.stdout.write(`claimed ${claim.epoch}\n`);
  await new Promise((resolve) => process.stdin.on("end", resolve).resume());
  process.stdout.write(`${await claim.fenced()}\n`);
  await claim.release();
  await claim.close();
}
