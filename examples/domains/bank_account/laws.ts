/**
 * The laws of a bank account. The three ingredients that every specification has are a name, the
 * decider, and commands that fit a state; all else buys further laws, field by field.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { deciderLaws, type DeciderSpec, type Law } from "leftfold/laws";
import {
  type Account,
  account,
  type AccountCommand,
  type AccountEvent,
  accountEvents,
  type AccountRejection,
} from "./decider.ts";

const open: AccountCommand = { type: "Open" };
const close: AccountCommand = { type: "Close" };
const deposit = (cents: number): AccountCommand => ({ type: "Deposit", cents });
const withdraw = (cents: number): AccountCommand => ({ type: "Withdraw", cents });

/** Commands that fit: it withdraws what is there, and closes what is empty. */
function fitting(state: Account): fc.Arbitrary<AccountCommand> {
  if (state.status !== "open") return fc.constant(open);
  const deposits = fc.integer({ min: 1, max: 500_00 }).map(deposit);
  if (state.cents === 0) return fc.oneof(deposits, fc.constant(close));
  // A decider that is broken lets in any balance, and `fc.integer` draws for ever where a bound is
  // beyond the safe integers.
  const withdrawals = fc.integer({ min: 1, max: Math.min(state.cents, Number.MAX_SAFE_INTEGER) })
    .map(withdraw);
  return fc.oneof(deposits, withdrawals, fc.constant(withdraw(state.cents)));
}

/** Commands that look at nothing: amounts of every kind, at any time. */
const noise: fc.Arbitrary<AccountCommand> = fc.oneof(
  fc.constantFrom(open, close),
  fc.oneof(fc.integer(), fc.double()).map(deposit),
  fc.oneof(fc.integer(), fc.double()).map(withdraw),
);

/** A bank account, and what is known of it. */
export const accountSpec: DeciderSpec<AccountCommand, AccountEvent, Account, AccountRejection> = {
  name: "bank account",
  source: { from: "./laws.ts", spec: "accountSpec" },
  decider: account,
  commands: fitting,
  noise,
  codec: accountEvents,
  state: t.union([
    t.type({ status: t.literal("new") }),
    t.type({ status: t.literal("open"), cents: t.number }),
    t.type({ status: t.literal("closed") }),
  ]),
  invariants: {
    "the balance is never below zero": (state) => state.status !== "open" || state.cents >= 0,
    "an account that is closed is empty": (state, { steps }) =>
      state.status !== "closed" ||
      steps.every(({ before, after }) =>
        after.status !== "closed" || before.status !== "open" || before.cents === 0
      ),
  },
  after: {
    Withdraw: ({ command, before, after }) =>
      command.type === "Withdraw" && balanceOf(before) - balanceOf(after) === command.cents,
  },
  goal: ({ status }) => status === "closed",
  mayDoNothing: () => false,
  eventsMax: 1,
  expect: {
    events: "all",
    rejections: ["OpenedBefore", "NotOpen", "NotAnAmount", "Overdrawn", "NotEmpty"],
    states: ["new", "open", "closed"],
  },
};

function balanceOf(state: Account): number {
  return state.status === "open" ? state.cents : 0;
}

export const laws: ReadonlyArray<Law> = deciderLaws(accountSpec);
