/**
 * Planted bugs of the simulated disk: where it is kinder than it says, every campaign on it is green
 * for nothing.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const disk = "stores/storage/simulated.ts";
const image = "stores/storage/simulated/image.ts";
const modelFile = "stores/storage/simulated/model_file.ts";
const powerCut = "stores/storage/simulated/power_cut.ts";
const process = "stores/storage/simulated/process.ts";
const profile = "stores/storage/simulated/profile.ts";
const rot = "stores/storage/simulated/rot.ts";
const tests = "test/stores/storage/simulated";
const cuts = `${tests}/power_cut_test.ts`;
const flushes = `${tests}/failed_flush_test.ts`;
const misfortunes = `${tests}/misfortune_test.ts`;
const profiles = `${tests}/profile_test.ts`;

export const diskBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "keeps through a power cut what was not flushed",
    rule: "Disk: a power cut leaves what was flushed, and of the rest what the damage says",
    file: powerCut,
    edits: [[
      `    case "none":\n      break;\n    case "all":`,
      `    case "none":\n    case "all":`,
    ]],
    caughtBy: { file: cuts, test: "of bytes that were not flushed, a power cut leaves > none" },
  },
  {
    name: "loses writes only from the end on",
    rule: "Disk: nothing is ordered between two flushes",
    file: powerCut,
    edits: [[
      `for (const write of pending) if (draws.chance(0.5)) putDurable(left, write);`,
      `for (const write of pending) {
        if (draws.chance(0.5)) break;
        putDurable(left, write);
      }`,
    ]],
    caughtBy: {
      file: cuts,
      test: "of bytes that were not flushed, a power cut leaves > any of the writes, in any order",
    },
  },
  {
    name: "tears no write",
    rule: "Disk: one of the writes is torn at a byte or a sector",
    file: powerCut,
    edits: [[`bytes: last.bytes.subarray(0, cut)`, `bytes: last.bytes`]],
    caughtBy: {
      file: cuts,
      test:
        "of bytes that were not flushed, a power cut leaves > the first writes, and a part of " +
        "the next, cut at a byte or at a sector",
    },
  },
  {
    name: "damages the neighbours of a rewritten byte",
    rule: "Disk: what was flushed stays, also in a sector that was written to again",
    file: powerCut,
    edits: [[
      `putDurable(left, { at: at + from, bytes: draws.bytes(sector.length) });`,
      `putDurable(left, { at: at + from + room - SECTOR_BYTES, bytes: draws.bytes(SECTOR_BYTES) });`,
    ]],
    caughtBy: {
      file: cuts,
      test:
        "a power cut > leaves whatever was flushed and not written again, and lengthens nothing",
    },
  },
  {
    name: "keeps through a power cut names that were not flushed",
    rule: "Disk: names are pending until the directory is flushed",
    file: powerCut,
    edits: [[`if (how === "none" || at >= until) break;`, `if (at >= until) break;`]],
    caughtBy: { file: cuts, test: "of names that were not flushed, a power cut leaves > none" },
  },
  {
    name: "flushes a name together with its file",
    rule: "Disk: names are pending, whatever was flushed of the file",
    file: process,
    edits: [[
      `          flushFile(file);\n`,
      `          flushFile(file);\n          machine.durableNames.set(name, file);\n`,
    ]],
    caughtBy: {
      file: cuts,
      test: "of names that were not flushed, a power cut leaves > none, though the file was " +
        "flushed: its name is the directory's",
    },
  },
  {
    name: "answers a process that is gone",
    rule: "Disk: no call of a killed process is ever answered again",
    file: process,
    edits: [[`    if (!isAlive) return never();\n`, ``]],
    caughtBy: {
      file: cuts,
      test: "a process that is killed > is never answered again, and changes nothing any more",
    },
  },
  {
    name: "brings to the medium with the next flush what a failed one has lost",
    rule: "Disk: the page cache goes on to show what will never reach the medium",
    file: modelFile,
    edits: [[`  const lost = file.pending;\n  file.pending = [];`, `  const lost = file.pending;`]],
    caughtBy: {
      file: flushes,
      test: "a flush that succeeds after one that failed > brings nothing to the medium of what " +
        "that one has lost, but for the length",
    },
  },
  {
    name: "shows what was written where it should show the past again",
    rule: "Disk: a flush fails, and the page cache shows the past again",
    file: modelFile,
    edits: [[`if (how === "reverts")`, `if (false)`]],
    caughtBy: {
      file: flushes,
      test: "a flush fails, and the page cache > reverts to what is on the medium",
    },
  },
  {
    name: "fails a flush and brings all of it to the medium",
    rule: "Disk: of a failed flush a part has reached the medium",
    file: modelFile,
    edits: [[
      `for (const write of lost) if (draws.chance(0.5)) put`,
      `for (const write of lost) put`,
    ]],
    caughtBy: {
      file: flushes,
      test: "a flush fails, and the page cache > keeps what was written, of which a part has " +
        "reached the medium",
    },
  },
  {
    name: "flushes where it should lie",
    rule: "Disk: a flush lies",
    file: process,
    edits: [[`return undefined as Value;`, `return act();`]],
    caughtBy: {
      file: flushes,
      test: "a flush that lies > says that it is done, and what it should have flushed is lost " +
        "with the power",
    },
  },
  {
    name: "has room on a full disk",
    rule: "Disk: a disk is full from then on",
    file: process,
    edits: [[`machine.room -= growth;`, ``]],
    caughtBy: {
      file: misfortunes,
      test: "Fills > there is room for so many bytes, and then for none, until the disk is mended",
    },
  },
  {
    name: "writes all where it should write a part",
    rule: "Disk: a write is short, or fails and has written a part",
    file: process,
    edits: [[`return act(misfortune.done);`, `return act();`]],
    caughtBy: {
      file: misfortunes,
      test: "Short: a part of a write is done, and the call says so",
    },
  },
  {
    name: "mends bad sectors with a power cut",
    rule: "Disk: a file cannot be read at a place, until the disk is mended",
    file: disk,
    edits: [[`    return file ? [{ ...bad, file }] : [];`, `    return file ? [] : [bad];`]],
    caughtBy: { file: misfortunes, test: "BadSector > a power cut mends nothing" },
  },
  {
    name: "lets nobody overtake a slow call",
    rule: "Disk: an answer comes late, so that others overtake it",
    file: process,
    edits: [[`const value = done === "first" ?`, `const value = true ?`]],
    caughtBy: {
      file: misfortunes,
      test: "Slow > others go on before the answer; the work is done last",
    },
  },
  {
    name: "rots nothing, and says that it does",
    rule: "Disk: rot damages what was flushed",
    file: rot,
    edits: [[`      bytes[at]! ^= 1 << bit;\n`, ``]],
    caughtBy: { file: `${tests}/rot_test.ts`, test: "rot > flipped bit: one bit is turned over" },
  },
  {
    name: "puts a sector or a file in its own place",
    rule: "Disk: a sector holds what another place of the disk holds",
    file: rot,
    edits: [[`place.name !== name || place.from !== sector`, `place.name !== ""`]],
    caughtBy: {
      file: `${tests}/rot_test.ts`,
      test: "rot > misdirected sector: a sector holds what another place of the disk holds",
    },
  },
  {
    name: "lets time pass while somebody is busy",
    rule: "Disk: time moves only when nobody has anything to do",
    file: process,
    edits: [[`    machine.calls += 1;\n`, `    machine.calls += 1;\n    machine.clock.leap();\n`]],
    caughtBy: {
      file: `${tests}/time_test.ts`,
      test: "time > stands still while anybody has something to do, and then leaps",
    },
  },
  {
    name: "draws something that no seed gives again",
    rule: "Disk: every draw comes from the seed",
    file: disk,
    edits: [[`draws: draws.fork(),`, `draws: generator(Math.floor(Math.random() * 2 ** 31)),`]],
    caughtBy: {
      file: `${tests}/machine_test.ts`,
      test: "chance > comes from the seed: the same gives the same, call by call, another another",
    },
  },
  {
    name: "lets an image be changed by whoever goes on from it",
    rule: "Disk: an image is gone on from as often as wanted, and stays as it is",
    file: image,
    edits: [[`copies.get(file) ?? copyOfFile(file)`, `copies.get(file) ?? file`]],
    caughtBy: {
      file: `${tests}/image_test.ts`,
      test: "an image > is gone on from as often as wanted, and stays as it is",
    },
  },
  {
    name: "ends a process before a failed flush is settled",
    rule: "Disk: between a failed flush and the one that settles it nobody is ended or paused",
    file: profile,
    edits: [[`return isEnd && (isUnsettled || ends`, `return isEnd && (ends`]],
    caughtBy: {
      file: profiles,
      test: "a drawn fate > ends and pauses nobody between a failed flush and the one that " +
        "settles it",
    },
  },
  {
    name: "leaves out a trouble of a profile",
    rule: "Disk: each trouble of a profile comes in some of its lives",
    file: profile,
    edits: [[
      `return operation === "read" ? { _tag: "BadSector" } : undefined;`,
      `return undefined;`,
    ]],
    caughtBy: {
      file: profiles,
      test: "a fate drawn of the profile io-errors > has all its troubles, and no others, each " +
        "where it can be",
    },
  },
];
