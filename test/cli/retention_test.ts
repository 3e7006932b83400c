import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { openFileStore } from "leftfold/stores/file";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { cloudEvents, leftfold, type Ran } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-retention-"));
after(() => rmSync(folder, { recursive: true }));

const lines = cloudEvents(120);
let made = 0;

/** A new store of some segments. */
async function filled(): Promise<string> {
  const store = join(folder, `store-${++made}`);
  fine(await leftfold(["import", "-", "--store", store, "--segment-bytes", "4096"], lines));
  return store;
}

function fine({ code, out, err }: Ran): string {
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  return out;
}

function problem({ code, out, err }: Ran): string {
  assert.deepEqual({ code, out }, { code: 1, out: "" });
  assert.match(err, /^[^\n]+\n$/, "wanted one sentence");
  return err;
}

async function versionsOf(store: string, stream: string): Promise<ReadonlyArray<number>> {
  const read = ["read", "--store", store, "--stream", stream, "--json"];
  const out = fine(await leftfold(read));
  return out.split("\n").slice(0, -1).map((line) => JSON.parse(line).version);
}

describe("leftfold streams", () => {
  it("prints each stream, or those of a prefix", async () => {
    const store = await filled();
    const out = fine(await leftfold(["streams", "--store", store]));
    const all = out.split("\n").slice(0, -1).sort();
    assert.equal(all.length, 12);
    assert.equal(all[0], "      10  show-0@10");
    const some = fine(
      await leftfold(["streams", "--store", store, "--prefix", "show-1", "--json"]),
    );
    const found = some.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    assert.deepEqual(found.map(({ stream }) => stream).sort(), ["show-1", "show-10", "show-11"]);
    assert.deepEqual(found.find(({ stream }) => stream === "show-1"), {
      stream: "show-1",
      version: 10,
      position: 20,
    });
    assert.equal(fine(await leftfold(["streams", "--store", store, "--prefix", "none"])), "");
  });
});

describe("leftfold truncate", () => {
  it("only says what it would do beside a writer", async () => {
    const store = await filled();
    const writer = await run(openFileStore(directory(store)));
    const args = ["truncate", "show-1", "--before", "8", "--store", store];
    assert.match(fine(await leftfold(args)), /^Versions 1 to 7 /);
    const told = problem(await leftfold([...args, "--yes"]));
    assert.match(told, /^Somebody else may write to the store: .*; close it there, then repeat /);
    await run(writer.close);
  });

  it("says what would be left out, and leaves it out when told to", async () => {
    const store = await filled();
    const args = ["truncate", "show-1", "--before", "8", "--store", store];
    const files = readdirSync(store);
    for (const dry of [[], ["--dry-run"]]) {
      const said = fine(await leftfold([...args, ...dry]));
      assert.match(said, /^Versions 1 to 7 of the stream "show-1", which goes on to version 10, /);
      assert.match(said, /\nNothing is done yet; .* --yes\n$/);
    }
    assert.deepEqual(readdirSync(store), files);
    const done = fine(await leftfold([...args, "--yes"]));
    assert.match(done, /^Versions 1 to 7 .*\nThat cannot be .*\nTruncated the stream "show-1" of /);
    assert.deepEqual(await versionsOf(store, "show-1"), [8, 9, 10]);
    const nothing = /^The stream "show-1" has nothing to leave out before that version\n$/;
    assert.match(fine(await leftfold(args)), nothing);
    assert.match(fine(await leftfold([...args, "--yes"])), nothing);
    const more = ["truncate", "show-1", "--before", "9", "--store", store, "--json"];
    const plan = { store, stream: "show-1", version: 10, isEnded: false };
    assert.deepEqual(JSON.parse(fine(await leftfold(more))), {
      ...plan,
      leftOut: { from: 8, to: 8 },
      isDone: false,
    });
  });

  it("refuses what is behind the stream, and a stream that is not there", async () => {
    const store = await filled();
    for (const yes of [[], ["--yes"]]) {
      const behind = ["truncate", "show-1", "--before", "11", "--store", store, ...yes];
      assert.match(problem(await leftfold(behind)), /wanted at most 10, .* tombstone .*found 11/);
      const none = ["truncate", "show-x", "--before", "2", "--store", store, ...yes];
      assert.match(
        problem(await leftfold(none)),
        /"show-x" before version 2: wanted a stream with a record in it, found none of that name/,
      );
    }
    const nowhere = ["truncate", "a", "--before", "2", "--store", join(folder, "none"), "--yes"];
    assert.match(problem(await leftfold(nowhere)), /^There is no store in .*none; .* import\n$/);
  });
});

describe("leftfold tombstone", () => {
  it("says what would be left out, and ends the stream when told to", async () => {
    const store = await filled();
    const args = ["tombstone", "show-1", "--store", store];
    assert.match(
      fine(await leftfold(args)),
      /^Versions 1 to 10 of the stream "show-1" would not be read any more, and an append .*\n.*\nNo/,
    );
    assert.deepEqual((await versionsOf(store, "show-1")).length, 10);
    assert.match(fine(await leftfold([...args, "--yes"])), /\nEnded the stream "show-1" of /);
    assert.deepEqual(await versionsOf(store, "show-1"), []);
    const again = fine(await leftfold([...args, "--yes"]));
    assert.equal(again, 'The stream "show-1" is ended by a tombstone; there is nothing to do\n');
    const unused = ["tombstone", "show-\u009b", "--store", store];
    assert.match(
      fine(await leftfold(unused)),
      /^The stream "show-\\u009b" has no record; its name would be taken out of use, and an append/,
    );
  });
});
