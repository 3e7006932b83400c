/**
 * Our deciders without a store, folded by our `replay`.
 *
 * @module
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { accept, decider, reject, replay } from "../../mod.ts";
import { composeAll } from "../../src/decider.ts";
import {
  type Account,
  type AccountCommand,
  accountCommands,
  type AccountEvent,
  type ContactCommand,
  type ContactEvent,
  evolveAccount,
  evolveContact,
  evolvePoints,
  type HolderCommand,
  holderCommands,
  type Holding,
  noAccount,
  noContact,
  noPoints,
  type PointsCommand,
  type PointsEvent,
} from "../ledger.ts";
import type { Pure } from "../pure.ts";

const account = decider({
  initialState: noAccount,
  decide: (command: AccountCommand, { balance }) => {
    if (command.type === "Deposit") return accept({ type: "Deposited", amount: command.amount });
    if (command.amount > balance) return reject("Overdrawn");
    return accept({ type: "Withdrawn", amount: command.amount });
  },
  evolve: (state: Account, event: AccountEvent) => evolveAccount(state, event),
});

const points = decider({
  initialState: noPoints,
  decide: (command: PointsCommand, state) => {
    if (command.type === "Earn") return accept({ type: "Earned", points: command.points });
    if (command.points > state.points) return reject("TooFew");
    return accept({ type: "Spent", points: command.points });
  },
  evolve: (state, event: PointsEvent) => evolvePoints(state, event),
});

const contact = decider({
  initialState: noContact,
  decide: ({ street }: ContactCommand) => accept({ type: "Moved", street }),
  evolve: (state, event: ContactEvent) => evolveContact(state, event),
});

const holder = composeAll({ account, points, contact });

/** A command, and the part that it is addressed to. */
function addressed(command: HolderCommand) {
  switch (command.type) {
    case "Deposit":
    case "Withdraw":
      return ["account", command] as const;
    case "Earn":
    case "Spend":
      return ["points", command] as const;
    case "Move":
      return ["contact", command] as const;
  }
}

/** Both pure workloads, for the subject that is compared with the others. */
export const leftfoldPure: Required<Pure> = {
  decideOne: () => {
    const commands = accountCommands();
    const states = new Map<string, Account>();
    const fold = replay(account);
    return () => {
      for (const command of commands) {
        const state = states.get(command.holder) ?? account.initialState;
        const decision = account.decide(command, state);
        if (isLeft(decision)) continue;
        states.set(command.holder, fold(decision.right, state));
      }
      return commands.length;
    };
  },
  decideThree: () => {
    const commands = holderCommands().map(addressed);
    const states = new Map<string, Holding>();
    const fold = replay(holder);
    return () => {
      for (const command of commands) {
        const state = states.get(command[1].holder) ?? holder.initialState;
        const decision = holder.decide(command, state);
        if (isLeft(decision)) continue;
        states.set(command[1].holder, fold(decision.right, state));
      }
      return commands.length;
    };
  },
};
