/**
 * Planted bugs of writing: the group loop, rolling, and what comes of errors.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const writer = "stores/file/append/writer.ts";
const tail = "stores/file/append/tail.ts";

export const appendBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "acknowledges before the flush",
    rule: "Append 7: one write, one flush, and only then the answers",
    file: writer,
    edits: [[
      `): Promise<boolean> {\n  try {\n    const flushed`,
      `): Promise<boolean> {
  settle(writer, group.frames, stored);
  try {
    const flushed`,
    ]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test: "while a flush is under way > its commits are not answered, and not read",
    },
  },
  {
    name: "acknowledges without a flush",
    rule: "Append 7: one flush for each group",
    file: writer,
    edits: [[
      `const mustFlush = isDurable || seal`,
      `const mustFlush = seal`,
    ]],
    caughtBy: {
      file: "test/stores/file/killed_test.ts",
      test: "a power cut > before any call loses nothing that was acknowledged after its flush",
    },
  },
  {
    name: "looks at its claim before the flush instead of after it",
    rule: "Append: why look after the flush",
    file: writer,
    edits: [
      [
        `  // Only now: a writer that checked before`,
        `  if (false) // Only now: a writer that checked before`,
      ],
      [
        `): Promise<boolean> {\n  try {\n    const flushed`,
        `): Promise<boolean> {
  if (!await isClaimHeld(writer)) return giveUp(writer, group.frames);
  try {
    const flushed`,
      ],
    ],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test: "while a flush is under way > an owner that takes over leaves them in doubt",
    },
  },
  {
    name: "never looks at its claim",
    rule: "Append 7: one look whether the claim still holds",
    file: "stores/file/append/append_outcome.ts",
    edits: [[
      `  if (!held) log.settings.observe`,
      `  return true;\n  if (!held) log.settings.observe`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test:
        "a writer that was overtaken > acknowledges nothing any more, and its commits are not in the log",
    },
  },
  {
    name: "publishes its watermark before it looks at its claim",
    rule: "Append 7: the watermark comes after the look",
    file: writer,
    edits: [[
      `  // Only now: a writer that checked before`,
      `  await publish(writer, tail, tail.written);\n  // Only now: a writer that checked before`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test:
        "a writer that was overtaken > acknowledges nothing any more, and its commits are not in the log",
    },
  },
  {
    name: "publishes what is written and not flushed",
    rule: "A watermark tells only what is flushed, also in the mode os",
    file: writer,
    edits: [[
      `  log.readable = tail.written;\n`,
      `  log.readable = tail.written;\n  await writer.claim.publish(markOf(log, tail.written));\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test:
        "a reader beside a writer > never sees what is not flushed (os), though the writer's own reads do",
    },
  },
  {
    name: "publishes no watermark",
    rule: "Append 7: one watermark for each group",
    file: writer,
    edits: [[`  await claim.publish(markOf(log, point));\n`, ``]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an append > is written, flushed, looked after and published, in this order",
    },
  },
  {
    name: "tries a failed flush again",
    rule: "Errors: after any error of a write or a flush the file is never touched again",
    file: writer,
    edits: [[
      `    const flushed = tail.file.datasync(mayBlock(group, writer.queue, writer.log.settings));\n`,
      `    const flushed = (async () => tail.file.datasync())().catch(() => tail.file.datasync());\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > a version that a failed flush took back is given again, and no conflict speaks of it",
    },
  },
  {
    name: "takes a short write for a whole one",
    rule: "A write that takes a few bytes is carried on",
    file: "stores/file/append/write_all.ts",
    edits: [[`done += count;`, `done = bytes.length;`]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > writes that take a few bytes at a time are carried on; one that takes none has failed",
    },
  },
  {
    name: "writes on in the same segment after a failed write",
    rule: "Errors 1: the segment ends at its last flushed offset, for good",
    file: writer,
    edits: [[
      `    if (writer.tail === tail) await endSegment(writer, tail, group.frames, cause);\n    else settle`,
      `    if (writer.tail !== tail) return false;
    writer.takeBack(tail.flushed);
    tail.written = tail.flushed;
    settle`,
    ]],
    caughtBy: {
      file: "test/stores/file/errors_test.ts",
      test:
        "whichever storage call goes wrong (sync) > one that fails once breaks no promise, and the store lives on",
    },
  },
  {
    name: "marks no failure",
    rule: "Errors 1: a mark says that the segment ends there",
    file: writer,
    edits: [[
      `await claim.fail(markOf(log, end)).then(() => isClaimHeld(writer))`,
      `await Promise.resolve().then(() => isClaimHeld(writer))`,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > nobody knows what is stored if the mark of a failed write fails too",
    },
  },
  {
    name: "does not look at its claim after a mark",
    rule: "Errors 2: not stored for certain only if the mark holds and the claim too",
    file: writer,
    edits: [[`.then(() => isClaimHeld(writer))\n    .catch`, `.then(() => true)\n    .catch`]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "while a flush is under way > of a mark, an owner that takes over leaves a failed group in doubt",
    },
  },
  {
    name: "says of a failed write that it is not stored, though its mark failed",
    rule: "Errors 2: else it is Indeterminate, and this store writes no more",
    file: writer,
    edits: [[`    .catch(() => false);`, `    .catch(() => true);`]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > nobody knows what is stored if the mark of a failed write fails too",
    },
  },
  {
    name: "keeps the versions of a failed group",
    rule: "Errors: an error takes places back",
    file: writer,
    edits: [[
      `  if (!isCertain) writer.broken ??= { cause };\n  writer.takeBack(end);`,
      `  if (!isCertain) writer.broken ??= { cause };`,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > a version that a failed flush took back is given again, and no conflict speaks of it",
    },
  },
  {
    name: "goes on after the flush of a new segment has failed",
    rule: "Errors 4: if a flush fails there, this store writes no more",
    file: writer,
    edits: [[
      `    if (created.step === "flush") writer.broken ??= { cause: created.cause };\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test: "a segment whose creation failed leaves nothing that stands in anybody's way",
    },
  },
  {
    name: "leaves a segment that it could not create",
    rule: "Errors 4: if its creation fails, its creator removes it",
    file: tail,
    edits: [[
      `      await removeUnfinished(storage, claim, segment.file, file, unflushed);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test: "a segment whose creation failed leaves nothing that stands in anybody's way",
    },
  },
  {
    name: "forgets what it acknowledged before a failed write",
    rule: "Errors: in os and none, what was acknowledged before a failed write is flushed once",
    file: writer,
    edits: [[`    if (!isDurable) await flushWritten(writer, tail);\n`, ``]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "what was acknowledged before its flush > is flushed before an error of a write ends the segment",
    },
  },
  {
    name: "keeps a loss to itself",
    rule: "Errors 5: what a failed flush loses is told",
    file: writer,
    edits: [[`    writer.log.settings.observe({ _tag: "Lost",`, `    ({ _tag: "Lost",`]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "what was acknowledged before its flush > is told to be lost if its flush fails (os), and nothing is written after it",
    },
  },
  {
    name: "begins a segment without flushing its header",
    rule: "Append 8: the new file is flushed before frames go into it",
    file: tail,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();`,
      `    await storage.syncDirectory();`,
    ]],
    caughtBy: {
      file: "test/stores/file/killed_test.ts",
      test: "a power cut > before any call loses nothing that was acknowledged after its flush",
    },
  },
  {
    name: "begins a segment without flushing its name",
    rule: "Append 8: its name is flushed before frames go into it",
    file: tail,
    edits: [[
      `    await file.datasync();\n    await storage.syncDirectory();`,
      `    await file.datasync();`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test:
        "an append > into a new segment finds header and name flushed, and the claim looked after",
    },
  },
  {
    name: "writes into a new segment without looking at its claim",
    rule: "Append 8: the claim is looked at, and only then do frames go into the new segment",
    file: writer,
    edits: [[
      `  if (!await isClaimHeld(writer)) return void giveUp(writer, []);\n  if (closing) {`,
      `  if (closing) {`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test:
        "a writer that was overtaken > may begin a segment at that very moment: it is off the chain, told and never read",
    },
  },
  {
    name: "does not flush the last group of a full segment",
    rule: "Append 8: the seal is flushed with the last group of the old segment, in every mode",
    file: writer,
    edits: [[
      `const mustFlush = isDurable || seal`,
      `const mustFlush = isDurable`,
    ]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "before what is acknowledged is flushed (os) > a segment that is full is, before the next one begins",
    },
  },
  {
    name: "names a segment after its predecessor's epoch",
    rule: "The chain: what an overtaken writer adds lies in a segment of its own epoch",
    file: "stores/file/append/plan.ts",
    edits: [[
      `  const [a, b, c, d] = log.storage.random(4);`,
      `  epoch = log.segments.get(number - 1)?.epoch ?? epoch;\n  const [a, b, c, d] = log.storage.random(4);`,
    ]],
    caughtBy: {
      file: "test/stores/file/beside_writer_test.ts",
      test:
        "a writer that was overtaken > may begin a segment at that very moment: it is off the chain, told and never read",
    },
  },
  {
    name: "says that more is flushed than is",
    rule: "Frame: durableTo is how much of the segment was flushed when the frame was written",
    file: tail,
    edits: [[
      `const durableTo = tail.flushed.offset;`,
      `const durableTo = tail.written.offset + size;`,
    ]],
    caughtBy: {
      file: "test/stores/file/killed_test.ts",
      test: "a power cut > before any call loses nothing that was acknowledged after its flush",
    },
  },
  {
    name: "says in no frame how much is flushed",
    rule: "Frame: durableTo tells damage from a torn tail",
    file: tail,
    edits: [[`const durableTo = tail.flushed.offset;`, `const durableTo = 0;`]],
    caughtBy: {
      file: "test/stores/file/cut_tail_test.ts",
      test:
        "the end of a killed writer's log > is damage in the middle if a later frame says that it was flushed",
    },
  },
  {
    name: "forgets how far it has made room",
    rule: "Room ahead: written once, with the frames that need the first of it",
    file: tail,
    edits: [[
      `tail.roomTo = Math.max(tail.roomTo, offset + bytes.length);`,
      `tail.roomTo = offset + bytes.length;`,
    ]],
    caughtBy: {
      file: "test/stores/file/append/room_test.ts",
      test:
        "a store that makes room ahead > writes zeros with the first frames that need them, and only then",
    },
  },
  {
    name: "makes room that reads as bytes of a log",
    rule: "Room ahead: zeros are no frame and nothing torn",
    file: "stores/file/append/room.ts",
    edits: [[
      `new Uint8Array(bytes.length + room)`,
      `new Uint8Array(bytes.length + room).fill(1)`,
    ]],
    caughtBy: {
      file: "test/stores/file/append/room_test.ts",
      test:
        "a store that makes room ahead > is whole after a kill: zeros are not torn, and the next owner goes on in them",
    },
  },
  {
    name: "blocks while others wait",
    rule: "A flush blocks only if it is wanted, and nobody else waits",
    file: "stores/file/append/append_queue.ts",
    edits: [[
      `return blockingFlush && frames.length === 1 && queue.length === 0;`,
      `return blockingFlush && frames.length === 1;`,
    ]],
    caughtBy: {
      file: "test/stores/file/append/room_test.ts",
      test: "a flush that may block > never keeps others waiting",
    },
  },
  {
    name: "gives bytes to two",
    rule: "A piece of a slab is nobody else's",
    file: "stores/file/format/slab.ts",
    edits: [[`  from.used += size;\n`, `  from.used += size >> 1 << 1;\n`]],
    caughtBy: {
      file: "test/stores/file/format/slab_test.ts",
      test: "pieces are zeros of their own, however many there are",
    },
  },
];
