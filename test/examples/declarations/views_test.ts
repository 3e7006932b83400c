import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Recorded, replay } from "leftfold";
import type { DeclarationEvent, Role } from "../../../examples/declarations/events.ts";
import { declarations, openWork } from "../../../examples/declarations/open_work.ts";
import {
  differing,
  percentRejected,
  rateOf,
  rejectionRates,
} from "../../../examples/declarations/rejection_rates.ts";
import {
  histogram,
  quantile,
  throughputDays,
  ways,
} from "../../../examples/declarations/throughput.ts";

const dayMs = 86_400_000;

function event(type: DeclarationEvent["type"], by: Role, id = "1"): DeclarationEvent {
  return { type, by, declarationId: `declaration ${id}`, amount: 10.1, budgetNumber: "budget 7" };
}

/** An event of a day, as a store tells it. */
function on(day: number, told: DeclarationEvent, validDay?: number): Recorded<DeclarationEvent> {
  return {
    event: told,
    id: "",
    tags: [],
    metadata: validDay === undefined ? {} : { validTime: new Date(validDay * dayMs) },
    stream: told.declarationId.replace(" ", "-"),
    version: 1,
    position: 1,
    recordedAt: new Date(day * dayMs),
    schemaVersion: 1,
    commitId: "",
  };
}

describe("rejection rates", () => {
  const rates = replay(rejectionRates)([
    event("DeclarationSubmitted", "EMPLOYEE"),
    event("DeclarationApproved", "ADMINISTRATION"),
    event("DeclarationRejected", "SUPERVISOR"),
    event("DeclarationRejected", "EMPLOYEE"),
    event("DeclarationApproved", "ADMINISTRATION"),
    event("DeclarationFinalApproved", "SUPERVISOR"),
    event("PaymentRequested", "UNDEFINED"),
  ]);

  it("count a supervisor's final approval as an approval", () => {
    assert.deepEqual(rates, {
      ADMINISTRATION: { approved: 2, rejected: 0 },
      SUPERVISOR: { approved: 1, rejected: 1 },
      EMPLOYEE: { approved: 0, rejected: 1 },
    });
    assert.equal(percentRejected(rateOf(rates, "SUPERVISOR")), 50);
    assert.equal(percentRejected(rateOf(rates, "PRE_APPROVER")), 0);
  });

  it("name the roles that differ from a published table, and no other role", () => {
    assert.deepEqual(differing(rates, { ADMINISTRATION: { approved: 2, rejected: 0 } }), []);
    const wanted = {
      ADMINISTRATION: { approved: 2, rejected: 1 },
      SUPERVISOR: { approved: 1, rejected: 1 },
      PRE_APPROVER: { approved: 1, rejected: 0 },
    };
    assert.deepEqual(differing(rates, wanted), ["ADMINISTRATION", "PRE_APPROVER"]);
  });
});

describe("throughput", () => {
  it("runs from the first submission to the payment, of those that were paid", () => {
    const all = replay(ways)([
      on(1, event("DeclarationSubmitted", "EMPLOYEE", "1")),
      on(2, event("DeclarationSubmitted", "EMPLOYEE", "2")),
      on(5, event("DeclarationSubmitted", "EMPLOYEE", "1")),
      on(8, event("PaymentHandled", "UNDEFINED", "1")),
      on(8, event("DeclarationSaved", "EMPLOYEE", "3")),
    ]);
    assert.deepEqual(throughputDays(all), [7]);
  });

  it("goes by the valid time where there is one", () => {
    const all = replay(ways)([
      on(900, event("DeclarationSubmitted", "EMPLOYEE"), 10),
      on(900, event("PaymentHandled", "UNDEFINED"), 12),
    ]);
    assert.deepEqual(throughputDays(all), [2]);
  });

  it("is counted in bins that leave nothing out above their first edge", () => {
    assert.deepEqual(histogram([0, 1, 1.9, 2, 50], [0, 1, 2]), [
      { from: 0, to: 1, count: 1 },
      { from: 1, to: 2, count: 2 },
      { from: 2, to: Infinity, count: 2 },
    ]);
    assert.equal(quantile([1, 2, 3], 0.5), 2);
    assert.equal(quantile([], 0.5), undefined);
  });
});

describe("open work", () => {
  it("is on the desk of whoever acts next", () => {
    const all = replay(declarations)([
      on(1, event("DeclarationSaved", "EMPLOYEE", "1")),
      on(1, event("DeclarationSubmitted", "EMPLOYEE", "2")),
      on(1, event("DeclarationSubmitted", "EMPLOYEE", "3")),
      on(2, event("DeclarationApproved", "PRE_APPROVER", "3")),
      on(2, event("DeclarationRejected", "BUDGET OWNER", "4")),
      on(3, event("PaymentRequested", "UNDEFINED", "5")),
      on(3, event("PaymentHandled", "UNDEFINED", "6")),
      on(3, event("PaymentHandled", "UNDEFINED", "7")),
    ]);
    const { waiting, paid, paidEuros } = openWork(all);
    assert.deepEqual([...waiting].sort(), [
      ["ADMINISTRATION", 1],
      ["EMPLOYEE", 2],
      ["PAYMENT", 1],
      ["SUPERVISOR", 1],
    ]);
    assert.deepEqual([paid, paidEuros], [2, 20.2]);
  });
});
