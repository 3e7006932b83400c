/**
 * An order, as the shop sees it. It knows nothing of how it is paid.
 *
 * @module
 */
import { accept, type Decider, reject } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks of an order; `ConfirmPaid` and `GiveUp` are asked by the process. */
export type OrderCommand =
  | { readonly type: "Place"; readonly cents: number }
  | { readonly type: "ConfirmPaid" | "GiveUp" | "Ship" | "Cancel" | "Return" };

/** What happens to an order. */
export type OrderEvent =
  | { readonly type: "Placed"; readonly cents: number }
  | { readonly type: "Paid" | "GivenUp" | "Shipped" | "Cancelled" | "Returned" };

/** Where an order stands. */
export type OrderStatus =
  | "new"
  | "placed"
  | "paid"
  | "shipped"
  | "givenUp"
  | "cancelled"
  | "returned";

/** An order. */
export interface Order {
  readonly status: OrderStatus;
  readonly cents: number;
}

/** Why not. */
export type OrderRejection =
  | {
    readonly reason: "NotNow";
    readonly command: OrderCommand["type"];
    readonly status: OrderStatus;
  }
  | { readonly reason: "NotAPrice"; readonly found: number };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

type Step = Exclude<OrderCommand["type"], "Place">;

/** What each step makes of an order, and from where it may be taken. */
const steps: Readonly<
  Record<Step, { readonly from: ReadonlyArray<OrderStatus>; readonly event: OrderEvent }>
> = {
  ConfirmPaid: { from: ["placed"], event: { type: "Paid" } },
  GiveUp: { from: ["placed"], event: { type: "GivenUp" } },
  Ship: { from: ["paid"], event: { type: "Shipped" } },
  Cancel: { from: ["placed", "paid"], event: { type: "Cancelled" } },
  Return: { from: ["shipped"], event: { type: "Returned" } },
};

const statusAfter: Readonly<Record<OrderEvent["type"], OrderStatus>> = {
  Placed: "placed",
  Paid: "paid",
  GivenUp: "givenUp",
  Shipped: "shipped",
  Cancelled: "cancelled",
  Returned: "returned",
};

/** One order. */
export const order: Decider<OrderCommand, OrderEvent, Order, OrderRejection> = {
  initialState: { status: "new", cents: 0 },
  decide: (command, { status }) => {
    const notNow = reject({ reason: "NotNow", command: command.type, status } as const);
    if (command.type === "Place") {
      const { cents } = command;
      if (!Number.isSafeInteger(cents) || cents < 1) {
        return reject({ reason: "NotAPrice", found: cents });
      }
      return status === "new" ? accept({ type: "Placed", cents }) : notNow;
    }
    const { from, event } = steps[command.type];
    if (status === statusAfter[event.type]) return accept();
    return from.includes(status) ? accept(event) : notNow;
  },
  evolve: (state, event) => ({
    status: statusAfter[event.type],
    cents: event.type === "Placed" ? event.cents : state.cents,
  }),
};
