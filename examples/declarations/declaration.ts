/**
 * A declaration: where it stands, and how each event moves it.
 *
 * @module
 */
import { type Claim, claimOf, type DeclarationEvent, type Role } from "./events.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * Where a declaration stands. `round` counts submissions.
 *
 * ```text
 * none -> draft -> underReview -> approved -> paymentRequested -> paid
 *                  |        ^          |
 *           a role says no  |          approval gone missing
 *                  v        |          |
 *              returned -> withEmployee <
 * ```
 */
export type Declaration =
  | { readonly status: "none" }
  | { readonly status: "draft"; readonly claim: Claim }
  | {
    readonly status: "underReview";
    readonly claim: Claim;
    readonly round: number;
    /** Who has approved it in this round, in order. */
    readonly approvedBy: ReadonlyArray<Role>;
  }
  | {
    readonly status: "returned";
    readonly claim: Claim;
    readonly round: number;
    /** Who refused it. */
    readonly by: Role;
  }
  | { readonly status: "withEmployee"; readonly claim: Claim; readonly round: number }
  | { readonly status: "approved"; readonly claim: Claim; readonly round: number }
  | { readonly status: "paymentRequested"; readonly claim: Claim; readonly round: number }
  | { readonly status: "paid"; readonly claim: Claim; readonly round: number };

/** The name of a place where a declaration can stand. */
export type Status = Declaration["status"];

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A declaration of which nothing has been heard. */
export const noDeclaration: Declaration = { status: "none" };

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** The declaration after an event. Total, because the past cannot be refused: a real log breaks rules. */
export function evolve(state: Declaration, event: DeclarationEvent): Declaration {
  const claim = claimOf(event);
  const round = roundOf(state);
  switch (event.type) {
    case "DeclarationSaved":
      return { status: "draft", claim };
    case "DeclarationSubmitted":
      return { status: "underReview", claim, round: round + 1, approvedBy: [] };
    case "DeclarationApproved":
      return { status: "underReview", claim, round, approvedBy: [...approvals(state), event.by] };
    case "DeclarationRejected":
      // An employee who rejects takes back. What lost its approval goes to the employee as well.
      return event.by === "EMPLOYEE" || event.by === "MISSING"
        ? { status: "withEmployee", claim, round }
        : { status: "returned", claim, round, by: event.by };
    case "DeclarationFinalApproved":
      return { status: "approved", claim, round };
    case "PaymentRequested":
      return { status: "paymentRequested", claim, round };
    case "PaymentHandled":
      return { status: "paid", claim, round };
  }
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** How often it has been submitted. */
export function roundOf(state: Declaration): number {
  return "round" in state ? state.round : 0;
}

/** Who has approved it in this round, in order. */
export function approvals(state: Declaration): ReadonlyArray<Role> {
  return state.status === "underReview" ? state.approvedBy : [];
}

/** Who has to act next; nobody if it is paid, or does not exist. */
export function waitsFor(state: Declaration): Role | "PAYMENT" | undefined {
  switch (state.status) {
    case "none":
    case "paid":
      return undefined;
    case "draft":
    case "returned":
    case "withEmployee":
      return "EMPLOYEE";
    case "underReview":
      return state.approvedBy.length === 0 ? "ADMINISTRATION" : "SUPERVISOR";
    case "approved":
    case "paymentRequested":
      return "PAYMENT";
  }
}

/** The state in a few words. */
export function describe(state: Declaration): string {
  switch (state.status) {
    case "none":
      return "nothing known";
    case "draft":
      return "draft";
    case "underReview":
      return state.approvedBy.length === 0
        ? `under review, round ${state.round}`
        : `under review, round ${state.round}, approved by ${state.approvedBy.join(" and ")}`;
    case "returned":
      return `returned by ${state.by}`;
    case "withEmployee":
      return "back with the employee";
    case "approved":
      return "finally approved";
    case "paymentRequested":
      return "payment requested";
    case "paid":
      return "paid";
  }
}
