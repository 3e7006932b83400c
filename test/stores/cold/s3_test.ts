import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { s3, type S3Options } from "../../../stores/cold/s3.ts";
import { coldTierContract } from "../../support/cold_tier_contract.ts";
import { left, right } from "../../support/either.ts";
import { type S3Server, s3Server } from "../../support/s3_server.ts";

let server: S3Server;
let stores = 0;

function optionsOf(options: Partial<S3Options> = {}): S3Options {
  stores += 1;
  return {
    endpoint: server.endpoint,
    bucket: "bucket",
    prefix: `a & b/${stores}/`,
    accessKeyId: "AK",
    secretAccessKey: "SK",
    ...options,
  };
}

coldTierContract("S3 as a cold tier", {
  make: async () => {
    server ??= await s3Server();
    return right(await s3(optionsOf())());
  },
  end: () => server.close(),
});

describe("what is sent to S3", () => {
  before(async () => {
    server = await s3Server();
  });
  after(() => server.close());

  it("probes at start-up that a second put is refused, with one put where the probe lies", async () => {
    const options = optionsOf();
    right(await s3(options)());
    assert.deepEqual(server.seen.map(({ method }) => method), ["PUT", "PUT"]);
    right(await s3(options)());
    assert.equal(server.seen.length, 3);
    for (const { path, headers } of server.seen) {
      assert.match(path, /^\/bucket\/a%20%26%20b\/\d+\/leftfold-probe$/);
      assert.equal(headers["if-none-match"], "*");
      assert.match(headers.authorization ?? "", /SignedHeaders=[^,]*if-none-match/);
    }
  });

  it("refuses a server that overwrites", async () => {
    server.mischief.ignoresConditions = true;
    const refused = left(await s3(optionsOf())());
    server.mischief.ignoresConditions = false;
    assert.equal(refused._tag, "Refused");
  });

  it("puts with a condition, and the size of the whole", async () => {
    const tier = right(await s3(optionsOf())());
    await tier.put("a", [new Uint8Array(10), new Uint8Array(5)]);
    const { headers, size } = server.seen.at(-1)!;
    assert.equal(headers["if-none-match"], "*");
    assert.equal(headers["content-length"], "15");
    assert.equal(size, 15);
  });

  it("asks for a range, and takes its part if the server gives all", async () => {
    const tier = right(await s3(optionsOf())());
    await tier.put("a", [Uint8Array.of(0, 1, 2, 3, 4)]);
    assert.deepEqual(await tier.read("a", 1, 2), Uint8Array.of(1, 2));
    assert.equal(server.seen.at(-1)!.headers.range, "bytes=1-2");
    server.mischief.ignoresRanges = true;
    assert.deepEqual(await tier.read("a", 1, 2), Uint8Array.of(1, 2));
    server.mischief.ignoresRanges = false;
  });

  it("tries again what failed for the server's own reasons, and not for ever", async () => {
    const tier = right(await s3(optionsOf())());
    await tier.put("a", [Uint8Array.of(1)]);
    server.mischief.failures = [503, 500];
    assert.equal(await tier.size("a"), 1);
    server.mischief.failures = [503, 500, 502];
    await assert.rejects(
      async () => await tier.read("a", 0, 1),
      /answered 502 \(Mischief: as told\)/,
    );
    server.mischief.failures = [403];
    await assert.rejects(
      async () => await tier.read("a", 0, 1),
      /answered 403 \(Mischief: as told\)/,
    );
    assert.deepEqual(server.mischief.failures, []);
  });

  it("gives up a server that does not answer", async () => {
    const tier = right(await s3(optionsOf({ requestMs: 50, retriesMax: 1 }))());
    server.mischief.silences = 2;
    await assert.rejects(async () => await tier.size("a"), /no answer within 50 ms/);
    assert.equal(server.mischief.silences, 0);
    assert.equal(await tier.size("a"), "missing");
  });

  it("is unavailable where nobody answers, the bucket is missing or the key is wrong", async () => {
    const nobody = left(await s3(optionsOf({ endpoint: "http://127.0.0.1:9", retriesMax: 0 }))());
    assert.equal(nobody._tag, "ColdUnavailable");
    const bucket = left(await s3(optionsOf({ bucket: "other" }))());
    assert.match(JSON.stringify(bucket), /"_tag":"ColdUnavailable"/);
    const stranger = left(await s3(optionsOf({ accessKeyId: "other" }))());
    assert.ok(stranger._tag === "ColdUnavailable" && stranger.cause instanceof Error);
    assert.match(stranger.cause.message, /403 \(AccessDenied/);
  });

  it("reads without a probe where it may not write, and then does not write", async () => {
    const options = optionsOf();
    await right(await s3(options)()).put("a", [Uint8Array.of(1)]);
    const before = server.seen.length;
    const tier = right(await s3({ ...options, access: "read" })());
    assert.equal(server.seen.length, before);
    assert.deepEqual(await tier.read("a", 0, 9), Uint8Array.of(1));
    await assert.rejects(async () => await tier.put("b", []), /open for reading only/);
  });
});
