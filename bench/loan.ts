/**
 * A loan, from the application to the last instalment: a domain of ten events, to measure laws with.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { accept, type Decider, decider, eventCodec, reject, schema } from "../mod.ts";
import type { DeciderSpec } from "../src/laws/mod.ts";

type Status =
  | "none"
  | "applied"
  | "approved"
  | "running"
  | "settled"
  | "defaulted"
  | "over";

/** What is known of a loan. Amounts are whole. */
export interface Loan {
  readonly status: Status;
  readonly amount: number;
  readonly repaid: number;
  readonly reminders: number;
}

export type LoanCommand =
  | { readonly type: "Apply"; readonly amount: number }
  | {
    readonly type:
      | "Approve"
      | "Decline"
      | "Withdraw"
      | "PayOut"
      | "Remind"
      | "WriteOff";
  }
  | { readonly type: "Repay"; readonly amount: number };

export type LoanEvent =
  | { readonly type: "Applied"; readonly amount: number }
  | { readonly type: "Approved" | "Declined" | "Withdrawn" | "PaidOut" }
  | { readonly type: "Repaid"; readonly amount: number }
  | { readonly type: "Settled" | "Reminded" | "Defaulted" | "WrittenOff" };

export type LoanRejection =
  | "AppliedAlready"
  | "NotApplied"
  | "NotApproved"
  | "NotRunning"
  | "TooMuch"
  | "NotDefaulted";

export type LoanSpec = DeciderSpec<LoanCommand, LoanEvent, Loan, LoanRejection>;

const remindersMax = 3;

/** The loan; one that is careless takes more than is owed. */
export function loan(
  isCareless = false,
): Decider<LoanCommand, LoanEvent, Loan, LoanRejection> {
  return decider({
    initialState: { status: "none", amount: 0, repaid: 0, reminders: 0 },
    decide: (command: LoanCommand, { status, amount, repaid, reminders }) => {
      switch (command.type) {
        case "Apply":
          return status === "none"
            ? accept({ type: "Applied", amount: command.amount })
            : reject("AppliedAlready");
        case "Approve":
          return status === "applied" ? accept({ type: "Approved" }) : reject("NotApplied");
        case "Decline":
          return status === "applied" ? accept({ type: "Declined" }) : reject("NotApplied");
        case "Withdraw":
          return status === "applied" || status === "approved"
            ? accept({ type: "Withdrawn" })
            : reject("NotApplied");
        case "PayOut":
          return status === "approved" ? accept({ type: "PaidOut" }) : reject("NotApproved");
        case "Repay": {
          if (status !== "running") return reject("NotRunning");
          const left = amount - repaid - command.amount;
          if (left < 0 && !isCareless) return reject("TooMuch");
          const event = { type: "Repaid", amount: command.amount } as const;
          return left > 0 ? accept(event) : accept(event, { type: "Settled" });
        }
        case "Remind":
          if (status !== "running") return reject("NotRunning");
          return reminders + 1 < remindersMax
            ? accept({ type: "Reminded" })
            : accept({ type: "Reminded" }, { type: "Defaulted" });
        case "WriteOff":
          return status === "defaulted" ? accept({ type: "WrittenOff" }) : reject("NotDefaulted");
      }
    },
    evolve: (state: Loan, event: LoanEvent): Loan => {
      switch (event.type) {
        case "Applied":
          return { ...state, status: "applied", amount: event.amount };
        case "Approved":
          return { ...state, status: "approved" };
        case "Declined":
        case "Withdrawn":
        case "WrittenOff":
          return { ...state, status: "over" };
        case "PaidOut":
          return { ...state, status: "running" };
        case "Repaid":
          return { ...state, repaid: state.repaid + event.amount };
        case "Settled":
          return { ...state, status: "settled" };
        case "Reminded":
          return { ...state, reminders: state.reminders + 1 };
        case "Defaulted":
          return { ...state, status: "defaulted" };
      }
    },
    isTerminal: ({ status }) => status === "over" || status === "settled",
  });
}

const oneOf = <Type extends string>(
  ...types: ReadonlyArray<Type>
): fc.Arbitrary<{ readonly type: Type }> =>
  fc.oneof(
    { withCrossShrink: true },
    ...types.map((type) => fc.constant({ type })),
  );

const sized = <const Type extends string>(
  type: Type,
  max: number,
): fc.Arbitrary<{ readonly type: Type; readonly amount: number }> =>
  fc.record({ type: fc.constant(type), amount: fc.integer({ min: 1, max }) });

function commands({ status, amount, repaid }: Loan): fc.Arbitrary<LoanCommand> {
  switch (status) {
    case "none":
      return sized("Apply", 1000);
    case "applied":
      return oneOf("Approve", "Decline", "Withdraw");
    case "approved":
      return oneOf("PayOut", "Withdraw");
    case "running":
      return fc.oneof(
        { withCrossShrink: true },
        sized("Repay", amount - repaid),
        oneOf("Remind"),
      );
    case "settled":
    case "defaulted":
    case "over":
      return oneOf("WriteOff");
  }
}

const noise: fc.Arbitrary<LoanCommand> = fc.oneof(
  { withCrossShrink: true },
  oneOf("Approve", "Decline", "Withdraw", "PayOut", "Remind", "WriteOff"),
  sized("Apply", 1000),
  sized("Repay", 1000),
);

const amount = t.type({ amount: t.number });
const status = t.keyof({
  none: null,
  applied: null,
  approved: null,
  running: null,
  settled: null,
  defaulted: null,
  over: null,
});

/** The loan with all that is known of it. */
export function loanSpec(isCareless = false): LoanSpec {
  return {
    name: "loan",
    decider: loan(isCareless),
    commands,
    noise,
    codec: eventCodec({
      Applied: schema(1, amount),
      Approved: schema(1),
      Declined: schema(1),
      Withdrawn: schema(1),
      PaidOut: schema(1),
      Repaid: schema(1, amount),
      Settled: schema(1),
      Reminded: schema(1),
      Defaulted: schema(1),
      WrittenOff: schema(1),
    }),
    state: t.type({
      status,
      amount: t.number,
      repaid: t.number,
      reminders: t.number,
    }),
    invariants: {
      "no more is repaid than was lent": ({ repaid, amount }) => repaid <= amount,
      "nobody is reminded once too often": ({ reminders }) => reminders <= remindersMax,
      "what is settled is repaid": ({ status, repaid, amount }) =>
        status !== "settled" || repaid === amount,
    },
    after: { Repay: ({ before, after }) => after.repaid > before.repaid },
    mayDoNothing: () => false,
    eventsMax: 2,
  };
}
