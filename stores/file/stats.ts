/**
 * What a store consists of: its files and what they hold, without reading the log.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { OpenFault, ReadFault } from "../../src/fault.ts";
import { attempt, fail } from "./attempt.ts";
import { hex } from "./format/bytes.ts";
import { type Files, filesOf } from "./files.ts";
import { parseName, segmentName } from "./format/layout.ts";
import { archivedAttempt, archivedCount } from "./format/manifest.ts";
import { failMissing, isStore } from "./opening.ts";
import { type ColdOptions, coldOptions, settingsOf } from "./options.ts";
import { openReading } from "./reading.ts";
import { lookBehindEnd } from "./scan.ts";
import { storeOf } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { readIdentity } from "./survey.ts";

/** A store in figures. Sizes are in bytes. */
export interface StoreStats {
  /** In hexadecimal digits. */
  readonly storeId: string;
  readonly created: Date;
  /** As far as another process may read. */
  readonly records: number;
  readonly streams: number;
  readonly segments: number;
  readonly segmentBytes: number;
  /** Segments that are in the cold tier. */
  readonly archivedSegments: number;
  readonly indexRuns: number;
  readonly indexBytes: number;
  /** Claims and the file that says what store it is. */
  readonly otherBytes: number;
  /** Log and index, for each record; 0 if there is none. */
  readonly bytesPerRecord: number;
  /** Bytes behind the end of a segment's log that were never acknowledged. */
  readonly torn: ReadonlyArray<TornBytes>;
  /** Segment files that are not in the log. */
  readonly strays: ReadonlyArray<string>;
}

/** A part of a file that is not in the log: from an offset up to another. */
export interface TornBytes {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Figures of a store. Beside a writer they are of what it has flushed by now.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, storeStats } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * await run(store.close);
 * const { records, segments } = await run(storeStats(storage));
 * assert.deepEqual([records, segments], [0, 1]);
 * ```
 */
export function storeStats(
  storage: StoragePort,
  options: ColdOptions = {},
): TaskEither<OpenFault | ReadFault, StoreStats> {
  return attempt<OpenFault | ReadFault, StoreStats>(
    async () => {
      if (!isStore(await storage.list())) return failMissing(storage);
      const settings = settingsOf({ ...coldOptions(options), mode: "readOnly" });
      const files = filesOf(storage, settings.filesOpenMax);
      const session = await openReading(storage, settings);
      try {
        const store = storeOf(session);
        const streams = await countStreams(store.streams);
        return await figures(storage, files, session.log, streams);
      } finally {
        await session.close();
        await files.close();
      }
    },
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

type Log = Awaited<ReturnType<typeof openReading>>["log"];

async function countStreams(
  streams: ReturnType<typeof storeOf>["streams"],
): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await streams("", after)();
    if (isLeft(page)) return fail(page.left);
    count += page.right.length;
    after = page.right.at(-1)?.stream;
  } while (after !== undefined);
  return count;
}

async function figures(
  storage: StoragePort,
  files: Files,
  log: Log,
  streams: number,
): Promise<StoreStats> {
  const sizes = { segment: 0, index: 0, other: 0 };
  const counts = { segment: 0, index: 0, other: 0 };
  for (const name of await storage.list()) {
    const kind = parseName(name)?.kind;
    if (kind === undefined) continue;
    const size = await files.lend(name, (file) => file.size());
    if (size === "missing") continue;
    const group = kind === "segment" || kind === "index" ? kind : "other";
    sizes[group] += size;
    counts[group] += 1;
  }
  const identity = await readIdentity(storage, files);
  if (typeof identity === "string") return failMissing(storage);
  const records = log.readable.position;
  return {
    storeId: hex(identity.storeId),
    created: new Date(identity.created),
    records,
    streams,
    segments: counts.segment,
    segmentBytes: sizes.segment,
    archivedSegments: archivedCount(log.manifest),
    indexRuns: counts.index,
    indexBytes: sizes.index,
    otherBytes: sizes.other,
    bytesPerRecord: records === 0 ? 0 : (sizes.segment + sizes.index) / records,
    torn: await tornIn(log),
    strays: log.strays,
  };
}

/** What stands behind the ends of closed segments. Of the last one, a writer may be adding to it. */
async function tornIn(log: Log): Promise<ReadonlyArray<TornBytes>> {
  const torn: TornBytes[] = [];
  for (const segment of log.segments.values()) {
    // An archive ends where the log of its segment does.
    if (archivedAttempt(log.manifest, segment.number) !== undefined) continue;
    const from = segment.number === log.readable.segment ? log.readable.offset : segment.end;
    if (from === undefined) continue;
    const file = segmentName(segment.number, segment.epoch);
    const { bytesTo } = await lookBehindEnd(log.files, { file, salt: segment.salt ?? 0 }, from);
    if (bytesTo > 0) torn.push({ file, from, to: bytesTo });
  }
  return torn;
}
