/**
 * Copying values, so that no two hold the same object.
 *
 * @module
 */

/**
 * A copy of a value, all the way down. `structuredClone` would take its methods from an object that
 * has some, as from the states of `many`; here a copy has the prototype of what it is a copy of. What
 * a class has made stays what it is: it may have private fields, which nobody can copy.
 */
export function copyOf<Value>(value: Value): Value {
  return copied(value, new Map()) as Value; // a copy is of the same type
}

/** Copies that were made already: an object that is there twice is so in the copy, too. */
type Known = Map<object, unknown>;

function copied(value: unknown, known: Known): unknown {
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Date && prototype === Date.prototype) return new Date(value);
  if (value instanceof Map && prototype === Map.prototype) {
    const copy = new Map<unknown, unknown>();
    known.set(value, copy);
    for (const [key, item] of value) copy.set(copied(key, known), copied(item, known));
    return copy;
  }
  if (value instanceof Set && prototype === Set.prototype) {
    const copy = new Set<unknown>();
    known.set(value, copy);
    for (const item of value) copy.add(copied(item, known));
    return copy;
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  if (!Array.isArray(value) && isOfClass(prototype)) return value;
  const copy: object = Array.isArray(value)
    ? Array(value.length)
    : Object.create(Object.getPrototypeOf(value));
  known.set(value, copy);
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key);
    if (!field || key === "length" && Array.isArray(value)) continue;
    // A copy may be written to, whether or not what it is a copy of was frozen.
    Object.defineProperty(
      copy,
      key,
      "value" in field
        ? { ...field, value: copied(field.value, known), writable: true, configurable: true }
        : field,
    );
  }
  return copy;
}

function isOfClass(prototype: unknown): boolean {
  return prototype !== null && prototype !== Object.prototype &&
    Object.hasOwn(Object(prototype), "constructor");
}
