/**
 * What may stand in a CloudEvents line: the attributes that have a meaning here, and what the
 * standard asks of all others.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { isPlainTime, parseTime } from "./timestamp.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Why a line is no event that can be stored: what was looked at, what was wanted, what was found. */
export interface Unreadable {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
}

export type Attribute = string | number | boolean;
export type Attributes = Readonly<Record<string, Attribute>>;

/** A line whose attributes have been checked; null is left out. */
export interface Checked {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly schemaversion?: number;
  readonly tags?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  readonly actor?: string;
  readonly validtime?: string;
  readonly commitid?: string;
  readonly attributes?: string;
  readonly data: unknown;
}

/** What must hold of an attribute. */
interface Rule {
  readonly wanted: string;
  readonly holds: (value: unknown, line: Readonly<Record<string, unknown>>) => boolean;
}

/** The source that is printed of a record that came from no other system. */
export const ownSource = "/leftfold";
export const ownContentType = "application/json";

const text: Rule = { wanted: "a text", holds: (value) => typeof value === "string" };
const name: Rule = { wanted: "a text that is not empty", holds: isName };

/** The attributes that have a meaning here. All others are extensions of somebody else. */
export const rules: Readonly<Record<string, Rule>> = {
  specversion: { wanted: '"1.0"', holds: (value) => value === "1.0" },
  id: name,
  source: { wanted: "a URI reference", holds: isSource },
  type: name,
  subject: { wanted: "a text that is not empty, the name of the stream", holds: isName },
  time: {
    wanted: "a time as in RFC 3339",
    holds: (value) => typeof value === "string" && parseTime(value) !== undefined,
  },
  datacontenttype: optional({ wanted: "a media type", holds: isMediaType }),
  dataschema: optional(name),
  schemaversion: optional({
    wanted: "a whole number from 1",
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  }),
  tags: optional({ wanted: "the JSON text of an array of texts", holds: isTags }),
  correlationid: optional(text),
  causationid: optional(text),
  actor: optional(text),
  validtime: optional({
    wanted: "a time in UTC with three digits of milliseconds",
    holds: (value) => typeof value === "string" && isPlainTime(value),
  }),
  commitid: optional(name),
  attributes: optional({
    wanted: "the JSON text of an object of texts, numbers, true and false",
    holds: isAttributes,
  }),
  data_base64: { wanted: '"data" instead', holds: (value) => value === undefined },
  data: {
    wanted: "JSON, or a text if datacontenttype is no JSON",
    holds: (data, line) =>
      Object.hasOwn(line, "data") && (isJsonType(line.datacontenttype) || typeof data === "string"),
  },
};

/** The same, listed once: an import goes through them at each line. */
const allRules = Object.entries(rules);

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The attributes of a line, or the first that is not as it must be. */
export function checked(line: Readonly<Record<string, unknown>>): E.Either<Unreadable, Checked> {
  for (const [name, rule] of allRules) {
    if (!rule.holds(line[name], line)) return E.left(refusal(name, rule.wanted, line[name]));
  }
  for (const [name, value] of Object.entries(line)) {
    if (Object.hasOwn(rules, name)) continue;
    if (!isExtensionName(name)) {
      return E.left({
        what: "the name of an attribute",
        wanted: "lower-case letters and digits",
        found: shown(name),
      });
    }
    if (!isExtensionValue(value)) {
      return E.left(refusal(
        name,
        "a text without control characters, a whole number of 32 bits, true or false",
        value,
      ));
    }
  }
  // Every field of the type has its rule in the table, and every rule held.
  return E.right(line as unknown as Checked);
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** That an attribute is not as it must be. */
export function refusal(name: string, wanted: string, found: unknown): Unreadable {
  return { what: shown(name), wanted, found: found === undefined ? "nothing" : shown(found) };
}

/** A value of a line, as it is told: not without end. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}

function optional(rule: Rule): Rule {
  return { ...rule, holds: (value, line) => value === undefined || rule.holds(value, line) };
}

export function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** Looser than a URI reference, which many producers do not keep to either. */
export function isSource(value: unknown): boolean {
  return typeof value === "string" && /^\S+$/.test(value);
}

export function isMediaType(value: unknown): boolean {
  return typeof value === "string" && /^[^\s/;]+\/[^\s/;]+(?:\s*;.*)?$/.test(value);
}

export function isJsonType(mediaType: unknown): boolean {
  return mediaType === undefined ||
    typeof mediaType === "string" && /^[^;]+[/+]json\s*(?:;|$)/i.test(mediaType);
}

function isTags(value: unknown): boolean {
  const tags = parsed(value);
  return Array.isArray(tags) && tags.every((tag) => typeof tag === "string");
}

function isAttributes(value: unknown): boolean {
  const attributes = parsed(value);
  return typeof attributes === "object" && attributes !== null && !Array.isArray(attributes) &&
    Object.values(attributes).every((one) => /^(?:string|number|boolean)$/.test(typeof one));
}

export function isExtensionName(name: string): boolean {
  return /^[a-z0-9]+$/.test(name);
}

/** The values that the standard lets an attribute have. */
export function isExtensionValue(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return true;
    case "number":
      return (value | 0) === value && !Object.is(value, -0);
    case "string":
      return !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(value);
    default:
      return false;
  }
}

/** The value of a JSON text, or nothing if it is none. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value);
  } catch {
    // Whoever asks has the text, and tells it.
    return undefined;
  }
}
