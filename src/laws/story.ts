/**
 * Stories: a case that breaks a law, told as given, when, then.
 *
 * @module
 */
import { pathText } from "../display.ts";
import { codeOf } from "./code.ts";
import type { Fold } from "./fold_checks.ts";
import type { History, Step } from "./history.ts";
import type { Finding } from "./judgement.ts";
import { keyOf, type LawName } from "./law.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What is told of a case, each line with its word in front: Given, When, Then. */
export type StoryLines = ReadonlyArray<readonly [word: string, text: string]>;

/** A case that breaks a law. */
export interface Story {
  readonly law: LawName;
  readonly subject: string;
  readonly lines: StoryLines;
  readonly finding: Finding;
  /** A whole test, to be pasted. */
  readonly test: string;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A history up to the step at which it breaks: the events before, the command, and what came. */
export function linesOfHistory<Command, Event, State, Rejection>(
  { steps, final }: History<Command, Event, State, Rejection>,
  { step: place }: Pick<Finding, "step"> = {},
): StoryLines {
  const at = place ?? steps.length - 1;
  const given = steps.slice(0, at).flatMap((step) => step._tag === "Accepted" ? step.events : []);
  const step = steps[at];
  const lines = told("Given", given);
  if (!step) return [...lines, ["State", codeOf(final)]];
  return [
    ...lines,
    ["When", codeOf(step.command)],
    ...outcomeLines(step),
    ["State", `before ${codeOf(step.before, "       ")}`],
    ["State", `after  ${codeOf(step.after, "       ")}`],
  ];
}

function outcomeLines(step: Step<unknown, unknown, unknown, unknown>): StoryLines {
  switch (step._tag) {
    case "Accepted":
      return told("Then", step.events);
    case "Rejected":
      return [["Then", `rejected: ${codeOf(step.rejection)}`]];
    case "Crashed":
      return [["Then", `${step.in} broke: ${step.why}`]];
  }
}

/** Events that are folded, up to the one at which it breaks: those before, that one, the state. */
export function linesOfLog<Event, State>(
  fold: Fold<Event, State>,
  events: ReadonlyArray<Event>,
  finding: Finding,
): StoryLines {
  const at = finding.step ?? events.length - 1;
  const [given, event] = [events.slice(0, at), events[at]];
  if (event === undefined) return told("Given", events);
  // The judgement knows what is wrong; here a fold that breaks is only shown.
  const state = (folded: ReadonlyArray<Event>): string =>
    attempted(() => codeOf(folded.reduce(fold.evolve, fold.initialState), "       "));
  return [
    ...told("Given", given),
    ["When", codeOf(event)],
    ["State", `before ${state(given)}`],
    ["State", `after  ${state([...given, event])}`],
  ];
}

/** Values under one word. */
export function told(word: string, values: ReadonlyArray<unknown>): StoryLines {
  return values.length === 0 ? [[word, "nothing"]] : values.map((value) => [word, codeOf(value)]);
}

/** What a function of the specification says, or that it broke when it was asked for the story. */
export function attempted(tell: () => string): string {
  try {
    return tell();
  } catch (cause) {
    return `it threw: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The story, for a person. */
export function textOfStory({ law, subject, lines, finding, test }: Story): string {
  const head = [`${subject} breaks ${keyOf(law)}: ${law.title}`, `  ${law.why}`, ""];
  const body = storyLines(lines);
  const paste = test.split("\n").map((line) => line && `    ${line}`);
  return [...head, ...body, ...butLines(finding), "", "  Paste as a test", "", ...paste].join("\n");
}

/** Lines with their words in front, each word once. */
export function storyLines(lines: StoryLines): ReadonlyArray<string> {
  return lines.flatMap(([word, text], at) => {
    const label = lines[at - 1]?.[0] === word ? "" : word;
    return text.split("\n").map((line, nth) => `  ${(nth === 0 ? label : "").padEnd(6)} ${line}`);
  });
}

/** What is wrong, and where wanted and found part: each line set in by two. */
export function butLines(finding: Finding): ReadonlyArray<string> {
  const { words, path, wanted, found } = finding;
  const but = `  But    ${words}`;
  if (!("wanted" in finding) && !("found" in finding)) return [but];
  const shown = (label: string, value: unknown): ReadonlyArray<string> =>
    `${label} ${codeOf(value, "       ")}`.split("\n").map((line) => `         ${line}`);
  const place = path && path.length > 0 ? [`         at ${pathText(path)}`] : [];
  return [but, ...place, ...shown("wanted", wanted), ...shown("found ", found)];
}
