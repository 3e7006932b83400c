/**
 * Declarations that nobody made: a log like the real one, from a seed.
 *
 * Ways, chances, delays and amounts are measured on the log of the university, oddities included:
 * supervisors who decide what nobody has checked, employees who submit again without taking back.
 * A few that the real log does not have are added, so that every rule gets something to refuse.
 *
 * @module
 */
import { eventTypeOf } from "./decider.ts";
import type { DeclarationEvent, Role } from "./events.ts";
import type { CommandType } from "./rules.ts";
import { type Chance, drawn, happens, seeded } from "./seeded.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Which log to make. */
export interface Recipe {
  readonly seed: number;
  readonly declarations: number;
}

/** One step of a declaration, some hours after the step before. */
interface Generated {
  readonly type: DeclarationEvent["type"];
  readonly by: Role;
  readonly hoursLater: number;
  /** What somebody else than the employee made of the amount, if anything. */
  readonly amount?: number;
}

type Way = "ADMINISTRATION" | "PRE_APPROVER" | "unchecked";

/** An event of the log, before it is a line. */
interface Entry {
  readonly at: number;
  readonly line: string;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Hours until a step is taken, as by quantiles of the real log. */
const delays = {
  check: [0, 0, 0.01, 0.04, 0.4, 30],
  budgetOwner: [0.1, 1.9, 16.8, 24, 71, 160],
  supervisor: [0, 0.6, 15, 26, 90, 190],
  employee: [0.1, 3.2, 18.5, 36, 90, 260],
  paymentRequest: [0.5, 5, 22, 46, 113, 190],
  payment: [45, 54, 74, 82, 104, 125],
} as const satisfies Readonly<Record<string, ReadonlyArray<number>>>;

const amounts = [4, 15.45, 22.36, 29.29, 37.38, 46.08, 60.07, 87.1, 144.57, 323.73, 1200];

/** A Monday. The log spans two years from here. */
const beginning = Date.UTC(2024, 0, 8, 7);
const spanHours = 2 * 365 * 24;
const roundsMax = 5;

/** The source that generated events name. */
export function sourceOf({ seed }: Recipe): string {
  return `/leftfold/examples/declarations/generated-${seed}`;
}

/**
 * The lines of a log: CloudEvents in the order of their times.
 *
 * 1. Law (determinism): the same recipe gives the same lines.
 * 2. Law (growth): a recipe for more declarations has all lines of the one for fewer.
 */
export function generate(recipe: Recipe): ReadonlyArray<string> {
  const entries: Array<Entry> = [];
  for (let number = 1; number <= recipe.declarations; number += 1) {
    // A source of its own for each, so that they do not depend on how many there are.
    const chance = seeded(Math.imul(recipe.seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
    entries.push(...entriesOf(recipe, number, chance));
  }
  return entries
    .sort((one, other) => one.at - other.at || (one.line < other.line ? -1 : 1))
    .map(({ line }) => line);
}

function entriesOf(recipe: Recipe, number: number, chance: Chance): ReadonlyArray<Entry> {
  const id = 100_000 + number;
  const amount = cents(drawn(chance, amounts));
  let at = beginning + Math.floor(chance() * spanHours * 3600) * 1000;
  return story(chance, amount).map((step, index) => {
    at += Math.round(step.hoursLater * 3600) * 1000;
    const event = {
      specversion: "1.0",
      id: `declaration-${id}/${index + 1}`,
      source: sourceOf(recipe),
      type: step.type,
      subject: `declaration-${id}`,
      time: new Date(at).toISOString(),
      datacontenttype: "application/json",
      data: {
        by: step.by,
        amount: step.amount ?? amount,
        budgetNumber: `budget ${200 + id % 7}`,
        declarationNumber: `declaration number ${id}`,
        declarationId: `declaration ${id}`,
      },
    };
    return { at, line: JSON.stringify(event) };
  });
}

/** What happens to one declaration. */
function story(chance: Chance, amount: number): ReadonlyArray<Generated> {
  if (happens(chance, 0.013)) return [step("Save", "EMPLOYEE", 0)];
  const way: Way = happens(chance, 0.14)
    ? "unchecked"
    : happens(chance, 0.08)
    ? "PRE_APPROVER"
    : "ADMINISTRATION";
  const steps: Array<Generated> = happens(chance, 0.05) ? [step("Save", "EMPLOYEE", 0)] : [];
  for (let round = 1; round <= roundsMax; round += 1) {
    steps.push(step("Submit", "EMPLOYEE", round === 1 ? 0 : drawn(chance, delays.employee)));
    const review = reviewed(chance, way, amount);
    steps.push(...review);
    const last = review.at(-1);
    if (last?.by === "MISSING") {
      if (happens(chance, 0.3)) return steps;
    } else if (last?.type === "DeclarationRejected") {
      const takesBack = happens(chance, 0.985);
      if (takesBack) steps.push(step("Reject", "EMPLOYEE", drawn(chance, delays.employee)));
      if (takesBack && happens(chance, 0.22)) return steps;
    } else return [...steps, ...paid(chance)];
  }
  return steps;
}

/** One round of review, up to the first no or the final yes. */
function reviewed(chance: Chance, way: Way, amount: number): ReadonlyArray<Generated> {
  const steps: Array<Generated> = [];
  if (way !== "unchecked") {
    const later = drawn(chance, delays.check);
    if (happens(chance, 0.105)) return [step("Reject", way, later)];
    steps.push(step("Approve", happens(chance, 0.001) ? "SUPERVISOR" : way, later));
    if (happens(chance, 0.002)) steps.push(step("Approve", way, later));
  }
  if (way === "ADMINISTRATION" && happens(chance, 0.34)) {
    const later = drawn(chance, delays.budgetOwner);
    if (happens(chance, 0.02)) return [...steps, step("Reject", "BUDGET OWNER", later)];
    const changed = happens(chance, 0.01) ? { amount: cents(amount / 2) } : {};
    steps.push({ ...step("Approve", "BUDGET OWNER", later), ...changed });
  }
  const later = drawn(chance, delays.supervisor);
  if (happens(chance, 0.028)) return [...steps, step("Reject", "SUPERVISOR", later)];
  steps.push(step("ApproveFinally", "SUPERVISOR", later));
  if (happens(chance, 0.009)) {
    steps.push(step("Reject", "MISSING", drawn(chance, delays.supervisor)));
  }
  return steps;
}

/** The payment; here and there with the request missing, or made twice. */
function paid(chance: Chance): ReadonlyArray<Generated> {
  const request = step("RequestPayment", "UNDEFINED", drawn(chance, delays.paymentRequest));
  const payment = step("HandlePayment", "UNDEFINED", drawn(chance, delays.payment));
  if (happens(chance, 0.002)) return [payment];
  if (happens(chance, 0.001)) return [request, request, payment];
  return happens(chance, 0.001) ? [request, payment, payment] : [request, payment];
}

function step(type: CommandType, by: Role, hoursLater: number): Generated {
  return { type: eventTypeOf(type), by, hoursLater };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
