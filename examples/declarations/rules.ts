/**
 * The rules of a declaration's way through the house: each with a name, a reason, and what it wants.
 *
 * @module
 */
import { approvals, type Declaration, type Status } from "./declaration.ts";
import type { Claim, Role } from "./events.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody asks for. */
export type CommandType =
  | "Save"
  | "Submit"
  | "Approve"
  | "Reject"
  | "ApproveFinally"
  | "RequestPayment"
  | "HandlePayment";

/** Who asks for what, with the declaration that they had before their eyes. */
export interface Command {
  readonly type: CommandType;
  readonly by: Role;
  readonly claim: Claim;
}

/** Why a command is refused: the rule, what it wanted, and what it found. */
export type Rejection =
  | { readonly rule: "PaidIsPaid"; readonly found: CommandType }
  | {
    readonly rule: "EachToTheirOwn";
    readonly command: CommandType;
    readonly wanted: ReadonlyArray<Role>;
    readonly found: Role;
  }
  | { readonly rule: "AmountIsMoney"; readonly wanted: "0 or more"; readonly found: number }
  | {
    readonly rule: "InItsTurn";
    readonly command: CommandType;
    readonly wanted: ReadonlyArray<Status>;
    readonly found: Status;
  }
  | {
    readonly rule: "TakenBackFirst";
    readonly wanted: "withEmployee";
    readonly found: "returned";
  }
  | {
    readonly rule: "ApprovedBeforePaid";
    readonly wanted: "approved";
    readonly found: Status;
  }
  | {
    readonly rule: "RequestedBeforePaid";
    readonly wanted: "paymentRequested";
    readonly found: Status;
  }
  | {
    readonly rule: "CheckedBeforeDecided";
    readonly by: Role;
    readonly wanted: ReadonlyArray<Role>;
    readonly found: ReadonlyArray<Role>;
  }
  | { readonly rule: "ApprovedOnce"; readonly by: Role; readonly round: number }
  | {
    readonly rule: "WhatWasSubmitted";
    readonly field: keyof Claim;
    readonly wanted: string | number | undefined;
    readonly found: string | number | undefined;
  };

/** The name of a rule. */
export type RuleName = Rejection["rule"];

/** Looks at a command and where the declaration stands, and objects or does not. */
type Rule = (command: Command, state: Declaration) => Rejection | undefined;

/** What each rule says, and why there is one. */
export const rulesExplained: Readonly<Record<RuleName, string>> = {
  PaidIsPaid: "what is paid is over",
  EachToTheirOwn: "each step belongs to certain roles",
  AmountIsMoney: "an amount is a number of euros, none or more",
  InItsTurn: "each step has its turn: no review of what is not submitted",
  TakenBackFirst: "what was returned is taken back before it is submitted again",
  ApprovedBeforePaid: "no payment is requested without final approval",
  RequestedBeforePaid: "nothing is paid that nobody asked to pay",
  CheckedBeforeDecided: "no budget owner or supervisor decides unchecked",
  ApprovedOnce: "one role has one voice in a round",
  WhatWasSubmitted: "a decision is about the declaration as it was submitted",
};

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const mayAct: Readonly<Record<CommandType, ReadonlyArray<Role>>> = {
  Save: ["EMPLOYEE"],
  Submit: ["EMPLOYEE"],
  Approve: ["ADMINISTRATION", "BUDGET OWNER", "PRE_APPROVER"],
  Reject: ["EMPLOYEE", "ADMINISTRATION", "BUDGET OWNER", "PRE_APPROVER", "SUPERVISOR", "MISSING"],
  ApproveFinally: ["SUPERVISOR"],
  RequestPayment: ["UNDEFINED"],
  HandlePayment: ["UNDEFINED"],
};

/** Who must have approved, one of them, before a role may decide. The others check. */
const mustHaveChecked: Readonly<Partial<Record<Role, ReadonlyArray<Role>>>> = {
  "BUDGET OWNER": ["ADMINISTRATION"],
  SUPERVISOR: ["ADMINISTRATION", "PRE_APPROVER"],
};

const paidIsPaid: Rule = ({ type }, { status }) =>
  status === "paid" ? { rule: "PaidIsPaid", found: type } : undefined;

const eachToTheirOwn: Rule = ({ type, by }) =>
  mayAct[type].includes(by)
    ? undefined
    : { rule: "EachToTheirOwn", command: type, wanted: mayAct[type], found: by };

// A law found -0, which is not less than 0, and which no JSON keeps.
const amountIsMoney: Rule = ({ claim: { amount } }) =>
  amount >= 0 && Number.isFinite(amount) && !Object.is(amount, -0)
    ? undefined
    : { rule: "AmountIsMoney", wanted: "0 or more", found: amount };

const takenBackFirst: Rule = ({ type }, { status }) =>
  type === "Submit" && status === "returned"
    ? { rule: "TakenBackFirst", wanted: "withEmployee", found: status }
    : undefined;

const approvedBeforePaid: Rule = ({ type }, { status }) =>
  type === "RequestPayment" && status !== "approved"
    ? { rule: "ApprovedBeforePaid", wanted: "approved", found: status }
    : undefined;

const requestedBeforePaid: Rule = ({ type }, { status }) =>
  type === "HandlePayment" && status !== "paymentRequested"
    ? { rule: "RequestedBeforePaid", wanted: "paymentRequested", found: status }
    : undefined;

const inItsTurn: Rule = (command, { status }) => {
  const wanted = turnsOf(command);
  return wanted.includes(status)
    ? undefined
    : { rule: "InItsTurn", command: command.type, wanted, found: status };
};

function turnsOf({ type, by }: Command): ReadonlyArray<Status> {
  switch (type) {
    case "Save":
      return ["none"];
    case "Submit":
      return ["none", "draft", "withEmployee"];
    case "Approve":
    case "ApproveFinally":
      return ["underReview"];
    case "Reject":
      if (by === "EMPLOYEE") return ["returned"];
      return by === "MISSING" ? ["approved"] : ["underReview"];
    case "RequestPayment":
      return ["approved"];
    case "HandlePayment":
      return ["paymentRequested"];
  }
}

/**
 * In the real log this is the rule that is broken most: in 2017, when two departments tried the
 * system out, a declaration could go straight to the supervisor.
 */
const checkedBeforeDecided: Rule = ({ by }, state) => {
  const wanted = mustHaveChecked[by];
  const found = approvals(state);
  return wanted === undefined || wanted.some((role) => found.includes(role))
    ? undefined
    : { rule: "CheckedBeforeDecided", by, wanted, found };
};

const approvedOnce: Rule = ({ type, by }, state) =>
  type === "Approve" && state.status === "underReview" && state.approvedBy.includes(by)
    ? { rule: "ApprovedOnce", by, round: state.round }
    : undefined;

const whatWasSubmitted: Rule = ({ type, claim }, state) => {
  // The employee may change a declaration; from its submission on, nobody else may.
  if (type === "Save" || type === "Submit" || state.status === "none") return undefined;
  const changed = claimFields.find((field) => claim[field] !== state.claim[field]);
  return changed === undefined ? undefined : {
    rule: "WhatWasSubmitted",
    field: changed,
    wanted: state.claim[changed],
    found: claim[changed],
  };
};

const claimFields: ReadonlyArray<keyof Claim> = [
  "declarationId",
  "amount",
  "budgetNumber",
  "declarationNumber",
];

/** From the general to the particular: the first that objects is the one that is told. */
const rules: ReadonlyArray<Rule> = [
  paidIsPaid,
  eachToTheirOwn,
  amountIsMoney,
  takenBackFirst,
  approvedBeforePaid,
  requestedBeforePaid,
  inItsTurn,
  checkedBeforeDecided,
  approvedOnce,
  whatWasSubmitted,
];

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The first rule that objects; none if the command is fine. */
export function objection(command: Command, state: Declaration): Rejection | undefined {
  for (const rule of rules) {
    const rejection = rule(command, state);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}
