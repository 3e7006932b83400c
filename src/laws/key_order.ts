/**
 * The order of fields: values that say the same, told in another order.
 *
 * @module
 */

/**
 * A value with the fields of each plain object in another order: the first one last. Reversing would
 * leave an object of one field, and the middle one of three, where it was. What has no fields to
 * turn is given back as it is.
 */
export function withKeysTurned<Value>(value: Value): Value {
  // The same fields with the same values, so that it is of the same type.
  return turned(value) as Value;
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(turned);
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, turned(field)] as const);
  const [first, ...rest] = fields;
  if (!first) return value;
  if (rest.length === 0 && first[1] === Object.values(value)[0]) return value;
  return Object.fromEntries([...rest, first]);
}
