/**
 * Time zones: what a function gives in two of them.
 *
 * @module
 */

/** Two zones that never show the same hour. */
const zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago"] as const;

/**
 * What a function gives in each of two time zones; nothing where the zone of the process cannot be
 * switched, as in a worker thread or a browser.
 */
export function inTwoZones<Value>(run: () => Value): readonly [Value, Value] | undefined {
  // Only some platforms have it.
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  if (!process) return undefined;
  const before = process.env["TZ"];
  const zoneBefore = new Intl.DateTimeFormat("en").resolvedOptions().timeZone;
  try {
    const [one, other] = zones.map((zone) => {
      process.env["TZ"] = zone;
      return { offset: new Date(0).getTimezoneOffset(), value: run() };
    });
    return one && other && one.offset !== other.offset ? [one.value, other.value] : undefined;
  } finally {
    // Deno goes on in the last zone that it was told when the variable is gone.
    process.env["TZ"] = before ?? zoneBefore;
    if (before === undefined) delete process.env["TZ"];
  }
}
