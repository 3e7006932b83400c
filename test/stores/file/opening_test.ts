import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crc32 } from "../../../stores/file/format/checksum.ts";
import { writeFrameHeader } from "../../../stores/file/format/frame.ts";
import { openFileStore, storeStats, verifyStore } from "../../../stores/file/mod.ts";
import { simulatedDisk } from "../../../stores/storage/simulated.ts";
import { SEGMENT_HEADER_BYTES } from "../../../stores/file/format/segment.ts";
import { closedStore, readingOf, smallStore } from "../../support/closed_store.ts";
import { appendAll, fault, ok, recordsOf } from "../../../stores/conformance/words.ts";
import { bytesOf, diskOf, type Files, filesIn, namesOf, withFile } from "../../support/disk.ts";
import { faultyStorage, systemError } from "../../support/faulty_storage.ts";
import { sampleCommit } from "../../support/life_of_a_store.ts";

/** Bytes with a number of 16 bits at a place, and the checksum at another made right again. */
function withNumber(bytes: Uint8Array, at: number, value: number, crcAt: number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint16(at, value, true);
  view.setUint32(crcAt, crc32(view, 0, 0, crcAt), true);
  return copy;
}

async function assertNewer(files: Files, name: string): Promise<void> {
  for (const mode of ["create", "existing", "readOnly", "salvage"] as const) {
    const disk = await diskOf(files, { seed: 2 });
    const told = await fault(openFileStore(disk, { mode }), "NewerFormat");
    assert.equal(told.file, name);
    assert.ok(told.found > told.known);
    const process = simulatedDisk({ seed: 2, files }).start();
    await fault(openFileStore(process.storage, { mode }), "NewerFormat");
    assert.deepEqual(process.open(), [], `${mode} leaves nothing open`);
  }
  await fault(verifyStore(await diskOf(files)), "NewerFormat");
}

describe("a store of a newer format", () => {
  test("is told by STORE, before a claim is put beside it", async () => {
    const { files } = await smallStore();
    const newer = withFile(files, "STORE", withNumber(bytesOf(files, "STORE"), 10, 2, 508));
    await assertNewer(newer, "STORE");
    const disk = await diskOf(newer);
    await fault(openFileStore(disk), "NewerFormat");
    assert.deepEqual([...filesIn(disk).keys()], [...newer.keys()]);
  });

  test("that this program may read is opened", async () => {
    const { files, records } = await smallStore();
    const newer = withFile(files, "STORE", withNumber(bytesOf(files, "STORE"), 8, 2, 508));
    assert.deepEqual(await readingOf(newer), { records, fault: undefined });
  });

  test("is told by the header of its newest segment", async () => {
    const { files } = await smallStore();
    const name = namesOf(files, "segment").at(-1)!;
    await assertNewer(withFile(files, name, withNumber(bytesOf(files, name), 8, 2, 124)), name);
  });

  test("is told by a frame of a type that nobody knows yet; 16 to 31 are passed over", async () => {
    const { files, records } = await closedStore([sampleCommit("one", ["a-1"])]);
    const [name] = namesOf(files, "segment");
    const known = [...namesOf(files, "index"), ...namesOf(files, "writer")]
      .reduce<Files>((rest, one) => withFile(rest, one, undefined), files);
    for (const type of [5, 15, 16, 31, 32, 255]) {
      const newer = withFile(known, name!, withFrame(bytesOf(files, name!), type));
      if (type < 16 || type > 31) {
        await assertNewer(newer, name!);
        continue;
      }
      const store = await ok(openFileStore(await diskOf(newer, { seed: 2 })));
      assert.deepEqual(await recordsOf(store), records);
      assert.equal((await ok(store.append(sampleCommit("two", ["a-1"])))).first, 2);
      await ok(store.close);
    }
  });
});

/** A segment of one commit with a frame of some type behind it. */
function withFrame(bytes: Uint8Array, type: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const salt = view.getUint32(60, true);
  const previous = view.getUint32(SEGMENT_HEADER_BYTES + 4, true);
  const frame = new Uint8Array(48);
  frame.fill(7, 40);
  writeFrameHeader(frame, {
    bodySize: 8,
    previous,
    durableTo: SEGMENT_HEADER_BYTES,
    position: 2,
    events: 0,
    time: 0,
    type,
    flags: 0,
  }, salt);
  const both = new Uint8Array(bytes.length + frame.length);
  both.set(bytes);
  both.set(frame, bytes.length);
  return both;
}

describe("a segment that is not what its name says", () => {
  async function assertTold(files: Files, name: string): Promise<void> {
    const told = await fault(openFileStore(await diskOf(files, { seed: 2 })), "Corrupt");
    assert.equal(told.file, name);
    const reading = await readingOf(files);
    assert.equal(reading.fault?._tag, "Corrupt");
    const { problems } = await ok(verifyStore(await diskOf(files)));
    assert.ok(problems.some(({ file }) => file === name), JSON.stringify(problems));
  }

  test("is Corrupt: one of another store", async () => {
    const [one, other] = [await smallStore(), await smallStore({ seed: 99 })];
    const name = namesOf(one.files, "segment").at(-1)!;
    await assertTold(withFile(one.files, name, bytesOf(other.files, name)), name);
  });

  test("is Corrupt: two that were swapped", async () => {
    const { files } = await smallStore();
    const [first, second] = namesOf(files, "segment");
    const swapped = withFile(
      withFile(files, first!, bytesOf(files, second!)),
      second!,
      bytesOf(files, first!),
    );
    const bare = namesOf(files, "index").reduce<Files>(
      (rest, one) => withFile(rest, one, undefined),
      swapped,
    );
    const told = await fault(openFileStore(await diskOf(bare, { seed: 2 })), "Corrupt");
    assert.ok([first, second].includes(told.file));
  });

  test("is Corrupt: an older copy of the newest", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const older = filesIn(disk);
    await appendAll(store, sampleCommit("two", ["a-1"]), sampleCommit("three", ["a-1"]));
    await ok(store.close);
    const [name] = namesOf(older, "segment");
    await assertTold(withFile(filesIn(disk), name!, bytesOf(older, name!)), name!);
  });

  test("is Corrupt: an older copy of one that is closed", async () => {
    const { files } = await smallStore();
    const [name] = namesOf(files, "segment");
    const bare = namesOf(files, "index").reduce<Files>(
      (rest, one) => withFile(rest, one, undefined),
      files,
    );
    await assertTold(withFile(bare, name!, bytesOf(files, name!).slice(0, 400)), name!);
  });
});

describe("opening", () => {
  test("finds no store where there is none, and makes one only if it may", async () => {
    for (const mode of ["existing", "readOnly", "salvage"] as const) {
      const disk = await diskOf();
      await fault(openFileStore(disk, { mode }), "StoreMissing");
      assert.equal(filesIn(disk).size, 0);
    }
    await fault(verifyStore(await diskOf()), "StoreMissing");
    await fault(storeStats(await diskOf()), "StoreMissing");
  });

  test("leaves unknown names alone", async () => {
    const { files, records } = await smallStore();
    const strange = new Map([...files, ["notes.txt", Uint8Array.of(1)], [
      "segment-1-1.log",
      Uint8Array.of(2),
    ]]);
    const disk = await diskOf(strange);
    const store = await ok(openFileStore(disk));
    assert.deepEqual(await recordsOf(store), records);
    await ok(store.close);
    assert.deepEqual(bytesOf(filesIn(disk), "notes.txt"), Uint8Array.of(1));
    assert.deepEqual(bytesOf(filesIn(disk), "segment-1-1.log"), Uint8Array.of(2));
  });

  test("twice in one process is StoreLocked, and readers may come", async () => {
    const disk = await diskOf(new Map(), { othersDead: false });
    const store = await ok(openFileStore(disk));
    const told = await fault(openFileStore(disk, { lockWaitMs: 0 }), "StoreLocked");
    assert.match(told.owner, /7/);
    const reader = await ok(openFileStore(disk, { mode: "readOnly" }));
    await ok(reader.close);
    await ok(store.close);
    await ok((await ok(openFileStore(disk))).close);
  });

  test("writes STORE again if its creation was cut off, as long as there is no segment", async () => {
    const { files } = await smallStore();
    const whole = bytesOf(files, "STORE");
    for (const size of [0, 1, 8, 100, 511, 512]) {
      for (const isZeroFilled of [false, true]) {
        const torn = new Uint8Array(isZeroFilled ? 512 : size);
        torn.set(whole.subarray(0, size));
        const store = await ok(
          openFileStore(await diskOf(new Map([["STORE", torn]]), { seed: 3 })),
        );
        await ok(store.append(sampleCommit("one", ["a-1"])));
        await ok(store.close);
        if (size === 512) continue;
        const later = withFile(files, "STORE", torn);
        await fault(openFileStore(await diskOf(later)), "Corrupt");
        assert.equal((await readingOf(later)).fault?._tag, "Corrupt");
      }
    }
  });

  test("after a failed flush of the log is refused until the machine has started again", async () => {
    const disk = await diskOf();
    const store = await ok(openFileStore(disk));
    await ok(store.append(sampleCommit("one", ["a-1"])));
    const files = filesIn(disk);
    const broken = await diskOf(files, { seed: 2 });
    const flushless = faultyStorage(broken, ({ operation, name }) => {
      const fails = operation === "datasync" && name.startsWith("segment");
      return fails ? { _tag: "Fails", error: systemError("EIO") } : undefined;
    });
    await fault(openFileStore(flushless), "OpenFailed");
    const sameBoot = await diskOf(filesIn(broken), { seed: 3 });
    const told = await fault(openFileStore(sameBoot), "OpenFailed");
    assert.match(String(told.cause), /flush failed/);
    await fault(openFileStore(sameBoot), "OpenFailed");
    const nextBoot = await diskOf(filesIn(sameBoot), { seed: 4, boot: 2 });
    const again = await ok(openFileStore(nextBoot));
    assert.equal((await recordsOf(again)).length, 1);
    await ok(again.close);
  });

  test("again and again adds no segment unless something was torn", async () => {
    const { files, records } = await smallStore();
    const disk = await diskOf(files);
    for (let nth = 0; nth < 5; nth++) {
      const store = await ok(openFileStore(disk));
      assert.deepEqual(await recordsOf(store), records);
      await ok(store.close);
    }
    assert.deepEqual(namesOf(filesIn(disk), "segment"), namesOf(files, "segment"));
    assert.equal(namesOf(filesIn(disk), "index").length, namesOf(files, "index").length);
    assert.ok(namesOf(filesIn(disk), "writer").length <= 3, "old claims go");
  });
});
