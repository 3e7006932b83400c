/**
 * Timestamps of RFC 3339, read without the platform's own parser, which accepts more and differs
 * from one engine to the next.
 *
 * @module
 */

const pattern =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/**
 * The moment that a text says, or none. What is finer than a millisecond is cut off, and a leap
 * second is the first moment after it. A text that {@linkcode isPlainTime} is read as well, also
 * beyond the year 9999, which RFC 3339 has no way to say.
 */
export function parseTime(text: string): Date | undefined {
  if (isPlainTime(text)) return new Date(text);
  const found = pattern.exec(text);
  if (found === null) return undefined;
  // What matches has the first three groups; the others may be missing.
  const [, day = "", minute = "", second = "", fraction = "", sign, hours = "0", minutes = "0"] =
    found;
  const isLeap = second === "60";
  const local = `${day}T${minute}:${isLeap ? "59" : second}.${
    fraction.padEnd(3, "0").slice(0, 3)
  }Z`;
  // The 30th of February is no plain time, although some engines read it as one in March.
  if (!isPlainTime(local)) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  return new Date(Date.parse(local) - offsetMs + (isLeap ? 1_000 : 0));
}

/** Whether a text is exactly what a `Date` prints: UTC, with three digits of milliseconds. */
export function isPlainTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}
