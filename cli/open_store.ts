/**
 * A store, open for as long as a command works on it.
 *
 * @module
 */
import { type Corrupt, run } from "leftfold";
import { directory } from "leftfold/storage/node";
import {
  type FileStore,
  type FileStoreOptions,
  type Happening,
  openFileStore,
} from "leftfold/stores/file";
import type { ExitCode, World } from "./world.ts";

/** What came of it. */
export interface Done<Value> {
  readonly value: Value;
  /** 1 if the store was found to be damaged, although what is sound could be had. */
  readonly exitCode: ExitCode;
}

/** Opens the store in a directory, uses it, and closes it however that ends. */
export async function withStore<Value>(
  place: string,
  options: Omit<FileStoreOptions, "observe">,
  { remark }: World,
  use: (store: FileStore) => Promise<Value>,
): Promise<Done<Value>> {
  let exitCode: ExitCode = 0;
  const observe = (happening: Happening): void => {
    if (happening._tag === "Damaged") exitCode = 1;
    const text = explainHappening(happening);
    if (text !== undefined) void remark(text);
  };
  const store = await run(openFileStore(directory(place), { ...options, observe }));
  let value: Value;
  try {
    value = await use(store);
  } catch (error) {
    // What failed first is what there is to tell; a close after it fails for the same reason.
    await store.close();
    throw error;
  }
  await run(store.close);
  return { value, exitCode };
}

/** What happened beside the answers, in a sentence; nothing if it is what is meant to happen. */
function explainHappening(happening: Happening): string | undefined {
  switch (happening._tag) {
    case "TornTail": {
      const { file, from, to } = happening;
      return `${file}: the bytes from ${from} to ${to}, which were never acknowledged, stay ` +
        "outside the log";
    }
    case "RunFailed":
      return `${happening.file}: this part of the index could not be written, so the next open ` +
        "reads the log instead";
    case "RunIgnored":
      return `${happening.file}: this part of the index is not used: ${happening.why}`;
    case "Lost":
      return `What was acknowledged after position ${happening.after} is lost: it was not flushed ` +
        "when the disk failed";
    case "Fenced":
      return "Another process has taken over the store";
    case "WatermarkUnflushed":
      return "The mark of how far the log is flushed could not be written; it is tried again";
    case "Damaged":
      return damageText(happening.fault);
    case "FileKept":
      return `${happening.file}: this file is not wanted any more, and could not be removed; the ` +
        "next time it is tried again";
    case "SegmentRolled":
    case "SegmentArchived":
    case "RunWritten":
      return undefined;
  }
}

/** Shorter than for a store that does not open: what to do about it has been done. */
function damageText({ file, offset, wanted, found }: Corrupt): string {
  return `The file ${file} is damaged at byte ${offset}: wanted ${wanted}, found ${found}; only ` +
    "what is sound before it was read";
}
