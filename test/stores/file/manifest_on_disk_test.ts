/** The newest manifest of a segment, read from its file a second time. */
import { isLeft } from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { corruptIn } from "../../../stores/file/attempt.ts";
import { type Files, filesOf } from "../../../stores/file/files.ts";
import { FRAME_HEADER_BYTES } from "../../../stores/file/format/frame.ts";
import { addArchived } from "../../../stores/file/format/manifest.ts";
import { settingsOf } from "../../../stores/file/options.ts";
import { manifestOnDisk } from "../../../stores/file/scan.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { readHeader, segmentsIn } from "../../../stores/file/survey.ts";
import { openWriting } from "../../../stores/file/writing.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";

test("a manifest whose frame changes between two reads is damage, and no other version's", async () => {
  const storage = memoryStorage();
  const session = await openWriting(storage, settingsOf({}));
  await session.control.changeManifest((now) => addArchived(now, 1_000, 1));
  await session.close();
  const [segment] = segmentsIn(await storage.list());
  const header = segment ? await readHeader(filesOf(storage, 4), segment) : "missing";
  if (header === "missing" || isLeft(header)) throw new Error("the store has no first segment");
  const sound = await manifestOnDisk(filesOf(storage, 4), header.right);
  assert.equal(sound?.archived.length, 1);
  await assert.rejects(
    manifestOnDisk(changing(storage), header.right),
    (thrown) => {
      const damage = corruptIn(thrown);
      assert.deepEqual(
        [damage?.wanted, damage?.found],
        ["the manifest that was just read", "other bytes"],
      );
      return true;
    },
  );
});

/** Files in which a frame header that is read alone, and so after the scan, is not what it was. */
function changing(storage: StoragePort): Files {
  return filesOf({
    openRead: async (name) => {
      const file = await storage.openRead(name);
      if (file === "missing") return file;
      return {
        ...file,
        read: async (at, into) => {
          const count = await file.read(at, into);
          if (at > 0 && into.length === FRAME_HEADER_BYTES) into.fill(0xff);
          return count;
        },
      };
    },
  }, 4);
}
