/**
 * Values and places in them, as short text for messages.
 *
 * @module
 */

/** A key of an object, or an index of an array. */
export type Step = string | number;

const displayLengthMax = 80;
const nestingShown = 3;
const itemsShown = 8;

/** A place in a value, as in `items[2].price`; empty for the value itself. */
export function pathText(steps: ReadonlyArray<Step>): string {
  let text = "";
  for (const step of steps) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step)) {
      text += `[${JSON.stringify(step)}]`;
    } else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A value as a reader would write it, cut at 80 characters. It may refer to itself. */
export function display(value: unknown): string {
  return cut(text(value, 0), displayLengthMax);
}

/** A text cut to a length. */
export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

function text(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(cut(value, displayLengthMax));
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : objectText(value, depth);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function objectText(value: object, depth: number): string {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : `Date ${value.toISOString()}`;
  }
  if (value instanceof Error) return String(value);
  const isList = Array.isArray(value);
  if (depth === nestingShown) return isList ? "[…]" : "{…}";
  const items = isIterable(value)
    ? shown(value, (item) => text(item, depth + 1))
    : shown(Object.entries(value), ([key, item]) => `${pathText([key])}: ${text(item, depth + 1)}`);
  if (isList) return `[${items.join(", ")}]`;
  const name = nameOfClass(value);
  const body = items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
  return name === undefined ? body : `${name} ${body}`;
}

/** The name of an object's class, if it is of one. */
export function nameOfClass(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype || Array.isArray(value)) {
    return undefined;
  }
  // Whatever an object inherits from may have a constructor, or not.
  const { constructor } = prototype as { readonly constructor?: unknown };
  return typeof constructor === "function" && constructor !== Object ? constructor.name : undefined;
}

function shown<Item>(items: Iterable<Item>, show: (item: Item) => string): ReadonlyArray<string> {
  const texts: Array<string> = [];
  for (const item of items) {
    if (texts.push(texts.length < itemsShown ? show(item) : "…") > itemsShown) break;
  }
  return texts;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === "function";
}
