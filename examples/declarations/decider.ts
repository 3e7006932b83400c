/**
 * The decider of a declaration: the process as it ought to be.
 *
 * The real log does not always obey; what it breaks is the rejection that its next event would have
 * got as a command.
 *
 * @module
 */
import { accept, type Decider, type Decision, reject } from "leftfold";
import { type Declaration, evolve, noDeclaration } from "./declaration.ts";
import { claimOf, type DeclarationEvent } from "./events.ts";
import { type Command, type CommandType, objection, type Rejection } from "./rules.ts";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const caused = {
  Save: "DeclarationSaved",
  Submit: "DeclarationSubmitted",
  Approve: "DeclarationApproved",
  Reject: "DeclarationRejected",
  ApproveFinally: "DeclarationFinalApproved",
  RequestPayment: "PaymentRequested",
  HandlePayment: "PaymentHandled",
} as const satisfies Readonly<Record<CommandType, DeclarationEvent["type"]>>;

const asked: Readonly<Record<DeclarationEvent["type"], CommandType>> = {
  DeclarationSaved: "Save",
  DeclarationSubmitted: "Submit",
  DeclarationApproved: "Approve",
  DeclarationRejected: "Reject",
  DeclarationFinalApproved: "ApproveFinally",
  PaymentRequested: "RequestPayment",
  PaymentHandled: "HandlePayment",
};

/** One declaration. It is over when it is paid. */
export const declaration: Decider<Command, DeclarationEvent, Declaration, Rejection> = {
  initialState: noDeclaration,
  decide: (command, state): Decision<DeclarationEvent, Rejection> => {
    const rejection = objection(command, state);
    return rejection === undefined
      ? accept({ type: caused[command.type], by: command.by, ...command.claim })
      : reject(rejection);
  },
  evolve,
  isTerminal: ({ status }) => status === "paid",
};

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The type of the event that a command causes, if it is accepted. */
export function eventTypeOf(command: CommandType): DeclarationEvent["type"] {
  return caused[command];
}

/**
 * The command that an event of the past stands for.
 *
 * Law (round trip): if the decider accepts `commandOf(event)`, it emits `event` and no other.
 */
export function commandOf(event: DeclarationEvent): Command {
  return { type: asked[event.type], by: event.by, claim: claimOf(event) };
}
