/**
 * What can happen to a travel-expense declaration, as the university's log tells it.
 *
 * @module
 */
import * as t from "io-ts";
import { eventCodec, schema, type TaggedEventCodec } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/**
 * Who acted. `MISSING` takes a final approval back whose grounds have gone missing; nobody is named
 * for payments, which the log says as `UNDEFINED`.
 */
export type Role =
  | "EMPLOYEE"
  | "ADMINISTRATION"
  | "BUDGET OWNER"
  | "PRE_APPROVER"
  | "SUPERVISOR"
  | "MISSING"
  | "UNDEFINED";

/** What is declared. */
export interface Claim {
  readonly declarationId: string;
  /** In euros. */
  readonly amount: number;
  readonly budgetNumber: string;
  /** Only some declarations have been given one. */
  readonly declarationNumber?: string;
}

/** A step that somebody took, and the declaration as it was then. */
export interface Step<Type extends string> extends Claim {
  readonly type: Type;
  readonly by: Role;
}

/**
 * The events. The compiler compares them with the codec below: one event or one field too few or
 * too many does not compile. (They are written out because this project's own modules must state
 * the types that they export; a program of yours says `EventOf<typeof codec>`.)
 */
export type DeclarationEvent =
  | Step<"DeclarationSaved">
  | Step<"DeclarationSubmitted">
  | Step<"DeclarationApproved">
  | Step<"DeclarationRejected">
  | Step<"DeclarationFinalApproved">
  | Step<"PaymentRequested">
  | Step<"PaymentHandled">;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const role = t.keyof({
  EMPLOYEE: null,
  ADMINISTRATION: null,
  "BUDGET OWNER": null,
  PRE_APPROVER: null,
  SUPERVISOR: null,
  MISSING: null,
  UNDEFINED: null,
});

const step = t.intersection([
  t.type({ by: role, amount: t.number, budgetNumber: t.string, declarationId: t.string }),
  t.partial({ declarationNumber: t.string }),
]);

/** The names, the checks and the stored form of the events. */
export const declarationEvents: TaggedEventCodec<DeclarationEvent> = eventCodec({
  DeclarationSaved: schema(1, step),
  DeclarationSubmitted: schema(1, step),
  DeclarationApproved: schema(1, step),
  DeclarationRejected: schema(1, step),
  DeclarationFinalApproved: schema(1, step),
  PaymentRequested: schema(1, step),
  PaymentHandled: schema(1, step),
});

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** What was declared at that step. */
export function claimOf(
  { declarationId, amount, budgetNumber, declarationNumber }: Claim,
): Claim {
  return {
    declarationId,
    amount,
    budgetNumber,
    ...(declarationNumber === undefined ? {} : { declarationNumber }),
  };
}

/** The stream of a declaration: "declaration 86791" has "declaration-86791". */
export function streamOf({ declarationId }: Claim): string {
  return declarationId.replace(" ", "-");
}
