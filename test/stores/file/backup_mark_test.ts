import assert from "node:assert/strict";
import { test } from "node:test";
import { ok } from "../../../stores/conformance/words.ts";
import { backup } from "../../../stores/file/mod.ts";
import { smallStore } from "../../support/closed_store.ts";
import { diskOf } from "../../support/disk.ts";
import { faultyStorage } from "../../support/faulty_storage.ts";

test("the mark of a backup is flushed before that of the earlier one goes", async () => {
  const { files } = await smallStore();
  const calls: string[] = [];
  const watched = faultyStorage(await diskOf(), ({ operation, name }) => {
    if (name.startsWith("backup") || operation === "syncDirectory") calls.push(operation);
    return undefined;
  });
  for (let nth = 0; nth < 2; nth++) await ok(backup(await diskOf(files), watched));
  const between = calls.slice(calls.lastIndexOf("create"), calls.indexOf("remove"));
  const flushes = between.filter((call) => call.includes("sync"));
  assert.deepEqual(flushes, ["datasync", "syncDirectory"]);
});
