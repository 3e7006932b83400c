import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, decider, reject } from "../../src/decider.ts";
import {
  deciderLaws,
  type DeciderSpec,
  historyOf,
  keyOf,
  type Law,
  refines,
  strength,
  type StrengthReport,
  textOfStrength,
  type ViewSpec,
  viewStrength,
} from "../../src/laws/mod.ts";
import { view } from "../../src/view.ts";

interface Account {
  readonly status: "open" | "closed";
  readonly balance: number;
  readonly deposits: number;
}

type Command =
  | { readonly type: "Deposit"; readonly amount: number }
  | { readonly type: "Withdraw"; readonly amount: number }
  | { readonly type: "Close" };

type Event =
  | { readonly type: "Deposited"; readonly amount: number }
  | { readonly type: "Withdrawn"; readonly amount: number }
  | { readonly type: "Closed" };

type Reason = "Overdrawn" | "NotEmpty" | "IsClosed";

const account = decider({
  initialState: { status: "open", balance: 0, deposits: 0 },
  decide: (command: Command, { status, balance }) => {
    if (status === "closed") return reject("IsClosed");
    switch (command.type) {
      case "Deposit":
        return accept({ type: "Deposited", amount: command.amount });
      case "Withdraw":
        if (command.amount > balance) return reject("Overdrawn");
        return command.amount === balance
          ? accept({ type: "Withdrawn", amount: balance }, { type: "Closed" })
          : accept({ type: "Withdrawn", amount: command.amount });
      case "Close":
        return balance > 0 ? reject("NotEmpty") : accept({ type: "Closed" });
    }
  },
  evolve: (state: Account, event: Event): Account => {
    switch (event.type) {
      case "Deposited":
        return {
          ...state,
          balance: state.balance + event.amount,
          deposits: state.deposits + 1,
        };
      case "Withdrawn":
        return { ...state, balance: state.balance - event.amount };
      case "Closed":
        return { ...state, status: "closed" };
    }
  },
});

const amount = fc.integer({ min: 1, max: 50 });
const noise: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant("Deposit" as const), amount }),
  fc.record({ type: fc.constant("Withdraw" as const), amount }),
  fc.constant({ type: "Close" as const }),
);

const bare: DeciderSpec<Command, Event, Account, Reason> = {
  name: "account",
  decider: account,
  commands: () => noise,
};

const invariants: NonNullable<(typeof bare)["invariants"]> = {
  "the balance is never below zero": ({ balance }) => balance >= 0,
};

async function reportOf(
  spec: typeof bare,
  laws: (spec: typeof bare) => ReadonlyArray<Law> = deciderLaws,
): Promise<StrengthReport> {
  const outcome = await strength(spec, { runs: 60, laws })();
  assert(E.isRight(outcome), "the laws do not hold of the account as it is");
  return outcome.right;
}

describe("strength of a decider's laws", () => {
  it("tells what nothing notices, if nothing was declared", async () => {
    const { noticed, survivors, unread, idle, toothless } = await reportOf(bare);
    assert.deepEqual(toothless, []);
    // A decider of which nothing is known can do whatever it wants.
    assert.deepEqual(noticed, []);
    assert.deepEqual(
      [...survivors, ...unread, ...idle].sort(),
      [
        "Close does nothing",
        "Close is always rejected",
        "Close is no longer rejected as IsClosed",
        "Close is no longer rejected as NotEmpty",
        "Close tells its events twice",
        "Closed is folded twice",
        "Closed is ignored",
        "Closed makes the story begin anew",
        "Deposit does nothing",
        "Deposit is always rejected",
        "Deposit is no longer rejected as IsClosed",
        "Deposit tells its events twice",
        "Deposited is folded twice",
        "Deposited is ignored",
        "Deposited makes the story begin anew",
        "IsClosed is told as NotEmpty",
        "NotEmpty is told as Overdrawn",
        "Overdrawn is told as IsClosed",
        "Withdraw does nothing",
        "Withdraw forgets its last event",
        "Withdraw is always rejected",
        "Withdraw is no longer rejected as IsClosed",
        "Withdraw is no longer rejected as Overdrawn",
        "Withdraw tells its events in reverse",
        "Withdraw tells its events twice",
        "Withdrawn is folded twice",
        "Withdrawn is ignored",
        "Withdrawn makes the story begin anew",
        "the amount of Deposited is one more than it was",
        "the amount of Withdrawn is one more than it was",
      ].sort(),
    );
  });

  it("sets apart what makes no difference, and what no answer depends on", async () => {
    const { unread, idle } = await reportOf(bare);
    assert.deepEqual(idle, ["Closed is folded twice"]);
    assert.deepEqual(unread, ["Closed makes the story begin anew"]);
  });

  it("tells by which law something is noticed, once it is declared", async () => {
    const { noticed, survivors } = await reportOf({ ...bare, invariants });
    const key = "DE16/the balance is never below zero";
    for (
      const change of ["Withdraw is no longer rejected as Overdrawn", "Withdrawn is folded twice"]
    ) {
      assert(noticed.some((one) => one.change === change && one.by === key), change);
      assert(!survivors.includes(change), change);
    }
    const over = {
      ...bare,
      decider: { ...account, isTerminal: ({ status }: Account) => status === "closed" },
    };
    const closing = await reportOf(over);
    assert(
      closing.noticed.some(({ change, by }) =>
        change === "Deposit is no longer rejected as IsClosed" && by === "DE19"
      ),
    );
  });

  it("tells of an invariant that notices nothing", async () => {
    const { toothless } = await reportOf({
      ...bare,
      invariants: { ...invariants, "there is a status": ({ status }) => status.length > 0 },
    });
    assert.deepEqual(toothless, ["DE16/there is a status"]);
  });

  it("takes laws of one's own: those of a model notice every change that shows", async () => {
    const { noticed, survivors } = await reportOf(
      bare,
      // Only the decider is changed; the model stays what it is.
      (spec) => [refines(spec, account)],
    );
    assert.deepEqual(survivors, []);
    assert(noticed.length > 25 && noticed.every(({ by }) => by === "DE24"));
  });

  it("leaves the decider and its answers as they are", async () => {
    const commands: ReadonlyArray<Command> = [
      { type: "Deposit", amount: 5 },
      { type: "Withdraw", amount: 5 },
    ];
    const before = historyOf(account, commands);
    await reportOf(bare);
    assert.deepEqual(historyOf(account, commands), before);
  });

  it("says what is wrong if the laws do not hold of the decider as it is", async () => {
    const outcome = await strength({
      ...bare,
      invariants: { "nobody has more than ten": ({ balance }) => balance <= 10 },
    })();
    assert(E.isLeft(outcome));
    assert.deepEqual(
      outcome.left.failures.map(({ law }) => keyOf(law)),
      ["DE16/nobody has more than ten"],
    );
  });

  it("is told in sentences", async () => {
    const text = textOfStrength(await reportOf({ ...bare, invariants }));
    assert.match(text, /^account: \d+ of 29 changes were noticed; 1 more make no difference\n/);
    assert.match(
      text,
      /\n {2}Nothing that you declared notices that\n(.*\n)* {4}Deposited is folded twice\n/,
    );
  });
});

describe("strength of a view's laws", () => {
  const balance = view({
    initialState: 0,
    evolve: (sum, event: Event) =>
      event.type === "Deposited"
        ? sum + event.amount
        : event.type === "Withdrawn"
        ? sum - event.amount
        : sum,
  });
  const spec: ViewSpec<Event, number> = {
    name: "balance",
    view: balance,
    logs: fc.array(fc.oneof(
      fc.record({ type: fc.constant("Deposited" as const), amount }),
      fc.record({ type: fc.constant("Withdrawn" as const), amount }),
      fc.constant({ type: "Closed" as const }),
    )),
  };

  it("tells what nothing notices", async () => {
    const outcome = await viewStrength(spec, { runs: 60 })();
    assert(E.isRight(outcome));
    const { noticed, survivors, idle } = outcome.right;
    assert.deepEqual(noticed, []);
    assert.deepEqual(idle, ["Closed is ignored", "Closed is folded twice"]);
    assert.equal(survivors.length, 9);
  });

  it("tells by which law something is noticed, once it is declared", async () => {
    const outcome = await viewStrength({
      ...spec,
      ignores: ({ type }) => type === "Closed",
      merge: (earlier, later) => earlier + later,
      invariants: {
        "it is what came less what went": (state, events) =>
          state === events.reduce((sum, event) => {
            if (event.type === "Closed") return sum;
            return event.type === "Deposited" ? sum + event.amount : sum - event.amount;
          }, 0),
      },
    }, { runs: 60 })();
    assert(E.isRight(outcome));
    assert.deepEqual(outcome.right.survivors, []);
    assert.deepEqual(outcome.right.toothless, []);
  });
});
