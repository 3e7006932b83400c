/**
 * Who has a role: an index, for those who ask before every request.
 *
 * The decider knows it too, as a list. This view is another way to fold the same past, made for
 * another question, and a law says that both answer alike.
 *
 * @module
 */
import type { View } from "leftfold";
import type { AccessEvent, Role } from "./decider.ts";

/** The people of each role, each once. */
export type PeopleByRole = Readonly<Record<Role, ReadonlySet<string>>>;

const nobody: ReadonlySet<string> = new Set();

/** The index. */
export const peopleByRole: View<AccessEvent, PeopleByRole> = {
  initialState: { admin: nobody, editor: nobody, reader: nobody },
  evolve: (people, event) => {
    switch (event.type) {
      case "Founded":
        return { ...people, admin: new Set([event.by]) };
      case "Granted":
        return { ...people, [event.role]: new Set([...people[event.role], event.who]) };
      case "Revoked": {
        const left = [...people[event.role]].filter((who) => who !== event.who);
        return { ...people, [event.role]: new Set(left) };
      }
    }
  },
};

/** Whether somebody has a role. */
export function mayAct(people: PeopleByRole, who: string, role: Role): boolean {
  return people[role].has(who);
}
