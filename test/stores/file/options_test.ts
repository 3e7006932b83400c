import assert from "node:assert/strict";
import { test } from "node:test";
import { type FileStoreOptions, settingsOf } from "../../../stores/file/options.ts";

test("everything has a default, and durable is what it is by default", () => {
  const { observe, ...settings } = settingsOf({});
  assert.equal(observe({ _tag: "Fenced", epoch: 1 }), undefined);
  assert.deepEqual(settings, {
    mode: "create",
    durability: "sync",
    chain: "sha256",
    segmentBytesMax: undefined,
    commitBytesMax: 16 * 2 ** 20,
    activeTermsMax: 250_000,
    appendQueueBytesMax: 64 * 2 ** 20,
    groupBytesMax: 2 ** 20,
    groupFramesMax: 4096,
    blockingFlush: false,
    preallocateBytes: 0,
    runBytesMax: 2 ** 31,
    filesOpenMax: 64,
    pageCacheBytesMax: 8 * 2 ** 20,
    cold: undefined,
    codecs: undefined,
    coldCacheBytesMax: 64 * 2 ** 20,
    flushMs: 100,
    leaseMs: 15_000,
    lockWaitMs: undefined,
    pollMs: 100,
  });
});

test("a limit out of its bounds is a defect that names it, its value and its bounds", () => {
  const outside: ReadonlyArray<FileStoreOptions> = [
    { segmentBytesMax: 1023 },
    { segmentBytesMax: 31 * 2 ** 30 + 1 },
    { commitBytesMax: 2 ** 28 + 1 },
    { commitBytesMax: 0 },
    { groupFramesMax: 1.5 },
    { leaseMs: NaN },
    { flushMs: -1 },
    { preallocateBytes: -1 },
    { coldCacheBytesMax: -1 },
    { filesOpenMax: 0 },
    { pollMs: Infinity },
    { lockWaitMs: -5 },
  ];
  for (const options of outside) {
    const [name, value] = Object.entries(options)[0]!;
    assert.throws(() => settingsOf(options), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`${name} is ${value}; give a whole number from \\d+ to \\d+`),
      );
      return true;
    });
  }
});
