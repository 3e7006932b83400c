/**
 * Access control: who may do what, by whose word, and never without somebody who can mend it.
 *
 * Its rules are not about one field but about the whole past: each right goes back to somebody who
 * was an administrator when they gave it. Such a rule cannot be read off a state. It is an invariant
 * over the history, and the law follows each right to where it came from.
 *
 * @module
 */
import * as Eq from "fp-ts/lib/Eq.js";
import * as RA from "fp-ts/lib/ReadonlyArray.js";
import * as S from "fp-ts/lib/string.js";
import * as t from "io-ts";
import { accept, type Decider, eventCodec, reject, schema, type TaggedEventCodec } from "leftfold";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What somebody may do. */
export type Role = "admin" | "editor" | "reader";

/** That somebody has a role. */
export interface Right {
  readonly who: string;
  readonly role: Role;
}

/** What somebody asks for; `by` is who asks. */
export type AccessCommand =
  | { readonly type: "Found"; readonly by: string }
  | {
    readonly type: "Grant" | "Revoke";
    readonly by: string;
    readonly who: string;
    readonly role: Role;
  };

/** What happens to rights. */
export type AccessEvent =
  | { readonly type: "Founded"; readonly by: string }
  | {
    readonly type: "Granted" | "Revoked";
    readonly by: string;
    readonly who: string;
    readonly role: Role;
  };

/** The rights that there are, each once. Before it is founded there is none. */
export type Rights = ReadonlyArray<Right>;

/** Why not. */
export type AccessRejection =
  | { readonly reason: "FoundedBefore" }
  | { readonly reason: "NotAdmin"; readonly by: string }
  | { readonly reason: "LastAdmin"; readonly who: string };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

const eqRight: Eq.Eq<Right> = Eq.struct({ who: S.Eq, role: S.Eq });
const has = RA.elem(eqRight);

/** The rights of one organisation. */
export const access: Decider<AccessCommand, AccessEvent, Rights, AccessRejection> = {
  initialState: [],
  decide: (command, rights) => {
    const { by } = command;
    if (command.type === "Found") {
      return rights.length === 0
        ? accept({ type: "Founded", by })
        : reject({ reason: "FoundedBefore" });
    }
    if (!has({ who: by, role: "admin" })(rights)) return reject({ reason: "NotAdmin", by });
    const right = { who: command.who, role: command.role };
    const isThere = has(right)(rights);
    switch (command.type) {
      case "Grant":
        return isThere ? accept() : accept({ type: "Granted", by, ...right });
      case "Revoke":
        if (!isThere) return accept();
        return right.role === "admin" && admins(rights).length === 1
          ? reject({ reason: "LastAdmin", who: right.who })
          : accept({ type: "Revoked", by, ...right });
    }
  },
  evolve: (rights, event) => {
    switch (event.type) {
      case "Founded":
        return [...rights, { who: event.by, role: "admin" }];
      case "Granted":
        return [...rights, { who: event.who, role: event.role }];
      case "Revoked":
        return rights.filter((right) => !eqRight.equals(right, event));
    }
  },
};

const given = t.type({
  by: t.string,
  who: t.string,
  role: t.keyof({ admin: null, editor: null, reader: null }),
});

/** The names, the checks and the stored form of the events. */
export const accessEvents: TaggedEventCodec<AccessEvent> = eventCodec({
  Founded: schema(1, t.type({ by: t.string })),
  Granted: schema(1, given),
  Revoked: schema(1, given),
});

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Who may give and take rights. */
export function admins(rights: Rights): ReadonlyArray<string> {
  return rights.filter(({ role }) => role === "admin").map(({ who }) => who);
}
