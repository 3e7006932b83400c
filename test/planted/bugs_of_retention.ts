/**
 * Planted bugs of drops and of erasures.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const drop = "stores/file/retention/drop.ts";
const dropPlan = "stores/file/retention/drop_plan.ts";
const erase = "stores/file/retention/erase.ts";
const removal = "stores/file/retention/removal.ts";
const erasedFile = "stores/file/format/erased_file.ts";

const drops = "test/stores/file/drop_test.ts";
const dropFailures = "test/stores/file/drop_failures_test.ts";
const killedDrop =
  "a drop that comes to no end > because the process is killed before any call loses nothing";
const overtakenDrop =
  "a drop that comes to no end > because another writer has taken over removes nothing";
const erasures = "test/stores/file/erase_test.ts";
const erasureFailures = "test/stores/file/erase_failures_test.ts";
const inNoFile = "what is erased > is in no file any more, and all else stays as it was";
const killedErasure =
  "an erasure that comes to no end > because the process is killed before any call loses nothing";
const inItsPlace = "test/stores/file/retention/replaced_file_test.ts";
const otherBytes = "an erasure that comes to no end > because a segment is not what was written " +
  "says so, and removes nothing";
const trailer = "the trailer of an erased segment > is none if a bit of it is another, or a part " +
  "is missing";

export const retentionBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "drops files before the log says where it begins",
    rule: "Drop: files go after the flushed manifest frame that raises the floor",
    file: drop,
    edits: [[
      `  await changeManifest((manifest) => raiseFloor(manifest, floor));`,
      `  for (const name of [...await log.storage.list()]) {
    const file = parseName(name);
    if (file && isBelow(file, segment)) await removeFile(log, name);
  }
  await changeManifest((manifest) => raiseFloor(manifest, floor));`,
    ]],
    caughtBy: { file: dropFailures, test: killedDrop },
  },
  {
    name: "does not wait for the frame that raises the floor",
    rule: "Drop: files go after that frame is flushed and the claim was held",
    file: drop,
    edits: [[
      `  await changeManifest((manifest) => raiseFloor(manifest, floor));`,
      `  changeManifest((manifest) => raiseFloor(manifest, floor)).catch(() => undefined);
  log.manifest = raiseFloor(log.manifest, floor);`,
    ]],
    caughtBy: { file: dropFailures, test: overtakenDrop },
  },
  {
    name: "drops the record at the floor",
    rule: "Drop: no record at or above the position goes",
    file: dropPlan,
    edits: [[
      `segment.firstPosition > position) continue;`,
      `segment.firstPosition > position + 1) continue;`,
    ]],
    caughtBy: {
      file: "test/stores/file/retention/drop_plan_test.ts",
      test: "where the log begins after a drop > is the last segment with nothing below the " +
        "position that must stay",
    },
  },
  {
    name: "lowers the floor",
    rule: "Drop: a floor never falls",
    file: dropPlan,
    edits: [[`    if (segment.number < floor.segment || segment`, `    if (segment`]],
    caughtBy: {
      file: "test/stores/file/retention/drop_plan_test.ts",
      test: "where the log begins after a drop > never falls",
    },
  },
  {
    name: "believes an index run where its segment is gone",
    rule: "Open 4: removals that have not come to their end leave the floor to the manifest",
    file: dropPlan,
    edits: [[`  if (own.size <= Math.max(...own) - Math.min(...own)) return undefined;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/retention/drop_plan_test.ts",
      test:
        "where a log may begin, by the names of its files > is not told by names where one is " +
        "missing between",
    },
  },
  {
    name: "takes what is left in a backup of a dropped segment for a part of the log",
    rule: "Open 4: what an earlier backup copied of a segment that was dropped since is let be",
    file: dropPlan,
    edits: [[`  if (files.some((file) => file?.kind === "backup")) return undefined;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/backup_again_test.ts",
      test: "what an earlier backup has left > is let be if it is a part of a segment that was " +
        "dropped since",
    },
  },
  {
    name: "writes the index run of a segment that was dropped while it waited for one",
    rule: "Drop: no index run remembers what is below the floor",
    file: "stores/file/runs/indexer.ts",
    edits: [[`    waiting = waiting.filter(({ memory }) => log.memory.includes(memory));\n`, ``]],
    caughtBy: {
      file: "test/stores/file/drop_test.ts",
      test: "what is dropped > gets no index run of what waited for one",
    },
  },
  {
    name: "takes a segment for closed that no other has followed",
    rule: "Erase: the segment that is written to is closed first",
    file: "stores/file/append/control.ts",
    edits: [[
      `  if (!isLast && writer.log.segments`,
      `  if (isLast || writer.log.segments`,
    ]],
    caughtBy: {
      file: erasureFailures,
      test: "an erasure that comes to no end > because no segment can be begun behind the last " +
        "one erases nothing in that",
    },
  },
  {
    name: "takes what an erasure has made of a dropped segment for a part of the log",
    rule: "Open 4: a file that was made of a segment that is gone leaves the floor to the manifest",
    file: dropPlan,
    edits: [[
      `  if (files.some((file) => file?.kind === "erased" && !own.has(file.number))) return undefined;\n`,
      `  for (const file of files) if (file?.kind === "erased") own.add(file.number);\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/drop_failures_test.ts",
      test: "a drop that comes to no end > because the power fails, and any of the files is " +
        "there again, of which some had been erased",
    },
  },
  {
    name: "forgets streams without a word",
    rule: "Drop: one that would forget a stream without a tombstone is refused",
    file: drop,
    edits: [[`    if (!wanted.forget) await refuseForgetting(log, first.number);\n`, ``]],
    caughtBy: {
      file: drops,
      test: "a stream that lives only below the floor > keeps the log from being dropped, unless " +
        "it is tombstoned",
    },
  },
  {
    name: "lets a tombstoned stream keep the log",
    rule: "Drop: a stream with a tombstone may go",
    file: drop,
    edits: [[
      `      if ((await cutsOf(log, () => [name]))?.get(name)?.isTombstone) continue;\n`,
      ``,
    ]],
    caughtBy: {
      file: drops,
      test: "a stream that lives only below the floor > keeps the log from being dropped, unless " +
        "it is tombstoned",
    },
  },
  {
    name: "remembers in a merged run what was dropped",
    rule: "Drop: a run that remembers what is dropped is none any more",
    file: drop,
    edits: [[
      `    kept.push(from < segment ? await narrow(run, segment) : run);`,
      `    kept.push(run);`,
    ]],
    caughtBy: {
      file: drops,
      test: "a stream that lives only below the floor > is forgotten with its commit ids if that " +
        "is asked for",
    },
  },
  {
    name: "lets dropped files come back after a power cut",
    rule: "Drop: the removals are flushed",
    file: drop,
    edits: [[`  if (removed > 0) await log.storage.syncDirectory();\n`, ``]],
    caughtBy: { file: inItsPlace, test: "that files below the floor have gone is flushed" },
  },
  {
    name: "loses the bookmark of the last record that is dropped",
    rule: "Drop: who has read all that is dropped goes on behind it",
    file: drop,
    edits: [[`hcrc: await hcrcAt(log, position - 1) };`, `hcrc: 0 };`]],
    caughtBy: {
      file: drops,
      test: "what is dropped > is resumed behind by who had read all of it",
    },
  },
  {
    name: "erases without reading the segment first",
    rule: "Erase: rot must not pass for what was erased",
    file: erase,
    edits: [[
      `  const { header: { salt }, end } = await verifiedSegment(log, segment);`,
      `  const { salt } = decodeHeader(await files.lend(segment.file, (file) => readPart(file, 0, 128)));
  const end = segment.end!;`,
    ], [
      `const COPY_BYTES = 1024 * 1024;`,
      `const COPY_BYTES = 1024 * 1024;
const decodeHeader = (bytes: unknown) => ({
  salt: viewOf(bytes as Uint8Array).getUint32(60, true), // Where a header has it.
});`,
    ]],
    caughtBy: { file: erasureFailures, test: otherBytes },
  },
  {
    name: "erases without reading back",
    rule: "Erase: what was written is read back before the log names it",
    file: erase,
    edits: [[`    if (hex(read) !== hex(written)) {`, `    if (hex(read) === "") {`]],
    caughtBy: {
      file: inItsPlace,
      test:
        "the file in the place of a segment > is not named if it reads back otherwise than it was written",
    },
  },
  {
    name: "does not flush what it has written in the place of a segment",
    rule: "Erase: the new file is flushed before the log names it",
    file: erase,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();\n`,
      `    await storage.syncDirectory();\n`,
    ]],
    caughtBy: {
      file: inItsPlace,
      test:
        "the file in the place of a segment > is flushed with its name and read back before the log names it, and then the old one goes",
    },
  },
  {
    name: "does not flush the name of what takes the place of a segment",
    rule: "Erase: the new file and its name are flushed before the log names it",
    file: erase,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();\n`,
      `    await file.datasync();\n`,
    ]],
    caughtBy: {
      file: inItsPlace,
      test:
        "the file in the place of a segment > is flushed with its name and read back before the log names it, and then the old one goes",
    },
  },
  {
    name: "removes a segment before the log says what has taken its place",
    rule: "Erase: the old file goes last",
    file: erase,
    edits: [[
      `  await changeManifest((manifest) => addErased(manifest, erased));`,
      `  await log.storage.remove(segment.file);
  await changeManifest((manifest) => addErased(manifest, erased));`,
    ]],
    caughtBy: { file: erasureFailures, test: killedErasure },
  },
  {
    name: "keeps the file that holds what was erased",
    rule: "Erase: the original goes, local or archived",
    file: erase,
    edits: [[`  const kept = await removeErased(log);`, `  const kept: string[] = [];`]],
    caughtBy: { file: erasures, test: inNoFile },
  },
  {
    name: "removes a segment although what has taken its place is damaged",
    rule: "Erase: the old file goes only while the new one is what the log says",
    file: removal,
    edits: [[`    if (damage) fail(damage);\n`, ``]],
    caughtBy: {
      file: inItsPlace,
      test:
        "the file in the place of a segment > keeps the old one from going as long as it is damaged",
    },
  },
  {
    name: "keeps the archive that holds what was erased",
    rule: "Erase: the original goes, local or archived",
    file: removal,
    edits: [[
      `    else if (erasedSegment(manifest, file.number) && !await removeArchive`,
      `    else if (number < 0 && !await removeArchive`,
    ], [
      `  const kept: string[] = [];\n  const replaced`,
      `  const kept: string[] = [];\n  const number = 0;\n  const replaced`,
    ]],
    caughtBy: {
      file: erasures,
      test: "an erasure beside a cold tier > takes segments out of it, and the rest stays there",
    },
  },
  {
    name: "erases data and leaves metadata",
    rule: "Erase: data and metadata bytes of the erased events are zero",
    file: erasedFile,
    edits: [[`    erased.fill(0, event.metadataFrom, event.metadataTo);\n`, ``]],
    caughtBy: {
      file: "test/stores/file/format/erased_file_test.ts",
      test: "erasing in a frame > takes data and metadata of the events that are meant, and " +
        "nothing else",
    },
  },
  {
    name: "forgets in a second erasure what the first has erased",
    rule: "Erase: what was erased before stays erased",
    file: erase,
    edits: [[
      `return [...new Set([...events.keys(), ...before])].sort(`,
      `return [...new Set([...events.keys(), ...before.slice(0, 0)])].sort(`,
    ]],
    caughtBy: { file: erasures, test: "what is erased > may be everything, again and again" },
  },
  {
    name: "believes the trailer of an erased segment without its checksum",
    rule: "Erased file: its trailer has a checksum",
    file: erasedFile,
    edits: [[
      `  if (view.getUint32(end + 28, true) !== crc32(view, 0, 0, end + 28)) return undefined;\n`,
      ``,
    ]],
    caughtBy: { file: "test/stores/file/format/erased_file_test.ts", test: trailer },
  },
  {
    name: "verifies an erased segment without its hash",
    rule: "Erase: the SHA-256 of the erased file is in the manifest, hence in the chain",
    file: "stores/file/retention/file_hash.ts",
    edits: [[`  if (found === sha256) return undefined;`, `  if (found) return undefined;`]],
    caughtBy: {
      file: inItsPlace,
      test:
        "the file in the place of a segment > is damage if it is another that is sound by itself",
    },
  },
];
