/**
 * Stories: a case that breaks a law, told as given, when, then.
 *
 * @module
 */
import { display, pathText } from "../display.ts";
import { codeOf } from "./code.ts";
import type { History, Step } from "./history.ts";
import type { Finding } from "./judgement.ts";
import { keyOf, type LawName } from "./law.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where a specification stands, so that a printed test can import it. */
export interface Whereabouts {
  /** As in `"./order_spec.ts"`. */
  readonly module: string;
  /** The name under which it is exported, as in `"orderSpec"`. */
  readonly name: string;
}

/** What is told of a case. */
export interface Story {
  readonly law: LawName;
  readonly subject: string;
  /** Each with its word in front: Given, When, Then. */
  readonly lines: ReadonlyArray<readonly [word: string, text: string]>;
  readonly finding: Finding;
  /** A whole test, to be pasted; none if the specification has no whereabouts. */
  readonly test?: string;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The story, for a person. */
export function textOfStory({ law, subject, lines, finding, test }: Story): string {
  const head = [`${subject} breaks ${keyOf(law)}: ${law.title}`, `  ${law.why}`, ""];
  const body = lines.flatMap(([word, text], at) => {
    const label = lines[at - 1]?.[0] === word ? "" : word;
    return text.split("\n").map((line, nth) => `  ${(nth === 0 ? label : "").padEnd(6)} ${line}`);
  });
  const paste = test === undefined
    ? []
    : ["", "  Paste as a test", "", ...test.split("\n").map((line) => line && `    ${line}`)];
  return [...head, ...body, ...butLines(finding), ...paste].join("\n");
}

function butLines(finding: Finding): ReadonlyArray<string> {
  const { words, path, wanted, found } = finding;
  const but = `  But    ${words}`;
  if (!("wanted" in finding) && !("found" in finding)) return [but];
  const place = path && path.length > 0 ? `at ${pathText(path)}: ` : "";
  return [but, `         ${place}wanted ${display(wanted)}, found ${display(found)}`];
}

/** A history up to the step at which it breaks: the events before, the command, and what came. */
export function linesOfHistory<Command, Event, State, Rejection>(
  { steps, final }: History<Command, Event, State, Rejection>,
  finding: Finding,
): Story["lines"] {
  const at = finding.step ?? steps.length - 1;
  const given = steps.slice(0, at).flatMap((step) => step._tag === "Accepted" ? step.events : []);
  const step = steps[at];
  const lines: (readonly [string, string])[] = given.map((event) => ["Given", codeOf(event)]);
  if (given.length === 0) lines.push(["Given", "nothing"]);
  if (!step) return [...lines, ["State", display(final)]];
  return [
    ...lines,
    ["When", codeOf(step.command)],
    ...outcomeLines(step),
    ["State", `before ${display(step.before)}`],
    ["State", `after  ${display(step.after)}`],
  ];
}

function outcomeLines(step: Step<unknown, unknown, unknown, unknown>): Story["lines"] {
  switch (step._tag) {
    case "Accepted":
      if (step.events.length === 0) return [["Then", "nothing"]];
      return step.events.map((event) => ["Then", codeOf(event)]);
    case "Rejected":
      return [["Then", `rejected: ${codeOf(step.rejection)}`]];
    case "Crashed":
      return [["Then", `${step.in} broke: ${step.why}`]];
  }
}

/** A test that judges one case again: it fails for as long as the law is broken. */
export function testOf(
  laws: string,
  { module, name }: Whereabouts,
  law: LawName,
  saved: unknown,
): string {
  const title = `${keyOf(law)}: ${law.title}`;
  return [
    'import { it } from "node:test";',
    `import { expectLaw, ${laws} } from "leftfold/laws";`,
    `import { ${name} } from ${JSON.stringify(module)};`,
    "",
    `it(${JSON.stringify(title)}, () =>`,
    `  expectLaw(${laws}(${name}), ${JSON.stringify(keyOf(law))}, ${codeOf(saved, "  ")}));`,
  ].join("\n");
}
