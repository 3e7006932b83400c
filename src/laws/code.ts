/**
 * Values as code: what can be pasted into a test and is the same value there.
 *
 * @module
 */

const lineLengthMax = 76;

/**
 * A value as an expression. What no expression can give back (a function, an instance of a class)
 * becomes `undefined` with a comment, so that a reader sees what is missing.
 *
 * Law (round trip): evaluated, the expression of plain data equals the data.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { codeOf } from "leftfold/laws";
 *
 * assert.equal(codeOf({ type: "Paid", amount: 2n }), '{ type: "Paid", amount: 2n }');
 * ```
 */
export function codeOf(value: unknown, indent = ""): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectCode(value, indent);
    case "function":
    case "symbol":
      return missing(`a ${typeof value}`);
  }
}

function objectCode(value: object, indent: string): string {
  const inner = `${indent}  `;
  if (value instanceof Date) {
    const time = value.getTime();
    return Number.isNaN(time)
      ? "new Date(NaN)"
      : `new Date(${JSON.stringify(value.toISOString())})`;
  }
  if (Array.isArray(value)) {
    return listCode("[", "]", value.map((item) => codeOf(item, inner)), indent);
  }
  if (value instanceof Map) return `new Map(${codeOf([...value], indent)})`;
  if (value instanceof Set) return `new Set(${codeOf([...value], indent)})`;
  if (value instanceof Uint8Array) return `Uint8Array.of(${value.join(", ")})`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return missing(`an instance of ${value.constructor.name}`);
  }
  // What has no prototype is written as such: a rule may ask it for a method that it lacks.
  const bare = prototype === null ? ["__proto__: null"] : [];
  const own = Object.entries(value).map(([key, field]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    // Written plainly, this one would set the prototype.
    return `${key === "__proto__" ? '["__proto__"]' : name}: ${codeOf(field, inner)}`;
  });
  const fields = [...bare, ...own];
  return fields.length === 0 ? "{}" : listCode("{ ", " }", fields, indent);
}

function listCode(
  open: string,
  close: string,
  items: ReadonlyArray<string>,
  indent: string,
): string {
  const line = `${open}${items.join(", ")}${close}`;
  if (indent.length + line.length <= lineLengthMax && !line.includes("\n")) return line;
  const lines = items.map((item) => `${indent}  ${item},`);
  return [open.trim(), ...lines, `${indent}${close.trim()}`].join("\n");
}

function missing(what: string): string {
  return `undefined /* ${what} */`;
}
