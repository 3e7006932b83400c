import * as E from "fp-ts/lib/Either.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstd } from "../../../stores/cold/zstd.ts";
import type { BlockCodec } from "../../../stores/file/archive/cold_tier.ts";
import { deflateRaw } from "../../../stores/file/archive/deflate_raw.ts";
import { sampleBytes } from "../../support/archive_samples.ts";

const found = zstd();

codecTests("deflate-raw", deflateRaw, undefined);
codecTests(
  "zstd",
  E.isRight(found) ? found.right : deflateRaw,
  E.isLeft(found) ? `this is ${found.left.found}, which has none` : undefined,
);

function codecTests(name: string, codec: BlockCodec, skip: string | undefined): void {
  describe(name, skip === undefined ? {} : { skip }, () => {
    it("gives back what was compressed", async () => {
      assert.equal(codec.name, name);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 70_000, size: "max" }), async (source) => {
          const compressed = await codec.compress(source);
          const inflated = await codec.inflate(compressed, source.length);
          assert.deepEqual(inflated && Uint8Array.from(inflated), source);
        }),
        { numRuns: 20 },
      );
    });

    it("gives back nothing, compressed", async () => {
      const compressed = await codec.compress(new Uint8Array());
      assert.equal((await codec.inflate(compressed, 0))?.length, 0);
      assert.equal(await codec.inflate(await codec.compress(new Uint8Array(1)), 0), undefined);
    });

    it("gives nothing of what is more than is wanted, and does not inflate it all", async () => {
      const bomb = await codec.compress(new Uint8Array(64 * 2 ** 20));
      assert.ok(bomb.length < 2 ** 17);
      assert.equal(await codec.inflate(bomb, 65_536), undefined);
      const block = await codec.compress(sampleBytes(65_536));
      assert.equal(await codec.inflate(block, 65_535), undefined);
    });

    it("gives nothing of bytes that are none of its own", async () => {
      assert.equal(await codec.inflate(new Uint8Array(100).fill(255), 65_536), undefined);
    });
  });
}
