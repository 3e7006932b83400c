/**
 * What a store is, said in its place by whoever begins it.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { writeAll } from "./append/write_all.ts";
import { corruptIn, fail, failCorrupt } from "./attempt.ts";
import { newestFirst } from "./chain.ts";
import { type Files, readPart } from "./files.ts";
import { areEqual } from "./format/bytes.ts";
import { nextStoreFile, parseName } from "./format/layout.ts";
import { FORMAT_MAJOR } from "./format/segment.ts";
import {
  decodeStoreFile,
  encodeStoreFile,
  HASH_NONE,
  HASH_SHA256,
  STORE_FILE_BYTES,
  type StoreIdentity,
} from "./format/store_file.ts";
import { chooseIdentity, type IdentityChoice, type SaidIn } from "./identity_choice.ts";
import { SEGMENT_BYTES_DEFAULT, type Settings } from "./options.ts";
import type { StoragePort } from "./storage.ts";
import { readHeader, segmentsIn } from "./survey.ts";

// ---------------------------------------------------------------------------
// reading it
// ---------------------------------------------------------------------------

/** Reads what a store is, and says if it cannot. */
export async function lookForIdentity(
  storage: StoragePort,
  files: Files,
  names: ReadonlyArray<string>,
): Promise<IdentityChoice> {
  const witness = await newestNamed(files, names);
  const choice = chooseIdentity({ said: await saidIn(files, names), ...witness });
  if (choice._tag === "Said" && isNamed(choice.identity, witness.named)) return choice;
  // What a segment names was whole before it: if it is not among these names, it is among newer.
  const said = await saidIn(files, await storage.list());
  return chooseIdentity({ said, ...witness });
}

function isNamed({ storeId }: StoreIdentity, named: Uint8Array | undefined): boolean {
  return named !== undefined && areEqual(storeId, named);
}

/**
 * Reads what a store is, of which these are the names. It is said before the first segment: as long
 * as there is none, it is `"open"`; what is not sound later is damage.
 */
export async function readIdentity(
  storage: StoragePort,
  files: Files,
  names: ReadonlyArray<string>,
): Promise<StoreIdentity | "open"> {
  const choice = await lookForIdentity(storage, files, names);
  switch (choice._tag) {
    case "Said":
      return choice.identity;
    case "Open":
      return "open";
    case "Damaged": {
      const wanted = `the file that says what store ${storage.place} is`;
      return failCorrupt(choice.file, choice.offset, wanted, choice.found);
    }
    case "Newer":
      return failNewer(choice);
  }
}

/** Ends the operation because a newer program has said what the store is. */
export function failNewer({ file, found }: Extract<IdentityChoice, { _tag: "Newer" }>): never {
  return fail({ _tag: "NewerFormat", stored: "no", file, known: FORMAT_MAJOR, found });
}

/**
 * Reads what a store is, and uses it. A writer that was overtaken may finish its first segment just
 * then: if it looks like damage, and the newest segment names another store by now, it is used
 * again. `"open"` if no segment has come to be.
 */
export async function withIdentity<Value>(
  storage: StoragePort,
  files: Files,
  names: ReadonlyArray<string>,
  use: (identity: StoreIdentity) => Promise<Value>,
): Promise<Value | "open"> {
  let identity = await readIdentity(storage, files, names);
  while (identity !== "open") {
    try {
      return await use(identity);
    } catch (thrown) {
      if (!corruptIn(thrown)) throw thrown;
      const now = await readIdentity(storage, files, names);
      if (now === "open" || areEqual(now.storeId, identity.storeId)) throw thrown;
      identity = now;
    }
  }
  return "open";
}

/** Which store the newest segment with a sound header names, and whether a newer one is damaged. */
async function newestNamed(
  files: Files,
  names: ReadonlyArray<string>,
): Promise<{ readonly named: Uint8Array | undefined; readonly isDamaged: boolean }> {
  let isDamaged = false;
  for (const segment of segmentsIn(names).sort(newestFirst)) {
    const header = await readHeader(files, segment);
    if (header === "missing" || isLeft(header)) {
      isDamaged ||= header === "missing" || header.left._tag !== "Unfinished";
    } else return { named: header.right.storeId, isDamaged };
  }
  return { named: undefined, isDamaged };
}

/** Every file that says what the store is, the newest first. */
async function saidIn(files: Files, names: ReadonlyArray<string>): Promise<ReadonlyArray<SaidIn>> {
  const stores = names.flatMap((file) => {
    const name = parseName(file);
    return name?.kind === "store" ? [{ file, attempt: name.attempt }] : [];
  }).sort((one, other) => other.attempt - one.attempt);
  const said: SaidIn[] = [];
  for (const { file } of stores) {
    const bytes = await files.lend(file, (one) => readPart(one, 0, STORE_FILE_BYTES));
    if (bytes !== "missing") said.push({ file, content: decodeStoreFile(bytes) });
  }
  return said;
}

// ---------------------------------------------------------------------------
// saying it
// ---------------------------------------------------------------------------

/** Says what a store is to be, that has no segment yet. */
export async function beginIdentity(
  storage: StoragePort,
  settings: Settings,
  names: ReadonlyArray<string>,
): Promise<StoreIdentity> {
  const identity: StoreIdentity = {
    storeId: storage.random(16),
    created: storage.clock.now(),
    hashKey: storage.random(16),
    hashMode: settings.chain === "none" ? HASH_NONE : HASH_SHA256,
    segmentBytesMax: settings.segmentBytesMax ?? SEGMENT_BYTES_DEFAULT,
  };
  await writeIdentity(storage, names, identity);
  return identity;
}

/**
 * Writes what the store is under a name that nobody has used, and flushes it, before a segment names
 * it. One whose flush fails is left where it is: no segment will ever name it.
 */
export async function writeIdentity(
  storage: StoragePort,
  names: ReadonlyArray<string>,
  identity: StoreIdentity,
): Promise<void> {
  const name = nextStoreFile(names);
  const file = await storage.create(name);
  if (file === "exists") {
    throw new Error(`${name} was made by another writer; open the store again`);
  }
  try {
    await writeAll(file, 0, encodeStoreFile(identity));
    await file.datasync();
  } finally {
    await file.close();
  }
  await storage.syncDirectory();
}
