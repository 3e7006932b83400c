import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ARCHIVE_HEADER_BYTES,
  BLOCK_SOURCE_BYTES,
} from "../../../../stores/file/archive/archive_file.ts";
import { openArchive } from "../../../../stores/file/archive/archive_reader.ts";
import { compareArchive } from "../../../../stores/file/archive/archive_writer.ts";
import type { BlockCodec } from "../../../../stores/file/archive/cold_tier.ts";
import { deflateRaw } from "../../../../stores/file/archive/deflate_raw.ts";
import { readPart } from "../../../../stores/file/files.ts";
import { FaultError } from "../../../../src/run.ts";
import {
  archivesOf,
  type Asked,
  fileOf,
  headerOf,
  packed,
  sampleBytes,
  tierOf,
} from "../../../support/archive_samples.ts";

const NAME = "archive-0000000003-0000000001.arc";
const SOURCE = sampleBytes(5 * BLOCK_SOURCE_BYTES + 1234);

async function tagOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return "nothing";
  } catch (thrown) {
    return thrown instanceof FaultError ? thrown.fault._tag : String(thrown);
  }
}

test("any part of an archived segment is what it was", async () => {
  const archive = await packed(SOURCE);
  assert.ok(archive.length < SOURCE.length / 2);
  for (const cacheBlocks of [0, 1, 64]) {
    const archives = archivesOf(tierOf(archive), [deflateRaw], cacheBlocks);
    const { file, header } = await openArchive(archives, NAME);
    assert.deepEqual(header, headerOf(SOURCE));
    assert.equal(await file.size(), SOURCE.length);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(SOURCE.length + 10),
        fc.nat(3 * BLOCK_SOURCE_BYTES),
        async (at, size) => {
          assert.deepEqual(await readPart(file, at, size), SOURCE.slice(at, at + size));
        },
      ),
      { numRuns: 25 },
    );
  }
});

test("a read fetches the blocks that it touches, neighbours at once, and none twice", async () => {
  const asked: Asked = { reads: [] };
  const { file } = await openArchive(archivesOf(tierOf(await packed(SOURCE), asked)), NAME);
  const opened = asked.reads.length;
  assert.equal(opened, 2, "header and table");
  await readPart(file, BLOCK_SOURCE_BYTES + 5, 10);
  assert.equal(asked.reads.length, opened + 1);
  await readPart(file, BLOCK_SOURCE_BYTES - 5, 2 * BLOCK_SOURCE_BYTES);
  // The blocks on both sides of the one that is there.
  assert.equal(asked.reads.length, opened + 3);
  await Promise.all([readPart(file, 0, SOURCE.length), readPart(file, 0, SOURCE.length)]);
  assert.equal(asked.reads.length, opened + 4, "three neighbours, fetched once for both");
  const fetched = asked.reads.slice(opened).reduce((sum, { size }) => sum + size, 0);
  assert.ok(fetched < (await packed(SOURCE)).length);
});

test("an archive with any bit turned over is corrupt, or newer, also where it would read as it was", async () => {
  const small = sampleBytes(100);
  const archive = await packed(small);
  for (let bit = 0; bit < archive.length * 8; bit++) {
    const damaged = archive.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const read = async (): Promise<void> => {
      const { file } = await openArchive(archivesOf(tierOf(damaged)), NAME);
      assert.deepEqual(await readPart(file, 0, small.length), small);
    };
    assert.match(await tagOf(read()), /^(Corrupt|NewerFormat)$/, `bit ${bit}`);
  }
});

test("an archive that is cut anywhere is corrupt", async () => {
  const small = sampleBytes(100);
  const archive = await packed(small);
  for (let size = 0; size < archive.length; size++) {
    const cut = tierOf(archive.slice(0, size));
    assert.equal(await tagOf(openArchive(archivesOf(cut), NAME)), "Corrupt", `size ${size}`);
  }
});

test("a block that inflates without end is corrupt, and is given up early", async () => {
  const source = sampleBytes(BLOCK_SOURCE_BYTES);
  const endless: BlockCodec = {
    ...deflateRaw,
    compress: () => deflateRaw.compress(new Uint8Array(64 * 2 ** 20)),
  };
  let most = 0;
  const watching: BlockCodec = {
    ...deflateRaw,
    inflate: async (bytes, sizeMax) => {
      const inflated = await deflateRaw.inflate(bytes, sizeMax);
      most = Math.max(most, inflated?.length ?? 0);
      return inflated;
    },
  };
  const archive = await packed(source, endless);
  const { file } = await openArchive(archivesOf(tierOf(archive), [watching]), NAME);
  assert.equal(await tagOf(Promise.resolve(readPart(file, 0, 10))), "Corrupt");
  assert.equal(most, 0);
});

test("blocks of other bytes do not compare with the segment, whatever their checksums say", async () => {
  const archive = await packed(SOURCE);
  await compareArchive(archivesOf(tierOf(archive)), NAME, headerOf(SOURCE), fileOf(SOURCE));
  const other = SOURCE.slice();
  other[4 * BLOCK_SOURCE_BYTES]! ^= 1;
  const compared = compareArchive(
    archivesOf(tierOf(archive)),
    NAME,
    headerOf(SOURCE),
    fileOf(other),
  );
  assert.equal(await tagOf(compared), "Corrupt");
  const renamed = { ...headerOf(SOURCE), segment: 4 };
  const misnamed = compareArchive(archivesOf(tierOf(archive)), NAME, renamed, fileOf(SOURCE));
  assert.equal(await tagOf(misnamed), "Corrupt");
});

test("what the tier does not give is unavailable, and is asked for again", async () => {
  const archive = await packed(SOURCE);
  const tier = tierOf(archive);
  const gone = { ...tier, size: () => "missing" as const };
  assert.equal(await tagOf(openArchive(archivesOf(gone), NAME)), "ColdUnavailable");
  assert.equal(await tagOf(openArchive(archivesOf(tier, []), NAME)), "ColdUnavailable");
  let isDown = false;
  const shaky = {
    ...tier,
    read: (name: string, at: number, size: number) => {
      if (isDown) throw new Error("no route to host");
      return tier.read(name, at, size);
    },
  };
  const { file } = await openArchive(archivesOf(shaky), NAME);
  isDown = true;
  assert.equal(
    await tagOf(Promise.resolve(readPart(file, ARCHIVE_HEADER_BYTES, 10))),
    "ColdUnavailable",
  );
  isDown = false;
  assert.deepEqual(await readPart(file, 128, 10), SOURCE.slice(128, 138));
});
