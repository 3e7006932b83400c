/**
 * A payment, as the provider tells of it. It knows nothing of what it is for.
 *
 * @module
 */
import { accept, type Decider, reject } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks of a payment; the provider says `Take` or `Decline`, in its own time. */
export type PaymentCommand =
  | { readonly type: "Request"; readonly cents: number }
  | { readonly type: "Take" | "Decline" | "Refund" };

/** What happens to a payment. */
export type PaymentEvent =
  | { readonly type: "Requested"; readonly cents: number }
  | { readonly type: "Taken" | "Declined" | "Refunded" };

/** A payment. */
export interface Payment {
  readonly status: "none" | "requested" | "taken" | "declined" | "refunded";
  readonly cents: number;
}

/** Why not. */
export interface PaymentRejection {
  readonly reason: "OutOfTurn";
  readonly command: PaymentCommand["type"];
  readonly status: Payment["status"];
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** One payment. Each step takes effect once. */
export const payment: Decider<PaymentCommand, PaymentEvent, Payment, PaymentRejection> = {
  initialState: { status: "none", cents: 0 },
  decide: (command, { status }) => {
    const outOfTurn = reject({ reason: "OutOfTurn", command: command.type, status } as const);
    switch (command.type) {
      case "Request":
        return status === "none" ? accept({ type: "Requested", cents: command.cents }) : accept();
      case "Take":
        if (status === "taken" || status === "refunded") return accept();
        return status === "requested" ? accept({ type: "Taken" }) : outOfTurn;
      case "Decline":
        if (status === "declined") return accept();
        return status === "requested" ? accept({ type: "Declined" }) : outOfTurn;
      case "Refund":
        if (status === "refunded") return accept();
        return status === "taken" ? accept({ type: "Refunded" }) : outOfTurn;
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case "Requested":
        return { status: "requested", cents: event.cents };
      case "Taken":
        return { ...state, status: "taken" };
      case "Declined":
        return { ...state, status: "declined" };
      case "Refunded":
        return { ...state, status: "refunded" };
    }
  },
};
