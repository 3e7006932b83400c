import { describe, it } from "node:test";
import { accept, given } from "leftfold";
import { deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { account } from "../../../examples/domains/bank_account/decider.ts";
import { accountSpec, laws } from "../../../examples/domains/bank_account/laws.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

describe("a bank account", () => {
  it("pays out what is there, and not a cent more", () => {
    const filled = given(account, { type: "Opened" }, { type: "Deposited", cents: 500 });
    filled.when({ type: "Withdraw", cents: 500 }).thenState({ status: "open", cents: 0 });
    filled.when({ type: "Withdraw", cents: 501 }).thenRejected({ reason: "Overdrawn", missing: 1 });
  });
});

describePlanted("planted bugs: a bank account", [
  {
    bug: "nobody looks whether there is cover",
    law: "DE16/the balance is never below zero",
    laws: () =>
      deciderLaws({
        ...accountSpec,
        decider: {
          ...account,
          decide: (command, state) =>
            command.type === "Withdraw" && state.status === "open" && command.cents > 0 &&
              Number.isInteger(command.cents)
              ? accept({ type: "Withdrawn", cents: command.cents })
              : account.decide(command, state),
        },
      }),
  },
  {
    bug: "an account is closed with money in it",
    law: "DE16/an account that is closed is empty",
    laws: () =>
      deciderLaws({
        ...accountSpec,
        decider: {
          ...account,
          decide: (command, state) =>
            command.type === "Close" && state.status === "open"
              ? accept({ type: "Closed" })
              : account.decide(command, state),
        },
      }),
  },
]);
