/**
 * Planted bugs of admission and of the end of a session: commit ids, expectations and conditions,
 * what is waited for, and what a close leaves.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const appender = "stores/file/append/appender.ts";

export const admissionBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "writes a commit of several streams as several frames",
    rule: "One commit is one frame: atomicity needs no marker",
    file: "stores/file/writing.ts",
    edits: [[
      `    append: (commit) => append(appender, commit),`,
      `    append: async (commit) => {
      const [first, ...others] = commit.writes;
      if (others.length === 0) return await append(appender, commit);
      await append(appender, { writes: others });
      return await append(appender, { ...commit, writes: [first] });
    },`,
    ]],
    caughtBy: {
      file: "test/stores/file/killed_test.ts",
      test: "a process that is killed (sync) > before any call loses nothing that was acknowledged",
    },
  },
  {
    name: "looks for the commit id after the conditions",
    rule: "Append 3: commit id first",
    file: appender,
    edits: [
      [`    if (known) return known;\n`, ``],
      [
        `  if (content.eventCount === 0) return`,
        `  if (known) return known;\n  if (content.eventCount === 0) return`,
      ],
      [
        `? conclude(appender, commit, content, versions, matching)`,
        `? conclude(appender, commit, content, versions, matching, known)`,
      ],
      [
        `  matching: Matching,\n): Admission {`,
        `  matching: Matching,\n  known?: Admission,\n): Admission {`,
      ],
      [
        `return known(emptyAppended(log, plan, commit));`,
        `return { _tag: "Known", appended: emptyAppended(log, plan, commit) };`,
      ],
    ],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test:
        "a file store in memory > a commit id makes a repetition harmless, whatever has happened since",
    },
  },
  {
    name: "answers a twin before its first attempt is answered",
    rule: "Append 5: a twin of a queued commit is answered only when that one is",
    file: appender,
    edits: [[
      `    const first = { ...twin.appended, repeated: true };\n`,
      `    const first = { ...twin.appended, repeated: true };\n    return known(ifSame(commitId, twin.content, content, first));\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "while a flush is under way > the twin of a commit waits for it, and is stored itself if that one fails",
    },
  },
  {
    name: "takes any content for the same commit",
    rule: "Append 3: other content is IdempotencyMismatch",
    file: appender,
    edits: [[`if (isSameContent(stored, now)) return first;`, `if (stored) return first;`]],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test: "a file store in memory > a commit id stands for its content only",
    },
  },
  {
    name: "answers a conflict before what it conflicts with is stored",
    rule: "Append 5: a conflict with a queued commit is answered only when that one is",
    file: appender,
    edits: [[`    if (!queued) return fail(conflict);`, `    return fail(conflict);`]],
    caughtBy: {
      file: "test/stores/file/full_disk_test.ts",
      test:
        "an error of the disk > a version that a failed flush took back is given again, and no conflict speaks of it",
    },
  },
  {
    name: "checks a condition without what is queued",
    rule: "Append 4: what is in memory, queued commits included, is looked at in the same turn",
    file: appender,
    edits: [[`...matchingRecent(commit, writer.recent, after)`, ``]],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test: "a file store in memory > of many under one condition, one wins",
    },
  },
  {
    name: "checks an expectation without what is queued",
    rule: "Append 4: what is in memory, queued commits included, is looked at in the same turn",
    file: appender,
    edits: [[
      `    versionInMemory(log, stream) ?? versions.get(stream) ?? 0;`,
      `    writer.queue.length > 0 ? versions.get(stream) ?? 0 : versionInMemory(log, stream) ?? versions.get(stream) ?? 0;`,
    ]],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test:
        "a file store in memory > commits issued together keep their order, and each stays whole",
    },
  },
  {
    name: "does not begin again when terms have moved to a run",
    rule: "Append 4: if terms moved from memory to a run in between, begin again",
    file: appender,
    edits: [[`log.generation === generation\n`, `generation >= 0\n`]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "while an index run is not written > a check begins again if it is taken up in the middle of it",
    },
  },
  {
    name: "never waits for the index",
    rule: "Append 2: two closed segments that wait for their index run make admission wait",
    file: "stores/file/log.ts",
    edits: [[`CLOSED_IN_MEMORY = 2;`, `CLOSED_IN_MEMORY = Infinity;`]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test:
        "while an index run is not written > appends wait, so that the terms in memory stay few",
    },
  },
  {
    name: "never waits for the queue",
    rule: "Append 2: a full queue makes admission wait",
    file: appender,
    edits: [[`while (writer.queuedBytes > log.settings.appendQueueBytesMax)`, `while (false)`]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test: "while a flush is under way > no more is taken into memory than the queue may hold",
    },
  },
  {
    name: "admits commits side by side",
    rule: "Append 2: commits are admitted one after the other, in the order of the calls",
    file: appender,
    edits: [[
      `appender.turns.take(() => admit(appender, commit, content, ahead))`,
      `admit(appender, commit, content, ahead)`,
    ]],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test:
        "a file store in memory > one commit sent by many is stored once, and each is told the same",
    },
  },
  {
    name: "never flushes its watermark when nothing comes",
    rule: "Append 9: after a second without a commit the claim file is flushed",
    file: "stores/file/writing.ts",
    edits: [[`        claim.sync().catch(`, `        Promise.resolve().catch(`]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "an append > that nothing follows for a second has its watermark flushed",
    },
  },
  {
    name: "closes before what is queued is answered",
    rule: "Close: answer what is queued",
    file: "stores/file/writing.ts",
    edits: [
      [
        `      await appender.turns.over();\n      await drain(writer);\n`,
        ``,
      ],
      [`      await finish(writer);`, `      await writer.tail?.file.close();`],
    ],
    caughtBy: {
      file: "test/stores/file/contract_test.ts",
      test: "a file store in memory > closing waits for what was asked before",
    },
  },
  {
    name: "releases its claim without flushing the release",
    rule: "Close: mark the claim released and flush it",
    file: "stores/file/claims/held_claim.ts",
    edits: [[
      `      stopHeartbeat();\n      await write();\n      await file.datasync();\n`,
      `      stopHeartbeat();\n      await write();\n`,
    ]],
    caughtBy: {
      file: "test/stores/file/flush_order_test.ts",
      test: "a close > ends with its release, flushed",
    },
  },
  {
    name: "flushes a watermark while it is closing",
    rule: "Close: from the end of the appends on, the claim is written by its release alone",
    file: "stores/file/writing.ts",
    edits: [[`    } finally {\n      stopIdle();\n    }\n`, `    } finally {\n    }\n`]],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test: "a close that takes long flushes no watermark of an idle second meanwhile",
    },
  },
  {
    name: "writes its release over the mark of a failure",
    rule: "Close: where an error has ended the last segment, a new one says so for good",
    file: "stores/file/writing.ts",
    edits: [
      [`      if (!writer.tail && !writer.broken) beginNext(writer, plan);\n`, ``],
      [
        `    const { tail: last } = writer;\n`,
        `    const { tail: last } = writer;\n    if (!last && !writer.broken) await claim.release();\n`,
      ],
    ],
    caughtBy: {
      file: "test/stores/file/held_flush_test.ts",
      test: "closing after a failed write leaves outside what was told not to be stored",
    },
  },
];
