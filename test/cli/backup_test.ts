import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { openFileStore } from "leftfold/stores/file";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { cloudEvents, leftfold, type Ran } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-backup-"));
after(() => rmSync(folder, { recursive: true }));

const store = join(folder, "store");
const away = join(folder, "away");
const anew = join(folder, "anew");

function fine({ code, out, err }: Ran): string {
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  return out;
}

function problem({ code, out, err }: Ran): string {
  assert.deepEqual({ code, out }, { code: 1, out: "" });
  assert.match(err, /^[^\n]+\n$/, "wanted one sentence");
  return err;
}

describe("leftfold backup and restore", () => {
  it("carry a store to another directory, beside a writer, and back", async () => {
    const lines = cloudEvents(100);
    const args = ["import", "-", "--store", store, "--segment-bytes", "4096"];
    fine(await leftfold(args, cloudEvents(60)));
    const said = fine(await leftfold(["backup", "--store", store, "--to", away]));
    assert.match(
      said,
      /^The backup in .*away holds .*store up to position 60: \d+ segments, .* wri/,
    );
    fine(await leftfold(args, lines));
    const owner = await run(openFileStore(directory(store)));
    try {
      const more = await leftfold(["backup", "--store", store, "--to", away, "--json"]);
      const { position, bytesWritten } = JSON.parse(fine(more));
      assert.equal(position, 100);
      assert(bytesWritten > 0);
    } finally {
      await run(owner.close);
    }
    assert.match(fine(await leftfold(["verify", "--store", away])), /: sound\n/);
    assert.equal(fine(await leftfold(["export", "--store", away])), lines);

    const back = fine(await leftfold(["restore", "--from", away, "--store", anew]));
    assert.match(back, /^Restored .*anew from .*away, up to position 100: \d+ segments\n$/);
    assert.equal(fine(await leftfold(["export", "--store", anew])), lines);
    assert.match(fine(await leftfold(["verify", "--deep", "--store", anew])), /: sound\n/);
  });

  it("say what is wrong with a place, and leave it as it is", async () => {
    const none = join(folder, "none");
    assert.match(problem(await leftfold(["backup", "--store", none, "--to", away])), /no store in/);
    const there = readdirSync(anew);
    const taken = problem(await leftfold(["backup", "--store", store, "--to", anew]));
    assert.match(
      taken,
      /^The place .*anew cannot take the copy: wanted an empty place, or one with/,
    );
    const over = problem(await leftfold(["restore", "--from", away, "--store", anew]));
    assert.match(over, /cannot take the copy: wanted an empty place, found a store; nothing was/);
    assert.deepEqual(readdirSync(anew), there);
    const wrong = problem(await leftfold(["restore", "--from", store, "--store", none]));
    assert.match(wrong, /^There is no whole backup in .*store; look at the place/);
    assert.equal(existsSync(none), false);
    const into = problem(await leftfold(["import", "-", "--store", away], cloudEvents(1)));
    assert.match(into, /is a backup; restore it elsewhere/);
  });
});
