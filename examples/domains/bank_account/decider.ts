/**
 * A bank account: the smallest domain that is worth a law. Begin here.
 *
 * Money is counted in whole cents. What a state cannot have, its type does not have: there is no
 * balance before the account is opened, and none after it is closed.
 *
 * @module
 */
import * as t from "io-ts";
import {
  accept,
  type Decider,
  type Decision,
  eventCodec,
  reject,
  schema,
  type TaggedEventCodec,
} from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks of an account. */
export type AccountCommand =
  | { readonly type: "Open" }
  | { readonly type: "Deposit"; readonly cents: number }
  | { readonly type: "Withdraw"; readonly cents: number }
  | { readonly type: "Close" };

/** What happens to an account. */
export type AccountEvent =
  | { readonly type: "Opened" }
  | { readonly type: "Deposited"; readonly cents: number }
  | { readonly type: "Withdrawn"; readonly cents: number }
  | { readonly type: "Closed" };

/** Where an account stands. */
export type Account =
  | { readonly status: "new" }
  | { readonly status: "open"; readonly cents: number }
  | { readonly status: "closed" };

/** Why not. */
export type AccountRejection =
  | { readonly reason: "OpenedBefore" }
  | { readonly reason: "NotOpen" }
  | { readonly reason: "NotAnAmount"; readonly wanted: string; readonly found: number }
  | { readonly reason: "Overdrawn"; readonly missing: number }
  | { readonly reason: "NotEmpty"; readonly cents: number };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The most that is paid in or out at once. */
const centsMax = 1_000_000_00;

/** One account. It is over when it is closed. */
export const account: Decider<AccountCommand, AccountEvent, Account, AccountRejection> = {
  initialState: { status: "new" },
  decide: (command, state) => {
    switch (state.status) {
      case "new":
        return command.type === "Open" ? accept({ type: "Opened" }) : reject({ reason: "NotOpen" });
      case "open":
        return decideOpen(command, state.cents);
      case "closed":
        return reject({ reason: command.type === "Open" ? "OpenedBefore" : "NotOpen" });
    }
  },
  evolve: (state, event) => {
    const cents = state.status === "open" ? state.cents : 0;
    switch (event.type) {
      case "Opened":
        return { status: "open", cents: 0 };
      case "Deposited":
        return { status: "open", cents: cents + event.cents };
      case "Withdrawn":
        return { status: "open", cents: cents - event.cents };
      case "Closed":
        return { status: "closed" };
    }
  },
  isTerminal: ({ status }) => status === "closed",
};

function decideOpen(
  command: AccountCommand,
  balance: number,
): Decision<AccountEvent, AccountRejection> {
  switch (command.type) {
    case "Open":
      return reject({ reason: "OpenedBefore" });
    case "Deposit":
      return isAmount(command.cents)
        ? accept({ type: "Deposited", cents: command.cents })
        : notAnAmount(command.cents);
    case "Withdraw": {
      const { cents } = command;
      if (!isAmount(cents)) return notAnAmount(cents);
      return cents > balance
        ? reject({ reason: "Overdrawn", missing: cents - balance })
        : accept({ type: "Withdrawn", cents });
    }
    case "Close":
      return balance > 0
        ? reject({ reason: "NotEmpty", cents: balance })
        : accept({ type: "Closed" });
  }
}

function isAmount(cents: number): boolean {
  return Number.isInteger(cents) && cents > 0 && cents <= centsMax;
}

function notAnAmount(found: number): Decision<never, AccountRejection> {
  return reject({ reason: "NotAnAmount", wanted: `whole cents from 1 to ${centsMax}`, found });
}

/** The names, the checks and the stored form of the events. */
export const accountEvents: TaggedEventCodec<AccountEvent> = eventCodec({
  Opened: schema(1),
  Deposited: schema(1, t.type({ cents: t.number })),
  Withdrawn: schema(1, t.type({ cents: t.number })),
  Closed: schema(1),
});
