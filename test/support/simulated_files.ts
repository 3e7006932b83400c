/**
 * Files on a simulated disk, in few words: numbers go in, and numbers come out.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { AppendFile, ReadFile } from "../../stores/file/storage.ts";
import type {
  Damage,
  Misfortune,
  Operation,
  SimulatedDisk,
  SimulatedProcess,
} from "../../stores/storage/simulated.ts";

/** Creates a file for writing. */
export async function createdFile(
  { storage }: SimulatedProcess,
  name: string,
): Promise<AppendFile> {
  const file = await storage.create(name);
  assert(file !== "exists");
  return file;
}

/** Creates a file that holds these bytes, all of it flushed, its name too. */
export async function flushedFile(
  process: SimulatedProcess,
  name: string,
  bytes: ReadonlyArray<number>,
): Promise<AppendFile> {
  const file = await createdFile(process, name);
  await file.write(0, Uint8Array.from(bytes));
  await file.datasync();
  await process.storage.syncDirectory();
  return file;
}

/** Opens a file for reading. */
export async function openedFile({ storage }: SimulatedProcess, name: string): Promise<ReadFile> {
  const file = await storage.openRead(name);
  assert(file !== "missing");
  return file;
}

/** What a process reads of a file, through the port. */
export async function bytesRead(
  process: SimulatedProcess,
  name: string,
): Promise<ReadonlyArray<number>> {
  const file = await openedFile(process, name);
  // What a read leaves alone is none of the bytes that the tests write.
  const into = new Uint8Array(await file.size()).fill(255);
  const count = await file.read(0, into);
  await file.close();
  return [...into.subarray(0, count)];
}

/** What a file holds, seen from outside; nothing if there is no such file. */
export function heldBytes(disk: SimulatedDisk, name = "a"): ReadonlyArray<number> | undefined {
  const bytes = disk.files().get(name);
  return bytes && [...bytes];
}

/** The names on a disk, in order. */
export function namesOn(disk: SimulatedDisk): string {
  return [...disk.files().keys()].sort().join("");
}

/** From now on, this befalls the next call of a kind, and nothing befalls the others. */
export function befallNext(
  disk: SimulatedDisk,
  operation: Operation,
  misfortune: Misfortune,
): void {
  let isOver = false;
  disk.befall((call) => {
    if (isOver || call.operation !== operation) return undefined;
    isOver = true;
    return misfortune;
  });
}

/** Cuts the power so that nothing is left but what was flushed. */
export function loseAll(disk: SimulatedDisk, how: Partial<Damage> = {}): void {
  disk.cutPower({ bytes: "none", names: "none", seed: 1, ...how });
}

/** The same number, so often. */
export function filled(count: number, value: number): ReadonlyArray<number> {
  return new Array<number>(count).fill(value);
}

/** Seeds, enough of them for whatever happens by chance to happen. */
export const seeds: ReadonlyArray<number> = Array.from({ length: 200 }, (_, nth) => nth + 1);
