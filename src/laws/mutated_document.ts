/**
 * Documents that went wrong: fields dropped, put in, of another type, deeper or longer than before.
 *
 * @module
 */

/** What is put in place of a value. */
const strangers: ReadonlyArray<unknown> = [
  null,
  true,
  "",
  "a text",
  -1,
  0.5,
  1e308,
  [],
  {},
  [[[[]]]],
  "x".repeat(2_000),
  { __proto__: null, constructor: "x", toString: 1 },
];

/**
 * A document with something done to it; which, and where, the choices say. The same choices do the
 * same to the same document.
 */
export function mutated(document: unknown, choices: ReadonlyArray<number>): unknown {
  let next = 0;
  const choose = (count: number): number => (choices[next++ % choices.length] ?? 0) % count;
  const change = (value: unknown, depth: number): unknown => {
    const isDeeper = typeof value === "object" && value !== null && depth < 4;
    if (!isDeeper || choose(3) === 0) return strangers[choose(strangers.length)];
    const keys = Object.keys(value);
    if (Array.isArray(value)) {
      if (keys.length === 0 || choose(3) === 0) {
        return [...value, strangers[choose(strangers.length)]];
      }
      const at = choose(keys.length);
      return value.map((item, nth) => nth === at ? change(item, depth + 1) : item);
    }
    const fields = Object.entries(value);
    const at = fields.length === 0 ? 0 : choose(fields.length);
    switch (fields.length === 0 ? 0 : choose(3)) {
      case 0:
        return Object.fromEntries([...fields, ["__proto__", strangers[choose(strangers.length)]]]);
      case 1:
        return Object.fromEntries(fields.filter((_, nth) => nth !== at));
      default:
        return Object.fromEntries(
          fields.map(([key, field], nth) => [key, nth === at ? change(field, depth + 1) : field]),
        );
    }
  };
  return change(document, 0);
}
