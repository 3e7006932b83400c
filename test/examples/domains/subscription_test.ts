import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, drive } from "leftfold";
import { describeLaws, systemLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import {
  subscription,
  type SubscriptionCommand,
} from "../../../examples/domains/subscription/decider.ts";
import { laws, subscriptionSystem } from "../../../examples/domains/subscription/laws.ts";
import { momentOf, renewals } from "../../../examples/domains/subscription/process.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

/** What has happened by a day, in words. */
function story(
  day: number,
  ...commands: ReadonlyArray<SubscriptionCommand>
): ReadonlyArray<string> {
  const go = drive({ decider: subscription, process: renewals });
  const rest = go({ commands, now: momentOf(day) });
  assert(rest._tag === "Right");
  return rest.right.events.map(({ type }) => type);
}

describe("a subscription", () => {
  it("is renewed as long as there is a card", () => {
    assert.deepEqual(story(60, { type: "Subscribe", day: 0 }), [
      "Subscribed",
      "Renewed",
      "Renewed",
    ]);
  });

  it("ends when the card was asked three times in vain", () => {
    assert.deepEqual(story(90, { type: "Subscribe", day: 0 }, { type: "LoseCard", day: 5 }), [
      "Subscribed",
      "CardLost",
      "RenewalFailed",
      "RenewalFailed",
      "RenewalFailed",
      "Ended",
    ]);
  });

  it("runs to the end of what is paid when it is cancelled", () => {
    const cancelled = [{ type: "Subscribe", day: 0 }, { type: "Cancel", day: 5 }] as const;
    assert.deepEqual(story(29, ...cancelled), ["Subscribed", "Cancelled"]);
    assert.deepEqual(story(30, ...cancelled), ["Subscribed", "Cancelled", "Ended"]);
  });
});

describePlanted("planted bugs: a subscription", [
  {
    bug: "a renewal does not look whether it is due",
    law: "SY4",
    laws: () =>
      systemLaws({
        ...subscriptionSystem,
        decider: {
          ...subscription,
          decide: (command, state) =>
            command.type === "Renew" && state.status === "active" && state.hasCard
              ? accept({ type: "Renewed", from: state.until, until: state.until + 30 })
              : subscription.decide(command, state),
        },
      }),
  },
  {
    bug: "the timer of what was cancelled is not set again after a restart",
    law: "SY3",
    laws: () =>
      systemLaws({
        ...subscriptionSystem,
        process: {
          ...renewals,
          resume: (state) => state.status === "cancelled" ? [] : renewals.resume(state),
        },
      }),
  },
  {
    bug: "a card that was asked in vain is not asked again",
    law: "PM6/what was cancelled has ended, and nothing is overdue for years",
    laws: () => {
      const next: typeof renewals.resume = (state) =>
        state.status === "overdue" ? [] : renewals.resume(state);
      return systemLaws({
        ...subscriptionSystem,
        process: { ...renewals, react: next, resume: next },
      });
    },
  },
]);
