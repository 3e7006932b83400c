/**
 * What a power cut leaves: of each file all that was flushed, and of the rest whatever it likes; of
 * each name likewise.
 *
 * @module
 */
import type { Generator } from "./generator.ts";
import {
  fileOfBytes,
  type ModelFile,
  type PendingWrite,
  putDurable,
  SECTOR_BYTES,
} from "./model_file.ts";

/** What becomes of bytes that were written and not flushed. */
export type LostBytes =
  /** None of them survives. */
  | "none"
  /** All of them do. */
  | "all"
  /** The first writes do. */
  | "prefix"
  /** Any of the writes do: nothing is ordered between two flushes. */
  | "subset"
  /** The first writes do, and the one after them in part, cut at a byte or at a sector. */
  | "torn"
  /** The length does, and the data is zero. */
  | "zeros"
  /** The length does, and the data is what lay there before. */
  | "garbage"
  /** Each sector for itself: as written, as before, zero, or garbage. */
  | "sectors";

/** What becomes of names that were made or removed, and not flushed. */
export type LostNames = "none" | "all" | "prefix" | "subset";

/** What a power cut does. `mixed` draws for each file anew. */
export interface Damage {
  readonly bytes: LostBytes | "mixed";
  readonly names: LostNames | "mixed";
  readonly seed: number;
}

/** A name that was made, or removed if it has no file. */
export interface PendingName {
  readonly name: string;
  readonly file: ModelFile | undefined;
}

/** Every way in which bytes may be lost. */
export const lostBytes: ReadonlyArray<LostBytes> = [
  "none",
  "all",
  "prefix",
  "subset",
  "torn",
  "zeros",
  "garbage",
  "sectors",
];
/** Every way in which names may be lost. */
export const lostNames: ReadonlyArray<LostNames> = ["none", "all", "prefix", "subset"];

/** The names that a power cut leaves. */
export function namesAfter(
  durable: ReadonlyMap<string, ModelFile>,
  pending: ReadonlyArray<PendingName>,
  how: LostNames,
  draws: Generator,
): Map<string, ModelFile> {
  const names = new Map(durable);
  const until = how === "prefix" ? draws.below(pending.length + 1) : pending.length;
  for (const [at, { name, file }] of pending.entries()) {
    if (how === "none" || at >= until) break;
    if (how === "subset" && draws.chance(0.5)) continue;
    if (file) names.set(name, file);
    else names.delete(name);
  }
  return names;
}

/** The file that a power cut leaves. */
export function fileAfter(file: ModelFile, how: LostBytes, draws: Generator): ModelFile {
  const left: ModelFile = {
    ...fileOfBytes(file.durable.slice(0, file.durableSize)),
    durableSize: file.durableSize,
  };
  const { pending } = file;
  switch (how) {
    case "none":
      break;
    case "all":
      for (const write of pending) putDurable(left, write);
      break;
    case "prefix":
      for (const write of pending.slice(0, draws.below(pending.length + 1))) {
        putDurable(left, write);
      }
      break;
    case "subset":
      for (const write of pending) if (draws.chance(0.5)) putDurable(left, write);
      break;
    case "torn":
      tear(left, pending, draws);
      break;
    case "zeros":
    case "garbage":
      for (const { at, bytes } of pending) {
        const { length } = bytes;
        const lost = how === "zeros" ? new Uint8Array(length) : draws.bytes(length);
        putDurable(left, { at, bytes: lost });
      }
      break;
    case "sectors":
      for (const write of pending) putSectors(left, write, draws);
      break;
  }
  // The length of what was not flushed may have been kept alone.
  if (how !== "none" && draws.chance(0.25)) lengthen(left, file.size);
  return fileOfBytes(left.durable.slice(0, left.durableSize));
}

function tear(left: ModelFile, pending: ReadonlyArray<PendingWrite>, draws: Generator): void {
  const kept = draws.below(pending.length);
  for (const write of pending.slice(0, kept)) putDurable(left, write);
  const last = pending[kept];
  if (!last) return;
  let cut = draws.below(last.bytes.length);
  if (draws.chance(0.5)) {
    cut = Math.max(0, cut - (last.at + cut) % SECTOR_BYTES);
  }
  putDurable(left, { at: last.at, bytes: last.bytes.subarray(0, cut) });
}

function putSectors(left: ModelFile, { at, bytes }: PendingWrite, draws: Generator): void {
  for (let from = 0; from < bytes.length;) {
    const room = SECTOR_BYTES - (at + from) % SECTOR_BYTES;
    const sector = bytes.subarray(from, from + room);
    switch (draws.below(4)) {
      case 0:
        putDurable(left, { at: at + from, bytes: sector });
        break;
      case 1:
        putDurable(left, { at: at + from, bytes: new Uint8Array(sector.length) });
        break;
      case 2:
        putDurable(left, { at: at + from, bytes: draws.bytes(sector.length) });
        break;
      default: // As before.
        break;
    }
    from += room;
  }
}

function lengthen(file: ModelFile, size: number): void {
  if (size > file.durableSize) putDurable(file, { at: size - 1, bytes: new Uint8Array(1) });
}
