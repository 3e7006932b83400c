/**
 * The laws of travel-expense declarations, tried on what a university really did.
 *
 * The domain is that of [`examples/declarations`](../../declarations): a decider that says how things
 * ought to be, and a log that says how they were. Histories that are drawn have to be as wide as the
 * real ones, or the laws speak of a house that nobody lives in. So the real log is used twice (see
 * `past.ts`): each law judges its histories before any is drawn, and whatever step was taken in
 * reality has to be taken by the generator too.
 *
 * Its rules are data, so the commands that fit are those that no rule objects to.
 *
 * @module
 */
import * as fc from "fast-check";
import {
  type Accepted,
  deciderLaws,
  type DeciderSpec,
  eventsOf,
  type Law,
  same,
} from "leftfold/laws";
import type { Declaration } from "../../declarations/declaration.ts";
import { commandOf, declaration } from "../../declarations/decider.ts";
import {
  type Claim,
  type DeclarationEvent,
  declarationEvents,
  type Role,
} from "../../declarations/events.ts";
import {
  type Command,
  type CommandType,
  objection,
  type Rejection,
} from "../../declarations/rules.ts";

const types: ReadonlyArray<CommandType> = [
  "Save",
  "Submit",
  "Approve",
  "ApproveFinally",
  "RequestPayment",
  "HandlePayment",
  "Reject",
];
const roles: ReadonlyArray<Role> = [
  "EMPLOYEE",
  "ADMINISTRATION",
  "BUDGET OWNER",
  "PRE_APPROVER",
  "SUPERVISOR",
  "MISSING",
  "UNDEFINED",
];
const steps = types.flatMap((type) => roles.map((by) => ({ type, by })));

function claims(amount: fc.Arbitrary<number>): fc.Arbitrary<Claim> {
  return fc.record({
    declarationId: fc.constantFrom("declaration 1", "declaration 2"),
    amount,
    budgetNumber: fc.constantFrom("budget 7", "budget 8"),
    declarationNumber: fc.constantFrom("declaration number 1"),
  }, { requiredKeys: ["declarationId", "amount", "budgetNumber"] });
}

const euros = fc.integer({ min: 0, max: 500_00 }).map((cents) => cents / 100);
const anyClaim = claims(euros);
const blank: Claim = { declarationId: "declaration 1", amount: 0, budgetNumber: "budget 7" };

/** Commands that fit: no rule objects. When it is paid, all do. */
function fitting(state: Declaration): fc.Arbitrary<Command> {
  const claim = "claim" in state ? state.claim : blank;
  const fit = steps.filter((step) => objection({ ...step, claim }, state) === undefined);
  const mayChange = ["none", "draft", "withEmployee"].includes(state.status);
  return fc.tuple(
    fc.constantFrom(...fit.length > 0 ? fit : steps),
    mayChange ? anyClaim : fc.constant(claim),
  ).map(([step, claim]) => ({ ...step, claim }));
}

/** An event is a command that was accepted: asked for again, it is the same one. */
function isWhatWasAsked(
  { command, events }: Accepted<Command, DeclarationEvent, Declaration>,
): boolean {
  return same([command], events.map(commandOf), "it is another command")._tag === "Held";
}

/** A declaration, and what is known of it. */
export const declarationSpec: DeciderSpec<Command, DeclarationEvent, Declaration, Rejection> = {
  name: "expense declaration",
  source: { from: "./laws.ts", spec: "declarationSpec" },
  decider: declaration,
  commands: fitting,
  noise: fc.record({
    type: fc.constantFrom(...types),
    by: fc.constantFrom(...roles),
    claim: claims(fc.oneof(euros, fc.double())),
  }),
  codec: declarationEvents,
  invariants: {
    "what is approved was checked": (state, { steps }) =>
      state.status !== "approved" ||
      steps.some(({ command: { type, by } }) =>
        type === "Approve" && (by === "ADMINISTRATION" || by === "PRE_APPROVER")
      ),
    "one role has one voice in a round": (state) =>
      state.status !== "underReview" || new Set(state.approvedBy).size === state.approvedBy.length,
    "what is paid was asked for, once": (state, history) =>
      state.status !== "paid" ||
      eventsOf(history).filter(({ type }) => type === "PaymentRequested").length === 1,
  },
  after: Object.fromEntries(types.map((type) => [type, isWhatWasAsked])),
  goal: ({ status }) => status === "paid",
  mayDoNothing: () => false,
  eventsMax: 1,
  // The longest way in the real log has 24 steps, and half of them have five.
  walk: { stepsMax: 20 },
  expect: {
    events: "all",
    rejections: ["PaidIsPaid", "EachToTheirOwn", "AmountIsMoney", "InItsTurn", "WhatWasSubmitted"],
    states: ["none", "draft", "underReview", "returned", "withEmployee", "approved", "paid"],
  },
};

export const laws: ReadonlyArray<Law> = deciderLaws(declarationSpec);
