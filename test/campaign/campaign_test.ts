import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { describe, test } from "node:test";
import { fileStates, openFileStore } from "../../stores/file/mod.ts";
import { profiles } from "../../stores/storage/simulated.ts";
import { isSoak, runtimes, start, startedElsewhere } from "../support/kill_runtimes.ts";
import { crashEverywhere } from "./exhaustive.ts";
import { failEverywhere } from "./failing.ts";
import { life } from "./life.ts";
import { scripts } from "./scripts.ts";

const under = { openFileStore, fileStates };

/**
 * Whether campaigns are lived here: Deno is twice as fast at them as Node 20. Elsewhere a few show
 * that it is the same life.
 */
const isLivedHere = isSoak || process.versions["deno"] !== undefined;

/** So many lives of each profile; `npm run simulate` lives more of them. */
const lives = isSoak ? 5_000 : isLivedHere ? 60 : 10;

describe("lives on a disk that breaks", () => {
  for (const profile of Object.values(profiles)) {
    test(`${profile.name}: ${profile.promise}`, async () => {
      let recoveries = 0;
      for (let seed = 1; seed <= lives; seed++) {
        const { violations, figures } = await life(seed, profile, under);
        assert.deepEqual(violations, [], `seed ${seed}`);
        recoveries += figures.recoveries;
      }
      assert.ok(recoveries > lives, "stores were opened again");
    });
  }
});

/**
 * Lives that have found bugs of the store, or of what judges it. What they found has a planted bug or
 * a test of its own too: a seed is another life once the store makes its calls in another order.
 */
const finders = [
  // Heartbeats overwrote the mark of a failed flush, and the power cut tore them.
  ["io-errors", 51],
  // Neither the frame nor the mark of its failure was flushed, and the next writer believed both.
  ["io-errors", 2_739],
  ["io-errors", 4_578],
  // A run grew between the look at its header and the look at its size.
  ["process", 1_002_772],
  // Rot cost one claim its record and removed the other: that is told, and no promise is broken.
  ["rot", 20_010_165],
  // A writer that slept before it wrote a torn STORE again removed the one of its successor.
  ["power", 13_680],
  // A close and a timer flushed at once, and the one that failed ended the segment too early.
  ["io-errors", 30_013_318],
  // What was lost between two reads was told, and no wrong answer.
  ["io-errors", 30_019_537],
  // A state that was made anew had no bookmark of the log.
  ["io-errors", 30_018_832],
  // Beside a cold tier later commits overtake one that has to ask it.
  ["io-errors", 40_004_792],
  // Its writer fell asleep between a failed flush and the mark of it.
  ["io-errors", 50_001_523],
  // Neither could the header of a new segment be flushed nor its file be removed.
  ["io-errors", 60_145_265],
  // A tombstone that nobody was told of came to pass between two answers.
  ["io-errors", 70_001_080],
  // The header of a segment that was in nobody's doubt was written again, and torn by a power cut.
  ["power", 70_002_152],
  // A part of a commit was erased.
  ["process", 50_000_077],
  // What was backed up last had been cut off before.
  ["rot", 50_000_329],
  // A part of a segment that was dropped since stood in a backup: it could not be restored.
  ["process", 60_002_251],
  // A drop of a segment with erased records ended before the file that was made of it was removed.
  ["process", 60_006_601],
  // Rot took an archive.
  ["rot", 60_025_604],
  // A lie cost the log a part that a backup had, or the log itself.
  ["liar", 60_002_081],
  ["liar", 60_005_466],
  // A lie cost the word that something is dropped, and with it that streams are forgotten.
  ["liar", 60_005_802],
  ["liar", 60_050_452],
  // The log was shorter than a backup of it.
  ["liar", 60_082_447],
  // A drop that was begun was carried out, and a stream forgotten by it.
  ["liar", 60_070_484],
  ["process", 60_075_189],
  // A lie cost the log a stream that had been cut off.
  ["liar", 60_136_040],
  // A lie cost a backup the word that it is whole.
  ["liar", 60_092_761],
  // One that slept told what it had lost of its own.
  ["process", 60_017_196],
  // A header was written between a reader's look at it and one behind it.
  ["power", 60_159_164],
  // An index run was written of a segment that had been dropped while it waited for one.
  ["io-errors", 60_000_428],
  // A failed flush took from under a read what the mode none had shown it.
  ["io-errors", 60_003_573],
  // Somebody else than the writer of the mode none had ended.
  ["io-errors", 60_006_021],
  // A drop had begun to take what the mode none never promised.
  ["process", 50_003_838],
] as const;

for (const [name, seed] of finders) {
  test(`seed ${seed} of the profile ${name} keeps its promise`, async () => {
    assert.deepEqual((await life(seed, profiles[name], under)).violations, []);
  });
}

const chosen = scripts.filter((_, at) => isLivedHere || at === 4);

describe("scripts that are broken at every call", () => {
  for (const script of chosen) {
    // In the soak all of them, and second ends on more of what is left.
    const damages = isSoak ? 20 : script.isLong ? 1 : 4;
    const nestedEach = isSoak && !script.isLong ? 16 : 256;
    const thoroughness = { damages, nestedDamages: 2, nestedEach };
    test(`an end at every call of: ${script.name}`, async () => {
      const { failures, calls, ways } = await crashEverywhere(script, under, thoroughness);
      assert.deepEqual(failures, []);
      assert.ok(calls > 10 && ways === (damages + 1) * calls, `${ways} ways at ${calls} calls`);
    });
    test(`an error at some of the calls of: ${script.name}`, async () => {
      const { failures, lives } = await failEverywhere(script, under, isSoak ? 1 : 16);
      assert.deepEqual(failures, []);
      assert.ok(lives > 5, `${lives} lives`);
    });
  }
});

const hashesFile = "../campaign/hashes.ts";

test("the same seed gives the same life on every runtime", { skip: startedElsewhere }, async () => {
  const told = await Promise.all(runtimes.map(async (runtime) => {
    const child = start(runtime, hashesFile, []);
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 0, runtime.name);
    return [runtime.name, output] as const;
  }));
  const [, first] = told[0]!;
  assert.match(first, /^([0-9a-f]{16} ?){103}\n$/);
  for (const [name, hashes] of told) assert.equal(hashes, first, name);
});
