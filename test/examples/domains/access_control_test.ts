import { describe, it } from "node:test";
import { accept, given } from "leftfold";
import { agrees, deciderLaws, describeLaws } from "leftfold/laws";
import { fromEnvironment } from "leftfold/laws/node";
import { access, type AccessEvent } from "../../../examples/domains/access_control/decider.ts";
import {
  accessSpec,
  laws,
  peopleByRoleSpec,
} from "../../../examples/domains/access_control/laws.ts";
import { peopleByRole } from "../../../examples/domains/access_control/people_by_role.ts";
import { describePlanted } from "../../support/laws/planted.ts";

describeLaws(laws, { describe, it }, fromEnvironment());

const founded: AccessEvent = { type: "Founded", by: "Ada" };

describe("access control", () => {
  it("is given by administrators, and keeps one", () => {
    given(access, founded).when({ type: "Grant", by: "Ben", who: "Ben", role: "admin" })
      .thenRejected({ reason: "NotAdmin", by: "Ben" });
    given(access, founded).when({ type: "Revoke", by: "Ada", who: "Ada", role: "admin" })
      .thenRejected({ reason: "LastAdmin", who: "Ada" });
  });
});

describePlanted("planted bugs: access control", [
  {
    bug: "an editor may make others editors",
    law: "DE16/each right was given by an admin, who was given theirs by one",
    laws: () =>
      deciderLaws({
        ...accessSpec,
        decider: {
          ...access,
          decide: (command, rights) =>
            command.type === "Grant" && command.role === "editor" &&
              rights.some(({ who, role }) => who === command.by && role === "editor") &&
              !rights.some(({ who, role }) => who === command.who && role === "editor")
              ? accept({ type: "Granted", by: command.by, who: command.who, role: "editor" })
              : access.decide(command, rights),
        },
      }),
  },
  {
    bug: "the index takes a role from nobody who has a second one",
    law: "PR8",
    laws: () => [
      agrees(
        peopleByRoleSpec,
        {
          ...peopleByRole,
          evolve: (people, event) => {
            if (event.type !== "Revoked") return peopleByRole.evolve(people, event);
            const roles = Object.values(people).filter((all) => all.has(event.who));
            return roles.length > 1 ? people : peopleByRole.evolve(people, event);
          },
        },
        (people) => peopleByRoleSpec.answer?.(people),
      ),
    ],
  },
]);
