/**
 * The laws of a subscription: of its rules, of its timers, and of both over the years.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import {
  deciderLaws,
  type DeciderSpec,
  eventsOf,
  type Law,
  logsOf,
  processLaws,
  type ProcessSpec,
  systemLaws,
  type SystemSpec,
} from "leftfold/laws";
import {
  type Day,
  failuresMax,
  type Subscription,
  subscription,
  type SubscriptionCommand,
  type SubscriptionEvent,
  subscriptionEvents,
  type SubscriptionRejection,
} from "./decider.ts";
import { momentOf, renewals } from "./process.ts";

const begin: Day = 20_000;

/** Some day from a day on. */
function some(
  types: ReadonlyArray<SubscriptionCommand["type"]>,
  from: Day,
  days: number,
): fc.Arbitrary<SubscriptionCommand> {
  return fc.record({
    type: fc.constantFrom(...types),
    day: fc.integer({ min: from, max: from + days }),
  });
}

/** What people do, from the day on that is known. */
function people(state: Subscription): fc.Arbitrary<SubscriptionCommand> {
  switch (state.status) {
    case "none":
    case "ended":
      return some(["Subscribe"], begin, 10);
    case "cancelled":
      return some([state.hasCard ? "LoseCard" : "GiveCard"], state.until - 10, 20);
    case "active":
    case "overdue": {
      const card = state.hasCard ? "LoseCard" : "GiveCard";
      return some([card, card, "Cancel"], state.until - 29, 90);
    }
  }
}

/** What people and timers do. */
function fitting(state: Subscription): fc.Arbitrary<SubscriptionCommand> {
  const timers = renewals.resume(state).flatMap((one) => "command" in one ? [one.command] : []);
  return timers.length === 0 ? people(state) : fc.oneof(people(state), fc.constantFrom(...timers));
}

const shape = { until: t.number, hasCard: t.boolean };

/** A subscription, and what is known of it. */
export const subscriptionSpec: DeciderSpec<
  SubscriptionCommand,
  SubscriptionEvent,
  Subscription,
  SubscriptionRejection
> = {
  name: "subscription",
  source: { from: "./laws.ts", spec: "subscriptionSpec" },
  decider: subscription,
  commands: fitting,
  noise: some(["Subscribe", "LoseCard", "GiveCard", "Cancel", "Renew", "End"], begin, 400),
  codec: subscriptionEvents,
  state: t.union([
    t.type({ status: t.keyof({ none: null, ended: null }) }),
    t.type({ status: t.keyof({ active: null, cancelled: null }), ...shape }),
    t.type({ status: t.literal("overdue"), ...shape, failures: t.number, again: t.number }),
  ]),
  invariants: {
    "no day is paid for twice": (_, history) =>
      paid(eventsOf(history)).every(({ from }, at, all) => at === 0 || from >= all[at - 1]!.until),
    "a card is asked three times at most": (state) =>
      state.status !== "overdue" || state.failures <= failuresMax,
  },
  goal: ({ status }) => status === "ended",
  eventsMax: 2,
  expect: {
    events: "all",
    rejections: ["NotNow"],
    transitions: [
      "active --Renew--> active",
      "active --Renew--> overdue",
      "overdue --Renew--> active",
      "overdue --Renew--> ended",
      "cancelled --End--> ended",
    ],
  },
};

function paid(events: ReadonlyArray<SubscriptionEvent>): ReadonlyArray<{
  readonly from: Day;
  readonly until: Day;
}> {
  return events.flatMap((event) => "until" in event ? [event] : []);
}

/** Subscriptions over two years, with whatever people do in between. */
export const subscriptionSystem: SystemSpec<
  SubscriptionCommand,
  SubscriptionEvent,
  Subscription,
  SubscriptionRejection,
  Subscription
> = {
  name: "subscription and its timers",
  source: { from: "./laws.ts", spec: "subscriptionSystem" },
  decider: subscription,
  process: renewals,
  commands: people,
  at: ({ day }) => momentOf(day),
  ends: momentOf(begin + 730),
  sendsOnce: true,
  invariants: {
    "who has not cancelled and has a card is served": (state) =>
      state.status !== "active" || state.until > begin + 730,
    "what was cancelled has ended, and nothing is overdue for years": ({ status }) =>
      status === "none" || status === "active" || status === "ended",
  },
};

/** The timers alone, told of what subscriptions do. */
export const renewalsSpec: ProcessSpec<SubscriptionEvent, SubscriptionCommand, Subscription> = {
  name: "renewals",
  source: { from: "./laws.ts", spec: "renewalsSpec" },
  process: renewals,
  logs: logsOf(subscriptionSpec),
};

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(subscriptionSpec),
  ...processLaws(renewalsSpec),
  ...systemLaws(subscriptionSystem),
];
