/**
 * Deciding and evolving as one would write it without any library: two functions, and a loop.
 *
 * @module
 */
import {
  type Account,
  type AccountCommand,
  accountCommands,
  type AccountEvent,
  evolveAccount,
  evolveContact,
  evolvePoints,
  type HolderCommand,
  holderCommands,
  type HolderEvent,
  type Holding,
  noAccount,
  noHolding,
} from "../ledger.ts";
import { pureSubject } from "../pure.ts";
import type { Subject } from "../subject.ts";

/** What is decided: the events, or why not. */
type Answer<Event> = ReadonlyArray<Event> | string;

function decideAccount(command: AccountCommand, { balance }: Account): Answer<AccountEvent> {
  if (command.type === "Deposit") return [{ type: "Deposited", amount: command.amount }];
  if (command.amount > balance) return "Overdrawn";
  return [{ type: "Withdrawn", amount: command.amount }];
}

function decideHolder(command: HolderCommand, holding: Holding): Answer<HolderEvent> {
  switch (command.type) {
    case "Deposit":
    case "Withdraw":
      return decideAccount(command, holding.account);
    case "Earn":
      return [{ type: "Earned", points: command.points }];
    case "Spend":
      if (command.points > holding.points.points) return "TooFew";
      return [{ type: "Spent", points: command.points }];
    case "Move":
      return [{ type: "Moved", street: command.street }];
  }
}

function evolveHolder(holding: Holding, event: HolderEvent): Holding {
  switch (event.type) {
    case "Deposited":
    case "Withdrawn":
      return {
        account: evolveAccount(holding.account, event),
        points: holding.points,
        contact: holding.contact,
      };
    case "Earned":
    case "Spent":
      return {
        account: holding.account,
        points: evolvePoints(holding.points, event),
        contact: holding.contact,
      };
    case "Moved":
      return {
        account: holding.account,
        points: holding.points,
        contact: evolveContact(holding.contact, event),
      };
  }
}

/** The least that decides and evolves as much: two functions, and a loop. */
export const handWritten: Subject = pureSubject("hand-written loop", () =>
  Promise.resolve({
    decideOne: () => {
      const commands = accountCommands();
      const states = new Map<string, Account>();
      return () => {
        for (const command of commands) {
          let state = states.get(command.holder) ?? noAccount;
          const answer = decideAccount(command, state);
          if (typeof answer === "string") continue;
          for (const event of answer) state = evolveAccount(state, event);
          states.set(command.holder, state);
        }
        return commands.length;
      };
    },
    decideThree: () => {
      const commands = holderCommands();
      const states = new Map<string, Holding>();
      return () => {
        for (const command of commands) {
          let state = states.get(command.holder) ?? noHolding;
          const answer = decideHolder(command, state);
          if (typeof answer === "string") continue;
          for (const event of answer) state = evolveHolder(state, event);
          states.set(command.holder, state);
        }
        return commands.length;
      };
    },
  }));
