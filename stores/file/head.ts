/**
 * The head of a log: what the chain of SHA-256 is at the end of a commit.
 *
 * @module
 */
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { OpenFault, ReadFault, Unchained } from "../../src/fault.ts";
import { attempt, fail } from "./attempt.ts";
import { hex } from "./format/bytes.ts";
import { frameSize } from "./format/frame.ts";
import type { Head } from "./format/head.ts";
import { erasedSegment } from "./format/manifest.ts";
import { CHAIN_BYTES } from "./format/segment.ts";
import { HASH_NONE } from "./format/store_file.ts";
import { type ColdOptions, coldOptions, settingsOf } from "./options.ts";
import { commitHolding } from "./read/lookups.ts";
import { headerOfSegment } from "./read/frame_reader.ts";
import { type Source, steadily } from "./read/pages.ts";
import { openReading } from "./reading.ts";
import { segmentHash } from "./segment_hash.ts";
import type { KnownHash, Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";

/** Which head is meant. */
export interface HeadOptions extends ColdOptions {
  /** The head is the end of the commit that holds this position; of the last one if left out. */
  readonly position?: number;
}

/**
 * The head of a store: a position, and the hash of all the history up to it. To be kept elsewhere,
 * and given to `verifyStore` later. It is taken of what is flushed, from the bytes of one segment
 * at most. Where a store was made without a chain, or records of that segment were erased, it is the
 * fault `Unchained`; beyond the end of the log, `HistoryDiverged`.
 *
 * @example Kept elsewhere, it tells that the history is the same
 * ```ts
 * import assert from "node:assert/strict";
 * import { run } from "leftfold";
 * import { memoryStorage } from "leftfold/storage/memory";
 * import { openFileStore, storeHead, verifyStore } from "leftfold/stores/file";
 *
 * const storage = memoryStorage();
 * const store = await run(openFileStore(storage));
 * const event = { type: "Opened", schemaVersion: 1, data: {}, tags: [] };
 * await run(store.append({ writes: [{ stream: "door-1", expected: "any", events: [{ event }] }] }));
 * await run(store.close);
 *
 * const anchor = await run(storeHead(storage));
 * assert.equal(anchor.position, 1);
 * assert.equal((await run(verifyStore(storage, { anchor }))).isAnchored, true);
 * ```
 */
export function storeHead(
  storage: StoragePort,
  options: HeadOptions = {},
): TaskEither<OpenFault | ReadFault | Unchained, Head> {
  return attempt<OpenFault | ReadFault | Unchained, Head>(
    async () => {
      const settings = settingsOf({ ...coldOptions(options), mode: "readOnly" });
      const session = await openReading(storage, settings);
      const { log, refresh } = session;
      try {
        const source = { log, ready: refresh, moreThan: refresh };
        return await headAt(source, session, options.position);
      } finally {
        await session.close();
      }
    },
    (cause) => ({ _tag: "ReadFailed", stored: "no", cause }),
  );
}

/** The head at the end of the commit that holds a position. Faults are thrown. */
export async function headAt(
  source: Source,
  { knownHash }: Pick<Session, "knownHash">,
  position: number | undefined,
): Promise<Head> {
  await source.ready();
  return await steadily(source, () => {
    return headOf(source, knownHash, position ?? source.log.flushed.position);
  });
}

async function headOf(source: Source, known: KnownHash, position: number): Promise<Head> {
  const { log } = source;
  const { hashMode } = log.identity;
  if (hashMode === HASH_NONE) {
    return fail({ _tag: "Unchained", stored: "no", place: log.storage.place });
  }
  const storeId = hex(log.identity.storeId);
  const commit = await commitHolding(source, position);
  if (!commit) return { storeId, position, hash: hex(new Uint8Array(CHAIN_BYTES)) };
  const { segment, offset, header } = commit;
  const end = offset + frameSize(header.bodySize);
  const hash = known(segment.number, end) ?? await hashAt(source, segment, end);
  return { storeId, position: header.position + header.events - 1, hash: hex(hash) };
}

async function hashAt(
  { log }: Source,
  segment: Parameters<typeof headerOfSegment>[1],
  end: number,
): Promise<Uint8Array> {
  if (erasedSegment(log.manifest, segment.number)) {
    return fail({
      _tag: "Unchained",
      stored: "no",
      place: log.storage.place,
      erased: segment.file,
    });
  }
  const { chain } = await headerOfSegment(log, segment);
  return await segmentHash(log, segment.file, chain).upTo(end);
}
