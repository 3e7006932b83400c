/**
 * The names of files, and only here. One flat directory that a person can read; numbers have ten
 * digits, so that the order of bytes is the order of numbers. A name is never used twice, because
 * a removed file may linger: the last number of a derived file counts attempts.
 *
 * @module
 */

/** What a file is, as its name says. */
export type FileName =
  | { readonly kind: "store"; readonly attempt: number }
  | { readonly kind: "segment"; readonly number: number; readonly epoch: number }
  | {
    readonly kind: "index";
    readonly from: number;
    readonly to: number;
    readonly attempt: number;
  }
  | { readonly kind: "archive"; readonly number: number; readonly attempt: number }
  | { readonly kind: "erased"; readonly number: number; readonly attempt: number }
  | { readonly kind: "claim"; readonly epoch: number }
  /** How far a backup goes. */
  | { readonly kind: "backup"; readonly attempt: number };

/**
 * The file that says what store this is. If several writers have tried to begin the store, it is the
 * first of several, and the segments say which one counts.
 */
export const STORE_FILE = "STORE";

/** The name of a file. */
export function printName(file: FileName): string {
  switch (file.kind) {
    case "store":
      return file.attempt === 1 ? STORE_FILE : `${STORE_FILE}-${digits(file.attempt)}`;
    case "segment":
      return `segment-${digits(file.number)}-${digits(file.epoch)}.log`;
    case "index":
      return `index-${digits(file.from)}-${digits(file.to)}-${digits(file.attempt)}.idx`;
    case "archive":
      return archiveName(file.number, file.attempt);
    case "erased":
      return erasedName(file.number, file.attempt);
    case "claim":
      return `writer-${digits(file.epoch)}.claim`;
    case "backup":
      return `backup-${digits(file.attempt)}.mark`;
  }
}

export function segmentName(number: number, epoch: number): string {
  return printName({ kind: "segment", number, epoch });
}

/** A segment of which nobody knows who created it, for messages. */
export function segmentOfAnyEpoch(number: number): string {
  return `segment-${digits(number)}-*.log`;
}

/** The name of the archive of a segment. */
export function archiveName(number: number, attempt: number): string {
  return `archive-${digits(number)}-${digits(attempt)}.arc`;
}

/** The name of a segment in which events were erased. */
export function erasedName(number: number, attempt: number): string {
  return `erased-${digits(number)}-${digits(attempt)}.log`;
}

function digits(number: number): string {
  return String(number).padStart(10, "0");
}

const patterns = {
  store: /^STORE-(\d{10})$/,
  segment: /^segment-(\d{10})-(\d{10})\.log$/,
  index: /^index-(\d{10})-(\d{10})-(\d{10})\.idx$/,
  archive: /^archive-(\d{10})-(\d{10})\.arc$/,
  erased: /^erased-(\d{10})-(\d{10})\.log$/,
  claim: /^writer-(\d{10})\.claim$/,
  backup: /^backup-(\d{10})\.mark$/,
} as const;

/** What a name says, or nothing for a name that is not ours: it is ignored and never removed. */
export function parseName(name: string): FileName | undefined {
  if (name === STORE_FILE) return { kind: "store", attempt: 1 };
  // Names are looked at often: the first word says which pattern is worth a try.
  switch (name.slice(0, name.indexOf("-"))) {
    case "STORE": {
      const [attempt = 0] = numbersOf(patterns.store, name) ?? [];
      // The first one has no number in its name.
      return attempt > 1 ? { kind: "store", attempt } : undefined;
    }
    case "segment": {
      const found = numbersOf(patterns.segment, name);
      return found && { kind: "segment", number: found[0]!, epoch: found[1]! };
    }
    case "index": {
      const found = numbersOf(patterns.index, name);
      return found && { kind: "index", from: found[0]!, to: found[1]!, attempt: found[2]! };
    }
    case "archive": {
      const found = numbersOf(patterns.archive, name);
      return found && { kind: "archive", number: found[0]!, attempt: found[1]! };
    }
    case "erased": {
      const found = numbersOf(patterns.erased, name);
      return found && { kind: "erased", number: found[0]!, attempt: found[1]! };
    }
    case "writer": {
      const found = numbersOf(patterns.claim, name);
      return found && { kind: "claim", epoch: found[0]! };
    }
    case "backup": {
      const found = numbersOf(patterns.backup, name);
      return found && { kind: "backup", attempt: found[0]! };
    }
    default:
      return undefined;
  }
}

function numbersOf(pattern: RegExp, name: string): ReadonlyArray<number> | undefined {
  const found = pattern.exec(name);
  return found ? found.slice(1).map(Number) : undefined;
}

/** The writer epoch that a name speaks of: the next one comes after all of them. */
export function epochIn(name: string): number {
  const file = parseName(name);
  return file?.kind === "segment" || file?.kind === "claim" ? file.epoch : 0;
}

/** The first number of attempts that no name has used, and is not below `least`. */
export function nextAttempt(
  names: ReadonlyArray<string>,
  from: number,
  to: number,
  least = 1,
): number {
  let last = least - 1;
  for (const name of names) {
    const file = parseName(name);
    if (file?.kind === "index" && file.from === from && file.to === to) {
      last = Math.max(last, file.attempt);
    }
  }
  return last + 1;
}

/** The first attempt at the archive of a segment whose name nobody has used. */
export function nextArchive(names: ReadonlyArray<string>, number: number): number {
  return nextOfKind(names, "archive", number);
}

/** The first attempt at erasing events of a segment whose name nobody has used. */
export function nextErased(names: ReadonlyArray<string>, number: number): number {
  return nextOfKind(names, "erased", number);
}

/** The first name of a file that says what store this is that nobody has used. */
export function nextStoreFile(names: ReadonlyArray<string>): string {
  const attempts = names.map(parseName).map((file) => file?.kind === "store" ? file.attempt : 0);
  return printName({ kind: "store", attempt: Math.max(0, ...attempts) + 1 });
}

function nextOfKind(
  names: ReadonlyArray<string>,
  kind: "archive" | "erased",
  number: number,
): number {
  let last = 0;
  for (const name of names) {
    const file = parseName(name);
    if (file?.kind === kind && file.number === number) last = Math.max(last, file.attempt);
  }
  return last + 1;
}
