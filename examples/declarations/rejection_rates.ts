/**
 * How often each role approves and rejects.
 *
 * @module
 */
import { type View, view } from "leftfold";
import type { DeclarationEvent, Role } from "./events.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a role decided. */
export interface Rate {
  readonly approved: number;
  readonly rejected: number;
}

/** What each role decided, of those that did. Plain JSON, so that a projection can keep it. */
export type RejectionRates = Readonly<Partial<Record<Role, Rate>>>;

/** What others counted in the log of the university. */
export interface Published {
  /** The source that the events of the log name. */
  readonly log: string;
  readonly by: string;
  readonly rates: RejectionRates;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const nothing: RejectionRates = {};

/** The rates so far. A supervisor's final approval is an approval. */
export const rejectionRates: View<DeclarationEvent, RejectionRates> = view({
  initialState: nothing,
  evolve: (rates, event: DeclarationEvent) => {
    switch (event.type) {
      case "DeclarationApproved":
      case "DeclarationFinalApproved":
        return counted(rates, event.by, { approved: 1, rejected: 0 });
      case "DeclarationRejected":
        return counted(rates, event.by, { approved: 0, rejected: 1 });
      default:
        return rates;
    }
  },
});

function counted(rates: RejectionRates, role: Role, more: Rate): RejectionRates {
  const { approved, rejected } = rateOf(rates, role);
  return {
    ...rates,
    [role]: { approved: approved + more.approved, rejected: rejected + more.rejected },
  };
}

/** The table that was published for the real log, to hold ours against. */
export const published: Published = {
  log: "/bpi-challenge-2020/domestic-declarations",
  by: "bptlab/bpi-challenge-2020",
  rates: {
    ADMINISTRATION: { approved: 8061, rejected: 936 },
    PRE_APPROVER: { approved: 685, rejected: 86 },
    "BUDGET OWNER": { approved: 2747, rejected: 57 },
    SUPERVISOR: { approved: 9999, rejected: 286 },
  },
};

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What a role decided. */
export function rateOf(rates: RejectionRates, role: Role): Rate {
  return rates[role] ?? { approved: 0, rejected: 0 };
}

/** How many of a hundred decisions were a no; none if there was no decision. */
export function percentRejected({ approved, rejected }: Rate): number {
  return approved + rejected === 0 ? 0 : 100 * rejected / (approved + rejected);
}

/** The roles whose counts differ from those published. */
export function differing(rates: RejectionRates, wanted: RejectionRates): ReadonlyArray<Role> {
  // `Object.keys` forgets which keys they are; those of a table of roles are roles.
  return (Object.keys(wanted) as ReadonlyArray<Role>).filter((role) => {
    const here = rateOf(rates, role);
    const there = rateOf(wanted, role);
    return here.approved !== there.approved || here.rejected !== there.rejected;
  });
}
