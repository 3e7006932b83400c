/**
 * A subscription: renewed month by month, reminded when the card fails, and ended in time.
 *
 * Nobody here asks what day it is. Each command says on which day it comes, and a timer is a command
 * for a day. So years of a subscription are played through in a moment, with every day that a test
 * wants, and the same past is always the same.
 *
 * @module
 */
import * as t from "io-ts";
import { accept, type Decider, eventCodec, reject, schema, type TaggedEventCodec } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A day, counted from the first of January 1970. */
export type Day = number;

/** What somebody asks; `Renew` and `End` come from timers. */
export interface SubscriptionCommand {
  readonly type: "Subscribe" | "LoseCard" | "GiveCard" | "Cancel" | "Renew" | "End";
  readonly day: Day;
}

/** What happens. `until` is the first day that is not paid for. */
export type SubscriptionEvent =
  | { readonly type: "Subscribed" | "Renewed"; readonly from: Day; readonly until: Day }
  | { readonly type: "RenewalFailed"; readonly day: Day; readonly again: Day }
  | { readonly type: "CardLost" | "CardGiven" | "Cancelled" | "Ended"; readonly day: Day };

/** Where a subscription stands. */
export type Subscription =
  | { readonly status: "none" }
  | { readonly status: "active" | "cancelled"; readonly until: Day; readonly hasCard: boolean }
  | {
    readonly status: "overdue";
    readonly until: Day;
    readonly hasCard: boolean;
    /** How often the card was asked in vain, and when it is asked again. */
    readonly failures: number;
    readonly again: Day;
  }
  | { readonly status: "ended" };

/** Why not. */
export interface SubscriptionRejection {
  readonly reason: "NotNow";
  readonly command: SubscriptionCommand["type"];
  readonly status: Subscription["status"];
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const monthDays = 30;
const retryDays = 3;
/** When the card has failed so often, it is over. */
export const failuresMax = 3;

/** One subscription. */
export const subscription: Decider<
  SubscriptionCommand,
  SubscriptionEvent,
  Subscription,
  SubscriptionRejection
> = {
  initialState: { status: "none" },
  decide: ({ type, day }, state) => {
    const notNow = reject({ reason: "NotNow", command: type, status: state.status } as const);
    if (state.status === "none") {
      return type === "Subscribe"
        ? accept({ type: "Subscribed", from: day, until: day + monthDays })
        : notNow;
    }
    if (state.status === "ended") return type === "Renew" || type === "End" ? accept() : notNow;
    switch (type) {
      case "Subscribe":
        return notNow;
      case "LoseCard":
        return state.hasCard ? accept({ type: "CardLost", day }) : notNow;
      case "GiveCard":
        return state.hasCard ? notNow : accept({ type: "CardGiven", day });
      case "Cancel":
        if (state.status === "cancelled") return notNow;
        // What is not paid is not used up either.
        return accept({ type: "Cancelled", day });
      case "Renew":
        return renew(day, state);
      case "End":
        return state.status === "cancelled" && day >= state.until
          ? accept({ type: "Ended", day })
          : accept();
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case "Subscribed":
        return { status: "active", until: event.until, hasCard: true };
      case "Ended":
        return { status: "ended" };
    }
    if (!("hasCard" in state)) return state;
    const { until, hasCard } = state;
    switch (event.type) {
      case "Renewed":
        return { status: "active", until: event.until, hasCard };
      case "RenewalFailed": {
        const failures = state.status === "overdue" ? state.failures + 1 : 1;
        return { status: "overdue", until, hasCard, failures, again: event.again };
      }
      case "CardLost":
        return { ...state, hasCard: false };
      case "CardGiven":
        return { ...state, hasCard: true };
      case "Cancelled":
        return { status: "cancelled", until, hasCard };
    }
  },
  isTerminal: ({ status }) => status === "ended",
};

/** A renewal that is not due, or was made already, does nothing: timers may fire twice, and late. */
function renew(
  day: Day,
  state: Extract<Subscription, { readonly hasCard: boolean }>,
): ReturnType<typeof subscription.decide> {
  if (state.status === "cancelled") return accept();
  const due = state.status === "overdue" ? state.again : state.until;
  if (day < due) return accept();
  if (state.hasCard) return accept({ type: "Renewed", from: day, until: day + monthDays });
  const failed = { type: "RenewalFailed", day, again: day + retryDays } as const;
  return state.status === "overdue" && state.failures + 1 >= failuresMax
    ? accept(failed, { type: "Ended", day })
    : accept(failed);
}

const day = t.type({ day: t.number });
const span = t.type({ from: t.number, until: t.number });

/** The names, the checks and the stored form of the events. */
export const subscriptionEvents: TaggedEventCodec<SubscriptionEvent> = eventCodec({
  Subscribed: schema(1, span),
  Renewed: schema(1, span),
  RenewalFailed: schema(1, t.type({ day: t.number, again: t.number })),
  CardLost: schema(1, day),
  CardGiven: schema(1, day),
  Cancelled: schema(1, day),
  Ended: schema(1, day),
});
