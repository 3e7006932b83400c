/**
 * Freezing values, so that whoever writes to one is told at once.
 *
 * @module
 */

/**
 * Freezes a value all the way down, and gives it back. Code that is a module is strict, so that a
 * write to it throws. Maps, sets and dates have contents of their own, which nothing freezes: their
 * writing methods are replaced instead.
 */
export function deepFreeze<Value>(value: Value): Value {
  freeze(value);
  return value;
}

const writing = {
  Map: ["set", "delete", "clear"],
  Set: ["add", "delete", "clear"],
} as const;

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  // A view of bytes cannot be frozen.
  if (Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  if (value instanceof Map) forbid(value, writing.Map);
  else if (value instanceof Set) forbid(value, writing.Set);
  else if (value instanceof Date) forbid(value, settersOfDate);
  Object.freeze(value);
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (field && "value" in field) freeze(field.value);
  }
  if (value instanceof Map) { for (const [key, item] of value) freeze(key), freeze(item); }
  if (value instanceof Set) { for (const item of value) freeze(item); }
}

const settersOfDate = Object.getOwnPropertyNames(Date.prototype)
  .filter((name) => name.startsWith("set"));

function forbid(value: object, methods: ReadonlyArray<string>): void {
  for (const name of methods) {
    Object.defineProperty(value, name, {
      value: () => {
        throw new TypeError(`Cannot ${name} in a frozen ${value.constructor.name}`);
      },
    });
  }
}
