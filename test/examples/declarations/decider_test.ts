import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { given } from "leftfold";
import { commandOf, declaration } from "../../../examples/declarations/decider.ts";
import type { DeclarationEvent, Role } from "../../../examples/declarations/events.ts";
import type { Command, CommandType } from "../../../examples/declarations/rules.ts";

const claim = {
  declarationId: "declaration 1",
  amount: 26.85,
  budgetNumber: "budget 7",
  declarationNumber: "declaration number 1",
};

function command(type: CommandType, by: Role, changed: Partial<typeof claim> = {}): Command {
  return { type, by, claim: { ...claim, ...changed } };
}

function event(type: DeclarationEvent["type"], by: Role): DeclarationEvent {
  return { type, by, ...claim };
}

const saved = event("DeclarationSaved", "EMPLOYEE");
const submitted = event("DeclarationSubmitted", "EMPLOYEE");
const checked = event("DeclarationApproved", "ADMINISTRATION");
const budgeted = event("DeclarationApproved", "BUDGET OWNER");
const approved = event("DeclarationFinalApproved", "SUPERVISOR");
const refused = event("DeclarationRejected", "SUPERVISOR");
const takenBack = event("DeclarationRejected", "EMPLOYEE");
const requested = event("PaymentRequested", "UNDEFINED");
const paid = event("PaymentHandled", "UNDEFINED");

describe("a declaration on its way", () => {
  it("goes from the draft to the payment", () => {
    const way = [saved, submitted, checked, budgeted, approved, requested, paid];
    way.forEach((next, index) => {
      given(declaration, ...way.slice(0, index)).when(commandOf(next)).thenEvents(next);
    });
  });

  it("may be checked by a pre-approver instead of the administration", () => {
    const preApproved = event("DeclarationApproved", "PRE_APPROVER");
    given(declaration, submitted, preApproved).when(commandOf(approved)).thenEvents(approved);
  });

  it("is submitted again, with another amount, once the employee has taken it back", () => {
    const again = command("Submit", "EMPLOYEE", { amount: 20 });
    given(declaration, submitted, checked, refused, takenBack).when(again).thenState({
      status: "underReview",
      claim: { ...claim, amount: 20 },
      round: 2,
      approvedBy: [],
    });
  });

  it("goes back to the employee if its approval has gone missing", () => {
    const missing = event("DeclarationRejected", "MISSING");
    given(declaration, submitted, checked, approved).when(commandOf(missing)).thenState({
      status: "withEmployee",
      claim,
      round: 1,
    });
    given(declaration, submitted, checked, approved, missing).when(commandOf(submitted))
      .thenEvents(submitted);
  });

  it("starts every round without approvals", () => {
    given(declaration, submitted, checked, refused, takenBack, submitted)
      .when(commandOf(approved))
      .thenRejected({
        rule: "CheckedBeforeDecided",
        by: "SUPERVISOR",
        wanted: ["ADMINISTRATION", "PRE_APPROVER"],
        found: [],
      });
  });
});

describe("the rules", () => {
  it("PaidIsPaid", () => {
    const way = [submitted, checked, approved, requested, paid];
    for (const type of ["Save", "Submit", "Approve", "Reject", "HandlePayment"] as const) {
      given(declaration, ...way).when(command(type, "EMPLOYEE"))
        .thenRejected({ rule: "PaidIsPaid", found: type });
    }
  });

  it("EachToTheirOwn", () => {
    given(declaration, submitted, checked).when(command("ApproveFinally", "BUDGET OWNER"))
      .thenRejected({
        rule: "EachToTheirOwn",
        command: "ApproveFinally",
        wanted: ["SUPERVISOR"],
        found: "BUDGET OWNER",
      });
  });

  it("AmountIsMoney", () => {
    for (const amount of [-0.01, -0, Number.NaN, Number.POSITIVE_INFINITY]) {
      given(declaration).when(command("Submit", "EMPLOYEE", { amount }))
        .thenRejected({ rule: "AmountIsMoney", wanted: "0 or more", found: amount });
    }
    given(declaration).when(command("Submit", "EMPLOYEE", { amount: 0 }))
      .thenEvents({ ...submitted, amount: 0 });
  });

  it("InItsTurn", () => {
    given(declaration).when(commandOf(checked)).thenRejected({
      rule: "InItsTurn",
      command: "Approve",
      wanted: ["underReview"],
      found: "none",
    });
    given(declaration, submitted).when(commandOf(takenBack)).thenRejected({
      rule: "InItsTurn",
      command: "Reject",
      wanted: ["returned"],
      found: "underReview",
    });
    given(declaration, submitted).when(commandOf(saved)).thenRejected({
      rule: "InItsTurn",
      command: "Save",
      wanted: ["none"],
      found: "underReview",
    });
  });

  it("TakenBackFirst", () => {
    given(declaration, submitted, checked, refused).when(commandOf(submitted)).thenRejected({
      rule: "TakenBackFirst",
      wanted: "withEmployee",
      found: "returned",
    });
  });

  it("ApprovedBeforePaid", () => {
    given(declaration, submitted, checked).when(commandOf(requested)).thenRejected({
      rule: "ApprovedBeforePaid",
      wanted: "approved",
      found: "underReview",
    });
  });

  it("RequestedBeforePaid", () => {
    given(declaration, submitted, checked, approved).when(commandOf(paid)).thenRejected({
      rule: "RequestedBeforePaid",
      wanted: "paymentRequested",
      found: "approved",
    });
  });

  it("CheckedBeforeDecided, for a yes and for a no", () => {
    for (const decision of [approved, refused]) {
      given(declaration, submitted).when(commandOf(decision)).thenRejected({
        rule: "CheckedBeforeDecided",
        by: "SUPERVISOR",
        wanted: ["ADMINISTRATION", "PRE_APPROVER"],
        found: [],
      });
    }
    given(declaration, submitted).when(commandOf(budgeted)).thenRejected({
      rule: "CheckedBeforeDecided",
      by: "BUDGET OWNER",
      wanted: ["ADMINISTRATION"],
      found: [],
    });
  });

  it("ApprovedOnce", () => {
    given(declaration, submitted, checked).when(commandOf(checked))
      .thenRejected({ rule: "ApprovedOnce", by: "ADMINISTRATION", round: 1 });
  });

  it("WhatWasSubmitted", () => {
    given(declaration, submitted, checked)
      .when(command("Approve", "BUDGET OWNER", { amount: 13.42 }))
      .thenRejected({ rule: "WhatWasSubmitted", field: "amount", wanted: 26.85, found: 13.42 });
  });
});

describe("commandOf", () => {
  it("gives the command whose event it was given", () => {
    for (const next of [saved, submitted, checked, refused, approved, requested, paid]) {
      const { type, by } = next;
      const emitted = given(declaration, ...before(next)).when(commandOf(next)).outcome;
      assert(emitted._tag === "Accepted", `${type} by ${by} should be accepted here`);
      assert.deepEqual(emitted.events, [next]);
    }
  });
});

/** A past in which the event has its turn. */
function before(next: DeclarationEvent): ReadonlyArray<DeclarationEvent> {
  switch (next.type) {
    case "DeclarationSaved":
    case "DeclarationSubmitted":
      return [];
    case "DeclarationApproved":
      return [submitted];
    case "DeclarationRejected":
    case "DeclarationFinalApproved":
      return [submitted, checked];
    case "PaymentRequested":
      return [submitted, checked, approved];
    case "PaymentHandled":
      return [submitted, checked, approved, requested];
  }
}
