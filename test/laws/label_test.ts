import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reasonOf, stateLabel, typeOf } from "../../src/laws/label.ts";

describe("labels", () => {
  it("calls a rejection by its reason, whatever status it tells of", () => {
    assert.equal(reasonOf({ reason: "NotNow", status: "published" }), "NotNow");
    assert.equal(reasonOf({ status: "published", reason: "NotNow" }), "NotNow");
    assert.equal(reasonOf({ rule: "PaidIsPaid", found: "Save" }), "PaidIsPaid");
    assert.equal(reasonOf("SoldOut"), "SoldOut");
    assert.equal(reasonOf(["tea", { reason: "TooFew" }]), "TooFew");
  });

  it("calls a state by its status, whatever reason it keeps", () => {
    assert.equal(stateLabel({ reason: "late", status: "cancelled" }), "cancelled");
    assert.equal(stateLabel("open"), '"open"');
    assert.equal(typeOf({ type: "Paid", status: "late" }), "Paid");
  });
});
