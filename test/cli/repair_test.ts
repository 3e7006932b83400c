import assert from "node:assert/strict";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { cloudEvents, leftfold, type Ran } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-repair-"));
after(() => rmSync(folder, { recursive: true }));

const lines = cloudEvents(100);
const sound = join(folder, "sound");
before(async () => {
  const args = ["import", "-", "--store", sound, "--segment-bytes", "4096"];
  assert.equal((await leftfold(args, lines)).code, 0);
});

let made = 0;
/** A copy of the store that something has happened to. */
function copyOf(happens: (place: string) => void = () => undefined): string {
  const place = join(folder, `copy-${++made}`);
  cpSync(sound, place, { recursive: true });
  happens(place);
  return place;
}

const segmentsIn = (place: string): ReadonlyArray<string> =>
  readdirSync(place).filter((name) => name.startsWith("segment-")).sort();

/** Turns a bit over in the middle of the second segment. */
function damage(place: string): void {
  const path = join(place, segmentsIn(place)[1] ?? "");
  const bytes = readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(path, bytes);
}

function said({ code, out, err }: Ran, wanted: number): string {
  assert.deepEqual({ code, err }, { code: wanted, err: "" });
  return out;
}

describe("leftfold repair", () => {
  it("finds nothing to do on a sound store", async () => {
    const store = copyOf();
    for (const args of [[], ["--dry-run"], ["--yes"]]) {
      const out = said(await leftfold(["repair", "--store", store, ...args]), 0);
      assert.match(
        out,
        /^The log is sound up to its end, behind position 100; .*nothing to repair\n$/,
      );
    }
    assert.deepEqual(segmentsIn(store), segmentsIn(sound));
  });

  it("says what it would do, does it when that is said, and deletes nothing", async () => {
    const store = copyOf(damage);
    const files = readdirSync(store);
    const plan = said(await leftfold(["repair", "--store", store]), 1);
    assert.match(plan, /^The file segment-0000000002-.* is damaged at byte \d+: wanted/);
    assert.match(
      plan,
      /\d+ events will not be in the log any more, of positions \d+ to 100; \d+ com/,
    );
    assert.match(plan, /Nothing is deleted\nNothing is done yet; .* --yes, or with --at 2:\d+/);
    assert.deepEqual(readdirSync(store), files);
    const { end } = JSON.parse(said(await leftfold(["repair", "--store", store, "--json"]), 1));

    const done = said(await leftfold(["repair", "--store", store, "--yes"]), 0);
    assert.match(done, /Repaired .*\n$/);
    for (const name of files) {
      const wanted = name.endsWith(".claim") ? 0 : statSync(join(store, name)).size;
      assert.ok(statSync(join(store, name)).size >= wanted);
    }
    const kept = lines.split("\n").slice(0, end.position).join("\n") + "\n";
    assert.equal(said(await leftfold(["export", "--store", store]), 0), kept);
    const verified = said(await leftfold(["verify", "--store", store]), 0);
    assert.match(
      verified,
      /: sound\n.*\n {2}segment-0000000002-.* left outside the log by a repair/,
    );

    const stats = said(await leftfold(["stats", "--store", store]), 0);
    assert.match(
      stats,
      /segments, [\d,]+ bytes: closed [\d,]+, active 128, not in the log [\d,]+\n/,
    );
    assert.match(stats, /index runs?, [\d,]+ bytes: filters [\d,]+, terms .*, unused [\d,]+\n/);
    assert.match(stats, /left outside the log by a repair/);

    // The lines that are not in the log any more are taken again.
    const again = await leftfold(["import", "-", "--store", store], lines);
    assert.match(said(again, 0), /^Added \d+ events to/);
    assert.equal(said(await leftfold(["export", "--store", store]), 0), lines);
    const deep = said(await leftfold(["verify", "--deep", "--store", store]), 0);
    assert.match(deep, /: sound\n/);
  });

  it("takes another place, says why one will not do, and writes nothing then", async () => {
    const store = copyOf(damage);
    const files = readdirSync(store);
    const wrong = await leftfold(["repair", "--store", store, "--at", "1:130"]);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.err,
      /^The store is not repaired: .* nearest is 1:128, found 1:130; nothing/,
    );
    const behind = await leftfold(["repair", "--store", store, "--at", "3:128", "--json"]);
    assert.equal(behind.code, 1);
    assert.equal(JSON.parse(behind.out).fault._tag, "RepairRefused");
    assert.deepEqual(readdirSync(store), files);
    const json = said(await leftfold(["repair", "--store", store, "--at", "1:128", "--json"]), 0);
    const { isRepaired, positions, end } = JSON.parse(json);
    assert.deepEqual([isRepaired, positions.from, positions.to, end.position], [true, 1, 100, 0]);
    assert.equal(said(await leftfold(["export", "--store", store]), 0), "");
  });

  it("makes a lost STORE again", async () => {
    const store = copyOf((place) => unlinkSync(join(place, "STORE")));
    const plan = said(await leftfold(["repair", "--store", store]), 1);
    assert.match(plan, /^The file STORE is missing; it is made again/);
    said(await leftfold(["repair", "--store", store, "--yes"]), 0);
    const { code, out, err } = await leftfold(["export", "--store", store]);
    assert.deepEqual([code, out], [0, lines]);
    assert.match(err, /this part of the index is not used: another key/);
  });
});
