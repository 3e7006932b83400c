import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { cloudEvents, leftfold } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-index-"));
after(() => rmSync(folder, { recursive: true }));

describe("leftfold index rebuild", () => {
  it("makes a damaged index sound again", async () => {
    const store = join(folder, "store");
    const args = ["import", "-", "--store", store, "--segment-bytes", "4096"];
    assert.equal((await leftfold(args, cloudEvents(100))).code, 0);
    const [run] = readdirSync(store).filter((name) => name.startsWith("index-")).sort();
    const bytes = readFileSync(join(store, run!));
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(join(store, run!), bytes);
    assert.equal((await leftfold(["verify", "--store", store])).code, 1);

    const { code, out, err } = await leftfold(["index", "rebuild", "--store", store]);
    assert.deepEqual({ code, err }, { code: 0, err: "" });
    assert.match(out, /^The index of .*store is made again, up to position 100: \d+ segments\n$/);
    assert.equal((await leftfold(["verify", "--deep", "--store", store])).code, 0);
    const told = await leftfold(["index", "rebuild", "--store", store, "--json"]);
    assert.equal(JSON.parse(told.out).position, 100);
  });

  it("tells that there is no store", async () => {
    const { code, err } = await leftfold(["index", "rebuild", "--store", join(folder, "none")]);
    assert.equal(code, 1);
    assert.match(err, /none/);
  });
});
