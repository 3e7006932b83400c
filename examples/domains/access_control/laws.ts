/**
 * The laws of rights: each goes back to somebody who might give it, nobody is locked out, and two
 * views of one past answer alike.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import {
  agrees,
  deciderLaws,
  type DeciderSpec,
  eventsOf,
  type Law,
  logsOf,
  viewLaws,
  type ViewSpec,
} from "leftfold/laws";
import {
  access,
  type AccessCommand,
  type AccessEvent,
  accessEvents,
  type AccessRejection,
  admins,
  type Rights,
  type Role,
} from "./decider.ts";
import { mayAct, type PeopleByRole, peopleByRole } from "./people_by_role.ts";

const people = ["Ada", "Ben", "Cleo"];
const roles: ReadonlyArray<Role> = ["admin", "editor", "reader"];

function changes(by: ReadonlyArray<string>): fc.Arbitrary<AccessCommand> {
  return fc.record({
    type: fc.constantFrom("Grant", "Revoke"),
    by: fc.constantFrom(...by),
    who: fc.constantFrom(...people),
    role: fc.constantFrom(...roles),
  });
}

const found: fc.Arbitrary<AccessCommand> = fc.record({
  type: fc.constant("Found"),
  by: fc.constantFrom(...people),
});

/** Commands that fit: an administrator asks. */
function fitting(rights: Rights): fc.Arbitrary<AccessCommand> {
  return rights.length === 0 ? found : changes(admins(rights));
}

/** The rights of an organisation, and what is known of them. */
export const accessSpec: DeciderSpec<AccessCommand, AccessEvent, Rights, AccessRejection> = {
  name: "access control",
  source: { from: "./laws.ts", spec: "accessSpec" },
  decider: access,
  commands: fitting,
  noise: fc.oneof(found, changes(people)),
  codec: accessEvents,
  state: t.readonlyArray(
    t.type({ who: t.string, role: t.keyof({ admin: null, editor: null, reader: null }) }),
  ),
  label: (rights) => {
    const { length } = admins(rights);
    return length === 0 ? "not founded" : length === 1 ? "one admin" : "several admins";
  },
  invariants: {
    "somebody can always mend it": (rights) => admins(rights).length > 0,
    "each right was given by an admin, who was given theirs by one": (_, history) =>
      eventsOf(history).every(({ by }, at, events) =>
        at === 0 || mayAct(asOf(events.slice(0, at)), by, "admin")
      ),
    "nobody has a right twice": (rights) =>
      new Set(rights.map(({ who, role }) => `${role} ${who}`)).size === rights.length,
  },
  mayDoNothing: (command, rights) =>
    command.type !== "Found" &&
    (command.type === "Grant") ===
      rights.some(({ who, role }) => who === command.who && role === command.role),
  goal: (rights) => admins(rights).length > 1,
  expect: {
    events: "all",
    rejections: ["FoundedBefore", "NotAdmin", "LastAdmin"],
    states: ["not founded", "one admin", "several admins"],
  },
};

function asOf(events: ReadonlyArray<AccessEvent>): PeopleByRole {
  return events.reduce(peopleByRole.evolve, peopleByRole.initialState);
}

/** What is asked of both views: who may do what. */
function answers(has: (who: string, role: Role) => boolean): ReadonlyArray<boolean> {
  return people.flatMap((who) => roles.map((role) => has(who, role)));
}

/** The index, and what is known of it. */
export const peopleByRoleSpec: ViewSpec<AccessEvent, PeopleByRole> = {
  name: "people by role",
  source: { from: "./laws.ts", spec: "peopleByRoleSpec" },
  view: peopleByRole,
  logs: logsOf(accessSpec),
  invariants: {
    "there is an admin from the first event on": ({ admin }) => admin.size > 0,
  },
  countsOnce: true,
  answer: (index) => answers((who, role) => mayAct(index, who, role)),
};

export const laws: ReadonlyArray<Law> = [
  ...deciderLaws(accessSpec),
  ...viewLaws(peopleByRoleSpec),
  agrees(
    peopleByRoleSpec,
    access,
    (rights) =>
      answers((who, role) => rights.some((right) => right.who === who && right.role === role)),
  ),
];
