/**
 * The domain of the pure workloads: what happens to a holder's account, points and contact. Each
 * subject says the rules in its own form; what an event does to a state is the same function for all.
 *
 * @module
 */

export type AccountCommand =
  | { readonly type: "Deposit"; readonly holder: string; readonly amount: number }
  | { readonly type: "Withdraw"; readonly holder: string; readonly amount: number };

export type AccountEvent =
  | { readonly type: "Deposited"; readonly amount: number }
  | { readonly type: "Withdrawn"; readonly amount: number };

export interface Account {
  readonly balance: number;
  readonly moves: number;
}

export type PointsCommand =
  | { readonly type: "Earn"; readonly holder: string; readonly points: number }
  | { readonly type: "Spend"; readonly holder: string; readonly points: number };

export type PointsEvent =
  | { readonly type: "Earned"; readonly points: number }
  | { readonly type: "Spent"; readonly points: number };

export interface Points {
  readonly points: number;
}

export interface ContactCommand {
  readonly type: "Move";
  readonly holder: string;
  readonly street: number;
}

export interface ContactEvent {
  readonly type: "Moved";
  readonly street: number;
}

export interface Contact {
  readonly street: number;
  readonly moves: number;
}

/** What a holder has, with three rules side by side. */
export interface Holding {
  readonly account: Account;
  readonly points: Points;
  readonly contact: Contact;
}

export type HolderCommand = AccountCommand | PointsCommand | ContactCommand;
export type HolderEvent = AccountEvent | PointsEvent | ContactEvent;

export const noAccount: Account = { balance: 0, moves: 0 };
export const noPoints: Points = { points: 0 };
export const noContact: Contact = { street: 0, moves: 0 };
export const noHolding: Holding = { account: noAccount, points: noPoints, contact: noContact };

export function evolveAccount({ balance, moves }: Account, event: AccountEvent): Account {
  switch (event.type) {
    case "Deposited":
      return { balance: balance + event.amount, moves: moves + 1 };
    case "Withdrawn":
      return { balance: balance - event.amount, moves: moves + 1 };
  }
}

export function evolvePoints({ points }: Points, event: PointsEvent): Points {
  switch (event.type) {
    case "Earned":
      return { points: points + event.points };
    case "Spent":
      return { points: points - event.points };
  }
}

export function evolveContact({ moves }: Contact, { street }: ContactEvent): Contact {
  return { street, moves: moves + 1 };
}

/** So many streams: their states are more than a processor's cache holds. */
const HOLDERS = 100_000;
/** No divisor of what a remainder is taken by below divides the holders: each gets all kinds in turn. */
const ROUNDS = 3;

/** Commands to all accounts, in an order that jumps from one to another. Some are refused. */
export function accountCommands(): ReadonlyArray<AccountCommand> {
  return commandsOf((holder, nth) => {
    const type = nth % 7 === 6 ? "Withdraw" : "Deposit";
    return { type, holder, amount: nth % 97 + 1 };
  });
}

/** Commands to all three rules of all holders. */
export function holderCommands(): ReadonlyArray<HolderCommand> {
  return commandsOf((holder, nth): HolderCommand => {
    const isLater = nth % 7 === 6;
    if (nth % 3 === 0) {
      return { type: isLater ? "Withdraw" : "Deposit", holder, amount: nth % 97 + 1 };
    }
    if (nth % 3 === 1) return { type: isLater ? "Spend" : "Earn", holder, points: nth % 89 + 1 };
    return { type: "Move", holder, street: nth };
  });
}

function commandsOf<Command>(
  command: (holder: string, nth: number) => Command,
): ReadonlyArray<Command> {
  const names = Array.from({ length: HOLDERS }, (_, at) => `holder-${at}`);
  return Array.from({ length: ROUNDS * HOLDERS }, (_, nth) => {
    // A step that shares no divisor with the number of holders comes to all of them.
    const holder = names[nth * 61_803 % HOLDERS];
    if (holder === undefined) throw new Error(`there is no holder for command ${nth}`);
    return command(holder, nth);
  });
}
