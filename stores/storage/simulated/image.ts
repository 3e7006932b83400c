/**
 * A disk at a moment, to be gone on from as often as wanted: what everybody sees of it, what the
 * medium holds, and what is between the two.
 *
 * @module
 */
import { newMixer } from "./mixer.ts";
import { copyOfFile, fileOfBytes, type ModelFile } from "./model_file.ts";
import type { PendingName } from "./power_cut.ts";

/** A disk at a moment. Nothing changes it. */
export interface DiskImage {
  readonly names: ReadonlyMap<string, ModelFile>;
  readonly durableNames: ReadonlyMap<string, ModelFile>;
  readonly pendingNames: ReadonlyArray<PendingName>;
  /** How often the machine was started. */
  readonly boot: number;
  /** How many processes there have been: those of the disk that goes on from it are others. */
  readonly processes: number;
}

/** An image of a disk that shares nothing with it. */
export function imageOf(
  { names, durableNames, pendingNames, boot, processes }: DiskImage,
): DiskImage {
  // A file that has several names here is one file there too.
  const copies = new Map<ModelFile, ModelFile>();
  const copyOf = (file: ModelFile): ModelFile => {
    const copy = copies.get(file) ?? copyOfFile(file);
    copies.set(file, copy);
    return copy;
  };
  const copyAll = (map: ReadonlyMap<string, ModelFile>): ReadonlyMap<string, ModelFile> =>
    new Map([...map].map(([name, file]) => [name, copyOf(file)]));
  return {
    names: copyAll(names),
    durableNames: copyAll(durableNames),
    pendingNames: pendingNames.map(({ name, file }) => ({ name, file: file && copyOf(file) })),
    boot,
    processes,
  };
}

/** An image of files that were all flushed. */
export function imageOfFiles(files: ReadonlyMap<string, Uint8Array>): DiskImage {
  const names = new Map(
    [...files].map(([name, bytes]) => [name, fileOfBytes(bytes.slice())] as const),
  );
  return { names, durableNames: names, pendingNames: [], boot: 1, processes: 0 };
}

/** A text that is equal for equal disks, and for others almost surely not. */
export function digestOf({ names, durableNames, pendingNames }: DiskImage): string {
  const { mix, lanes } = newMixer();
  const mixText = (text: string): void => {
    for (let at = 0; at < text.length; at++) mix(text.charCodeAt(at));
  };
  const mixBytes = (bytes: Uint8Array, size: number): void => {
    mix(size);
    for (let at = 0; at < size; at++) if (bytes[at] !== 0) mix(at * 256 + bytes[at]!);
  };
  // Where the medium is not what everybody sees.
  const mixMedium = ({ cache, size, durable, durableSize }: ModelFile): void => {
    mix(durableSize);
    for (let at = 0; at < Math.min(size, durableSize); at++) {
      if (durable[at] !== cache[at]) mix(at * 256 + durable[at]!);
    }
    for (let at = size; at < durableSize; at++) mix(at * 256 + durable[at]!);
  };
  for (const name of [...names.keys()].sort()) {
    const file = names.get(name)!;
    mixText(name);
    mixBytes(file.cache, file.size);
    mix(durableNames.get(name) === file ? 1 : 2);
    mixMedium(file);
    for (const { at, bytes } of file.pending) {
      mix(at);
      mixBytes(bytes, bytes.length);
    }
  }
  for (const { name, file } of pendingNames) {
    mixText(name);
    mix(file ? 1 : 2);
  }
  return lanes().join("-");
}
