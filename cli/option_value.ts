/**
 * Values of options, read from text: each says what it wants if it is something else.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import type { LogPlace } from "leftfold/stores/file";

/** Reads the text of an option. `before` is what the same option said earlier, if it did. */
export type ReadValue<Value> = (text: string, before: Value | undefined) => Value;

/** An option that is given once: a second one would silently take the place of the first. */
export function once<Value>(read: (text: string) => Value): ReadValue<Value> {
  return (text, before) => {
    if (before !== undefined) throw new InvalidArgumentError("It is given twice; give it once.");
    return read(text);
  };
}

/** An option that is given as often as one likes. */
export function listed<Value>(read: (text: string) => Value): ReadValue<ReadonlyArray<Value>> {
  return (text, before = []) => [...before, read(text)];
}

/** A text that is not empty: no name in a store is. */
export function someText(text: string): string {
  if (text === "") throw new InvalidArgumentError("Wanted a text that is not empty.");
  return text;
}

/** One of a few words. */
export function oneOf<Word extends string>(words: ReadonlyArray<Word>): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new InvalidArgumentError(`Wanted one of ${words.join(", ")}.`);
    }
    return found;
  };
}

/** A whole number within its bounds. */
export function wholeNumber(
  least: number,
  greatest: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > greatest) {
      const bounds = greatest === Number.MAX_SAFE_INTEGER
        ? `${least} or more`
        : `from ${least} to ${greatest}`;
      throw new InvalidArgumentError(`Wanted a whole number, ${bounds}.`);
    }
    return value;
  };
}

/** A place in a log: the number of a segment and an offset in it. */
export function logPlace(text: string): LogPlace {
  const [segment, offset, ...more] = text.split(":").map((part) =>
    /^\d+$/.test(part) ? Number(part) : NaN
  );
  if (!Number.isSafeInteger(segment) || !Number.isSafeInteger(offset) || more.length > 0) {
    throw new InvalidArgumentError(
      "Wanted the number of a segment and an offset in it, such as 42:4096.",
    );
  }
  // Both were just seen to be numbers.
  return { segment: segment as number, offset: offset as number };
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How old something is, in milliseconds: a whole number of days, hours, minutes or seconds. */
export function age(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined) {
    throw new InvalidArgumentError("Wanted an age such as 90d, 12h, 30m or 45s.");
  }
  // The pattern takes no other units.
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

const pattern = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A moment that means the same everywhere. A day alone is its beginning in UTC. */
export function moment(text: string): Date {
  const day = pattern.exec(text)?.[1] ?? "";
  const time = new Date(text);
  // The 30th of February is a day in March to some engines.
  if (Number.isNaN(time.getTime()) || !isDay(day)) {
    throw new InvalidArgumentError(
      "Wanted a moment such as 2026-02-03T18:00:00Z, or a day such as 2026-02-03.",
    );
  }
  return time;
}

function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
