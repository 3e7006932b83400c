/**
 * Cold tiers on real servers. They take a while to start, so they are asked for:
 *
 *     LEFTFOLD_SERVERS=1 npx tsx --test test/stores/cold/servers_test.ts
 *
 * Ceph comes from the system's packages (see test/support/ceph.ts), Cloudflare R2 as its own
 * simulation: `npm install --no-save miniflare@4.20260426.0`, the newest that runs on Node 20.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Bucket, r2 } from "../../../stores/cold/r2.ts";
import { s3 } from "../../../stores/cold/s3.ts";
import { type Ceph, startCeph, whyNoCeph } from "../../support/ceph.ts";
import { coldTierContract } from "../../support/cold_tier_contract.ts";
import { right } from "../../support/either.ts";

const asked = process.env.LEFTFOLD_SERVERS === "1"
  ? undefined
  : "LEFTFOLD_SERVERS=1 asks for real servers";
let tiers = 0;

let ceph: Ceph | undefined;
coldTierContract("Ceph's RGW as a cold tier", {
  skip: asked ?? whyNoCeph(),
  make: async () => {
    ceph ??= await startCeph();
    const bucket = `bucket-${++tiers}`;
    const { endpoint, accessKeyId, secretAccessKey } = ceph;
    const options = { endpoint, accessKeyId, secretAccessKey, bucket, prefix: "orders & co/" };
    await makeBucket(options);
    return right(await s3(options)());
  },
  end: () => {
    ceph?.end();
    return Promise.resolve();
  },
});

/** Making a bucket is no business of a cold tier, so it has no function for it. */
async function makeBucket(options: {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}): Promise<void> {
  const { AwsClient } = await import("aws4fetch");
  const client = new AwsClient({ ...options, service: "s3", region: "us-east-1" });
  const { status } = await client.fetch(`${options.endpoint}/${options.bucket}`, { method: "PUT" });
  assert.equal(status, 200);
}

/** What is used of miniflare, which is not among the project's own packages. */
interface Miniflare {
  readonly getR2Bucket: (name: string) => Promise<Bucket>;
  readonly dispose: () => Promise<void>;
}

async function miniflare(): Promise<Miniflare | undefined> {
  const name = "miniflare";
  try {
    const module = await import(name);
    return new module.Miniflare({
      modules: true,
      script: "export default {}",
      compatibilityDate: "2026-04-01",
      r2Buckets: ["BUCKET"],
    });
  } catch {
    return undefined; // Not installed here.
  }
}

const simulated = asked === undefined ? await miniflare() : undefined;
coldTierContract("R2 as a cold tier", {
  skip: asked ?? (simulated ? undefined : "miniflare is not installed"),
  make: async () => {
    const bucket = await simulated!.getR2Bucket("BUCKET");
    return r2(bucket, { prefix: `store-${++tiers}/` });
  },
  end: () => simulated!.dispose(),
});
