/**
 * The process of a subscription: one timer, for what is due next.
 *
 * It is a function of where the subscription stands, so it cannot be lost: whoever starts again
 * asks, and is told the same day. And as it has one name, the next one replaces it.
 *
 * @module
 */
import { type Process, type Timer, timer } from "leftfold";
import {
  type Day,
  type Subscription,
  subscription,
  type SubscriptionCommand,
  type SubscriptionEvent,
} from "./decider.ts";

/** The moment at which a day begins. */
export function momentOf(day: Day): Date {
  return new Date(day * 86_400_000);
}

function on(day: Day, type: "Renew" | "End"): ReadonlyArray<Timer<SubscriptionCommand>> {
  return [timer("next", momentOf(day), { type, day })];
}

/** What is due next, and when. */
function next(state: Subscription): ReadonlyArray<Timer<SubscriptionCommand>> {
  switch (state.status) {
    case "active":
      return on(state.until, "Renew");
    case "overdue":
      return on(state.again, "Renew");
    case "cancelled":
      return on(state.until, "End");
    case "none":
    case "ended":
      return [];
  }
}

/** Renews in time, asks a card again that failed, and ends what was cancelled. */
export const renewals: Process<SubscriptionEvent, SubscriptionCommand, Subscription> = {
  initialState: subscription.initialState,
  evolve: subscription.evolve,
  react: next,
  resume: next,
  isTerminal: ({ status }) => status === "ended",
};
