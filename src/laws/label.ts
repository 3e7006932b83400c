/**
 * What commands, events, states and rejections are called in tables and reports.
 *
 * @module
 */
import { display } from "../display.ts";
import type { Step } from "./history.ts";

/** The fields that say what a value is, the first that is a text. */
const tags: ReadonlyArray<string> = ["type", "_tag", "kind", "status", "reason"];

/** The same of a rejection. It may tell the status that it met, but is called by its reason. */
const rejectionTags: ReadonlyArray<string> = [
  "type",
  "_tag",
  "kind",
  "reason",
  "rule",
  "code",
  "status",
];

/** The type of a command or an event: its tag, or the value itself if it is plain. */
export function typeOf(value: unknown): string {
  return taggedBy(tags, value);
}

/** The reason of a rejection: its tag, or the value itself if it is plain. */
export function reasonOf(rejection: unknown): string {
  return taggedBy(rejectionTags, rejection);
}

function taggedBy(fields: ReadonlyArray<string>, value: unknown): string {
  if (typeof value === "object" && value !== null) {
    for (const tag of fields) {
      // An object may have the field, or not; both are looked at.
      const text = (value as Readonly<Record<string, unknown>>)[tag];
      if (typeof text === "string") return text;
    }
    // A command to a part or an instance is called by its address and its own type.
    if (Array.isArray(value) && value.length === 2 && typeof value[0] === "string") {
      return taggedBy(fields, value[1]);
    }
    return "object";
  }
  return typeof value === "string" ? value : typeof value;
}

/** The label of a state, if nobody gives one: its tag, or its kind. */
export function stateLabel(state: unknown): string {
  if (typeof state === "string" || typeof state === "boolean") return display(state);
  return typeOf(state);
}

/** What a step led to, in a word that two steps share if they led to the same kind of thing. */
export function effectOf(step: Step<unknown, unknown, unknown, unknown>): string {
  switch (step._tag) {
    case "Accepted":
      return step.events.map(typeOf).join();
    case "Rejected":
      return `rejected: ${reasonOf(step.rejection)}`;
    case "Crashed":
      return `crashed in ${step.in}`;
  }
}
