import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { openFileStore } from "leftfold/stores/file";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { cloudEvents, leftfold, type Ran } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-command-"));
after(() => rmSync(folder, { recursive: true }));

let made = 0;
/** A directory that is not there yet. */
const place = (): string => join(folder, `store-${++made}`);

/** A store with events, and the lines that they came from. */
async function filled(count: number): Promise<{ readonly store: string; readonly lines: string }> {
  const store = place();
  const lines = cloudEvents(count);
  assert.equal((await leftfold(["import", "-", "--store", store], lines)).code, 0);
  return { store, lines };
}

/** The answer of a run that found nothing wrong. */
function fine({ code, out, err }: Ran): string {
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  return out;
}

/** The sentence of a run that found a problem. */
function problem({ code, out, err }: Ran): string {
  assert.deepEqual({ code, out }, { code: 1, out: "" });
  assert.match(err, /^[^\n]+\n$/, "wanted one sentence");
  assert.doesNotMatch(err, /^\s+at /m);
  return err;
}

describe("leftfold import and export", () => {
  it("give the same lines back, also packed, and a second import adds nothing", async () => {
    const lines = cloudEvents(120);
    const input = join(folder, "in.ndjson.gz");
    writeFileSync(input, gzipSync(lines));
    const store = place();
    const first = fine(await leftfold(["import", input, "--store", store]));
    assert.match(
      first,
      /^Added all to .*: 120 events in 120 commits, from 120 lines of .*in\.ndjson/,
    );
    assert.equal(fine(await leftfold(["export", "--store", store])), lines);

    const again = fine(await leftfold(["import", input, "--store", store]));
    assert.match(again, /^Added nothing to .*: it has all of 120 events.*, already\n$/);
    const json = fine(await leftfold(["import", input, "--store", store, "--json"]));
    const counts = { lines: 120, commits: 120, events: 120, added: 0, repeated: 120 };
    assert.deepEqual(JSON.parse(json), { store, ...counts });

    const output = join(folder, "out.ndjson.gz");
    const wrote = fine(await leftfold(["export", "--store", store, "--output", output, "--json"]));
    assert.deepEqual(JSON.parse(wrote), { store, output, events: 120 });
    assert.equal(String(gunzipSync(readFileSync(output))), lines);
    const more = lines + cloudEvents(125).slice(lines.length);
    assert.match(
      fine(await leftfold(["import", "-", "--store", store], more)),
      /^Added 5 events to .*, which had 120 already: 125 events .* of standard input\n$/,
    );
  });

  it("refuse bad lines with their numbers and reasons, before anything is written", async () => {
    const store = place();
    const lines = cloudEvents(5).split("\n");
    lines[1] = "{}";
    lines[3] = (lines[3] ?? "").replace("2026-01-01T00:00:03.000Z", "noon");
    const bad = lines.join("\n");
    assert.match(
      problem(await leftfold(["import", "-", "--store", store], bad)),
      /^Line 2: "specversion": .*; Line 4: "time": wanted .* RFC 3339, found "noon"; nothing was/,
    );
    const ran = await leftfold(["import", "-", "--store", store, "--json"], bad);
    assert.equal(ran.code, 1);
    const { fault } = JSON.parse(ran.out);
    assert.deepEqual(
      [fault._tag, fault.total, fault.bad.map(({ line }: { line: number }) => line)],
      ["BadLines", 2, [2, 4]],
    );
    assert.equal(fine(await leftfold(["export", "--store", store])), "");
  });

  it("tell what cannot be read or written, and leave no store and no file behind", async () => {
    const store = place();
    const none = join(folder, "none", "file");
    assert.match(
      problem(await leftfold(["import", none, "--store", store])),
      /^The input .*file could not be read: .*missing/,
    );
    assert.equal(existsSync(store), false);
    const { store: there } = await filled(3);
    assert.match(
      problem(await leftfold(["export", "--store", there, "--output", none])),
      /^The output .*file could not be written: .*missing/,
    );
  });

  it("roll segments at the size that is asked for", async () => {
    const store = place();
    const args = ["import", "-", "--store", store, "--segment-bytes", "4096", "--durability", "os"];
    fine(await leftfold(args, cloudEvents(100)));
    const stats = JSON.parse(fine(await leftfold(["stats", "--store", store, "--json"])));
    assert(stats.segments > 3, `${stats.segments} segments`);
    assert.equal(stats.records, 100);
  });
});

describe("leftfold read", () => {
  it("prints a line a record, or JSON, of what is asked for", async () => {
    const { store } = await filled(40);
    const read = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
      fine(await leftfold(["read", "--store", store, ...args])).split("\n").slice(0, -1);
    const positions = async (...args: ReadonlyArray<string>): Promise<ReadonlyArray<number>> =>
      (await read("--json", ...args)).map((line) => JSON.parse(line).position);

    assert.equal((await read()).length, 40);
    assert.deepEqual(await read("--stream", "show-1", "--limit", "2"), [
      '      11  2026-01-01T00:00:10.000Z  show-1@1  ShowOpened  #day:3  {"seats":0}',
      '      12  2026-01-01T00:00:11.000Z  show-1@2  SeatsBooked  #day:4  {"seats":1}',
    ]);
    const [record] = await read("--json", "--after", "11", "--limit", "1");
    assert.deepEqual(JSON.parse(record ?? ""), {
      position: 12,
      stream: "show-1",
      version: 2,
      recordedAt: "2026-01-01T00:00:11.000Z",
      commitId: "/box-office event-11",
      id: "event-11",
      type: "SeatsBooked",
      schemaVersion: 1,
      tags: ["day:4"],
      metadata: { attributes: { source: "/box-office" } },
      data: { seats: 1 },
    });
    assert.deepEqual(await positions("--backward", "--limit", "3"), [40, 39, 38]);
    assert.deepEqual(await positions("--type", "ShowOpened", "--after", "1"), [11, 21, 31]);
    assert.deepEqual(await positions("--tag", "day:0", "--until", "20"), [1, 8, 15]);
    assert.deepEqual(await positions("--tag", "day:0", "--tag", "day:1"), []);
    assert.deepEqual(await positions("--category", "show", "--until", "2"), [1, 2]);
    assert.deepEqual(await positions("--category", "sho"), []);
    assert.deepEqual(await positions("--as-of", "2026-01-01T00:00:02Z"), [1, 2, 3]);
    assert.deepEqual(await positions("--as-of", "2026-01-01"), [1]);
    assert.deepEqual(await positions("--as-of", "2025-12-31"), []);
  });

  it("does not let a stored name steer the terminal", async () => {
    const store = place();
    const lines = cloudEvents(1).replace('"show-0"', '"show-\\u001b[2J\\n"');
    fine(await leftfold(["import", "-", "--store", store], lines));
    assert.match(fine(await leftfold(["read", "--store", store])), /show-\\u001b\[2J\\u000a@1/);
  });
});

describe("leftfold stats and verify", () => {
  it("tell what is there, for people and for programs", async () => {
    const { store } = await filled(40);
    const stats = fine(await leftfold(["stats", "--store", store]));
    assert.match(stats, /40 events in 4 streams\n.*1 segment, [\d,]+ bytes\n.*bytes an event/s);
    const { records, streams, segments, torn, ...rest } = JSON.parse(
      fine(await leftfold(["stats", "--store", store, "--json"])),
    );
    assert.deepEqual({ records, streams, segments, torn }, {
      records: 40,
      streams: 4,
      segments: 1,
      torn: [],
    });
    assert.equal(rest.store, store);

    const sound = fine(await leftfold(["verify", "--store", store]));
    assert.match(sound, /: sound\n {2}40 events in 40 commits, 1 segment/);
    const found = JSON.parse(fine(await leftfold(["verify", "--store", store, "--json"])));
    assert.deepEqual([found.records, found.problems], [40, []]);
  });

  it("names the file and the offset of a flipped byte, and reads what is sound", async () => {
    const { store, lines } = await filled(40);
    const name = readdirSync(store).find((name) => name.startsWith("segment-")) ?? "";
    const bytes = readFileSync(join(store, name));
    const at = Math.floor(bytes.length * 0.7);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(store, name), bytes);

    const verified = await leftfold(["verify", "--store", store, "--json"]);
    assert.equal(verified.code, 1);
    const [damage, ...more] = JSON.parse(verified.out).problems;
    assert.deepEqual(more, []);
    assert.equal(damage.file, name);
    assert(damage.offset <= at && at < damage.offset + 1024, `byte ${damage.offset}`);
    const told = await leftfold(["verify", "--store", store]);
    assert.equal(told.code, 1);
    assert.match(told.out, new RegExp(`: 1 problem\n.*\n  ${name}, byte ${damage.offset}: wanted`));

    const exported = await leftfold(["export", "--store", store]);
    assert.equal(exported.code, 1);
    assert.match(exported.err, new RegExp(`${name} is damaged at byte ${damage.offset}`));
    const salvaged = await leftfold(["export", "--store", store, "--salvage"]);
    assert.equal(salvaged.code, 1);
    assert(salvaged.out.length > lines.length / 2 && lines.startsWith(salvaged.out));
    assert.match(salvaged.err, /is damaged at byte/);
  });
});

describe("leftfold head", () => {
  it("prints what verify tells the same history by, and any other", async () => {
    const { store, lines } = await filled(40);
    const anchor = fine(await leftfold(["head", "--store", store])).trim();
    assert.match(anchor, /^40:[0-9a-f]{64}$/);
    const head = JSON.parse(fine(await leftfold(["head", "--store", store, "--json"])));
    assert.equal(`${head.position}:${head.hash}`, anchor);
    assert.match(head.storeId, /^[0-9a-f]{32}$/);
    const early = fine(await leftfold(["head", "--store", store, "--position", "7"])).trim();
    for (const kept of [anchor, early]) {
      const sound = fine(await leftfold(["verify", "--store", store, "--anchor", kept]));
      assert.match(
        sound,
        /: sound\n.*\n {2}the history up to the anchor is the one that was anchored/,
      );
    }

    const other = place();
    fine(await leftfold(["import", "-", "--store", other], lines));
    const told = await leftfold(["verify", "--store", other, "--anchor", anchor]);
    assert.equal(told.code, 1);
    assert.match(told.out, /: 1 problem\n.*\n {2}segment-.*: wanted the history that was anchored/);
  });

  it("says that a store without a chain has none", async () => {
    const store = place();
    await run((await run(openFileStore(directory(store), { chain: "none" }))).close);
    const said = problem(await leftfold(["head", "--store", store]));
    assert.match(said, /has no hash of its history, because it was made without a chain; import/);
  });
});

describe("the command", () => {
  it("tells that a store is missing, and makes none", async () => {
    const store = place();
    for (const name of ["export", "read", "follow", "stats", "head", "verify"]) {
      const said = problem(await leftfold([name, "--store", store]));
      assert.match(said, new RegExp(`^There is no store in ${store}; `));
    }
    assert.equal(existsSync(store), false);
    const ran = await leftfold(["verify", "--store", store, "--json"]);
    assert.equal(ran.code, 1);
    assert.deepEqual(JSON.parse(ran.out).fault, {
      _tag: "StoreMissing",
      stored: "no",
      place: store,
    });
  });

  it("names the owner of a store to a second writer, and lets readers in", async () => {
    const { store, lines } = await filled(10);
    const owner = await run(openFileStore(directory(store)));
    try {
      const said = problem(await leftfold(["import", "-", "--store", store], lines));
      assert.match(said, new RegExp(`^Somebody else may write to the store: .*${process.pid}`));
      assert.equal(fine(await leftfold(["export", "--store", store])), lines);
      fine(await leftfold(["stats", "--store", store]));
      fine(await leftfold(["verify", "--store", store]));
    } finally {
      await run(owner.close);
    }
  });

  it("answers wrong use with 2, a hint, and nothing on the standard output", async () => {
    const ran = await leftfold(["stats", "--store", "x", "--jsno"]);
    assert.deepEqual([ran.code, ran.out], [2, ""]);
    assert.match(ran.err, /unknown option '--jsno'\n\(Did you mean --json\?\)/);
    assert.match(fine(await leftfold(["--help"])), /^Usage: leftfold/);
  });
});
