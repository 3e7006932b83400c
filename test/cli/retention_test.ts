import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { openFileStore } from "leftfold/stores/file";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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

describe("leftfold drop", () => {
  const positionsOf = async (store: string, ...more: string[]): Promise<ReadonlyArray<number>> => {
    const out = fine(await leftfold(["read", "--store", store, "--json", ...more]));
    return out.split("\n").slice(0, -1).map((line) => JSON.parse(line).position);
  };
  const json = async (...args: ReadonlyArray<string>): Promise<Record<string, unknown>> =>
    JSON.parse((await leftfold([...args, "--json"])).out);

  it("says what would go, and which streams would be forgotten, and drops it when told to", async () => {
    const store = await filled();
    const files = readdirSync(store);
    const args = ["drop", "--store", store, "--below", "60"];
    const { code, out, err } = await leftfold(args);
    assert.deepEqual([code, err], [1, ""], "without --forget it would be refused");
    assert.match(
      out,
      /^\d+ events would go, at positions 1 to \d+: \d+ segments, [\d,]+ bytes of /,
    );
    assert.match(out, /\nStreams would be forgotten .*"show-\d".* refused without --forget\n/);
    assert.doesNotMatch(out, /--yes/);
    const refused = await leftfold([...args, "--yes"]);
    assert.deepEqual([refused.code, refused.out], [1, out]);
    assert.match(refused.err, /^Nothing was dropped, since streams would be forgotten .*\n$/);
    assert.equal((await positionsOf(store)).length, 120);
    assert.match(fine(await leftfold([...args, "--forget"])), /\nNothing is done yet; .* --yes\n$/);
    assert.deepEqual(
      readdirSync(store).filter((name) => !files.includes(name)).length,
      1,
      "a claim",
    );

    const { floor, forgotten } = await json(...args, "--forget");
    assert(Array.isArray(forgotten) && forgotten.length > 1);
    assert.equal(new Set(forgotten).size, forgotten.length, "each once");
    const done = fine(await leftfold([...args, "--forget", "--yes"]));
    assert.match(done, new RegExp(`\\nDropped \\d+ segments of .*begins at position ${floor}\\n$`));
    assert.equal((await positionsOf(store))[0], floor);
    const again = fine(await leftfold([...args, "--yes"]));
    const [, next] = /^Nothing is to be dropped, .* goes with --below (\d+)\n$/.exec(again) ?? [];
    assert(Number(next) > 60, again);
    const more = await json("drop", "--store", store, "--below", `${next}`);
    assert.deepEqual([more["segments"], more["floor"]], [1, Number(next)]);
    assert.match(fine(await leftfold(["verify", "--store", store])), /: sound\n/);
  });

  it("wants to know where the archives are that would go", async () => {
    const store = await filled();
    const cold = `${store}-cold`;
    fine(await leftfold(["archive", "--store", store, "--to", cold, "--through", "40"]));
    const args = ["drop", "--store", store, "--below", "100", "--forget"];
    assert.match(fine(await leftfold(args)), /segments, \d of them in the cold tier, /);
    const refused = await leftfold([...args, "--yes"]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^A part of what would go of .*: say where with --cold, .*\n$/);
    assert.ok(readdirSync(cold).length > 0);
    assert.match(fine(await leftfold([...args, "--yes", "--cold", cold])), /\nDropped \d+ seg/);
    assert.deepEqual(readdirSync(cold), []);
  });
});

describe("leftfold erase", () => {
  it("says what would be erased, and erases it when told to", async () => {
    const store = await filled();
    const args = ["erase", "--store", store, "--stream", "show-2"];
    const plan = fine(await leftfold(args));
    assert.match(plan, /^10 events at positions 21 to 30 would lose data and metadata, for good; /);
    assert.match(plan, /\nNothing is done yet; .* --yes\n$/);
    assert.equal(fine(await leftfold(["export", "--store", store])), lines);
    assert.match(
      fine(await leftfold([...args, "--until", "25"])),
      /^5 events at positions 21 to 25 would/,
    );
    const done = fine(await leftfold([...args, "--yes"]));
    assert.match(done, /\nErased 10 events of .*, in \d segments?\n$/);
    const read = fine(await leftfold(["read", "--store", store, "--stream", "show-2"]));
    assert.equal(read.match(/ erased$/gm)?.length, 10);
    const again = fine(await leftfold([...args, "--yes"]));
    assert.equal(again, "Nothing is to be erased: no event matches, or all that do are erased\n");
    const json = JSON.parse(fine(await leftfold([...args, "--json"])));
    assert.deepEqual(json, { store, records: 0, segments: 0, bytes: 0, isDone: false });
    assert.match(fine(await leftfold(["verify", "--deep", "--store", store])), /: sound\n/);
  });

  it("reaches what is archived, if it is told where", async () => {
    const store = await filled();
    const cold = `${store}-cold`;
    fine(await leftfold(["archive", "--store", store, "--to", cold]));
    const archives = readdirSync(cold).length;
    const args = ["erase", "--store", store, "--stream", "show-2"];
    const told = problem(await leftfold(args));
    assert.match(told, /^A part of .* is archived, .*: say where with --cold\n$/);
    const done = fine(await leftfold([...args, "--cold", cold, "--yes"]));
    assert.match(done, /\nErased 10 events of /);
    assert.ok(readdirSync(cold).length < archives);
  });

  it("is a problem as long as a file stays that holds what was erased", async () => {
    const store = await filled();
    const cold = `${store}-cold`;
    fine(await leftfold(["archive", "--store", store, "--to", cold, "--through", "90"]));
    // A directory with something in it, under the name of an archive, cannot be removed.
    const [name = ""] = readdirSync(cold).sort();
    const stays = name.replace(/\d{10}\.arc$/, "0000000009.arc");
    mkdirSync(join(cold, stays, "inside"), { recursive: true });
    const args = ["erase", "--store", store, "--stream", "show-0", "--cold", cold, "--yes"];
    const { code, out } = await leftfold(args);
    assert.equal(code, 1);
    assert.match(
      out,
      new RegExp(`\\nErased 10 events .*; ${stays} could not be removed and may still `),
    );
  });
});
