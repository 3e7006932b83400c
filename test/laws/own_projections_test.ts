import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { some } from "fp-ts/lib/Option.js";
import { describe, it } from "node:test";
import { adapt, compose } from "leftfold/decider";
import { describeLaws, logsOf, monoidLaws, projectionLaws, refines } from "leftfold/laws";
import * as V from "leftfold/view";
import type { AccountCommand, AccountEvent } from "../../examples/domains/bank_account/decider.ts";
import { accountSpec } from "../../examples/domains/bank_account/laws.ts";
import { cartSpec } from "../../examples/domains/cart/laws.ts";
import { secondThoughts } from "../../examples/domains/cart/second_thoughts.ts";

// What keeps views up to date, and what they are merged by, obeys the laws of the library too.

const accountCodec = accountSpec.codec!; // the specification has one
const cartCodec = cartSpec.codec!; // so has this one
const carts = logsOf(cartSpec);

describeLaws([
  ...projectionLaws({
    name: "a decider as a projection",
    view: V.ofRecords(accountSpec.decider),
    codec: accountCodec,
    logs: logsOf(accountSpec),
  }),
  ...projectionLaws({
    name: "a state for each stream",
    view: V.byStream(cartSpec.decider),
    codec: cartCodec,
    logs: carts,
  }),
  ...projectionLaws({
    name: "two views as one projection",
    view: V.ofRecords(V.product(cartSpec.decider)(secondThoughts)),
    codec: cartCodec,
    logs: carts,
  }),
  ...projectionLaws({
    name: "views under their names as a projection",
    view: V.ofRecords(V.productAll({ cart: cartSpec.decider, secondThoughts })),
    codec: cartCodec,
    logs: carts,
  }),
], { describe, it });

const merged = {
  empty: secondThoughts.initialState,
  concat: secondThoughts.merge,
};

describeLaws([
  ...monoidLaws({
    name: "states that merge",
    values: carts.map((log) => log.reduce(secondThoughts.evolve, secondThoughts.initialState)),
    monoid: merged,
  }),
], { describe, it });

type Twice<One> = E.Either<One, One>;
type Left<One> = E.Either<Twice<One>, One>;
type Right<One> = E.Either<One, Twice<One>>;

/** An address in the one grouping, for the place that it has in the other. */
function regrouped<One>(address: Left<One>): Right<One> {
  if (E.isRight(address)) return E.right(E.right(address.right));
  const { left } = address;
  return E.isLeft(left) ? left : E.right(E.left(left.right));
}

/** The way back. */
function ungrouped<One>(address: Right<One>): Left<One> {
  if (E.isLeft(address)) return E.left(address);
  const { right } = address;
  return E.isRight(right) ? right : E.left(E.right(right.left));
}

const account = accountSpec.decider;
const toTheLeft = compose(account)(compose(account)(account));
const toTheRight = compose(compose(account)(account))(account);
const anyCommand = accountSpec.noise ?? accountSpec.commands(account.initialState);
const addressed: fc.Arbitrary<Left<AccountCommand>> = anyCommand.chain((command) =>
  fc.constantFrom<Left<AccountCommand>>(
    E.left(E.left(command)),
    E.left(E.right(command)),
    E.right(command),
  )
);

describeLaws([
  refines(
    { name: "three side by side", decider: toTheLeft, commands: () => addressed },
    pipe(
      toTheRight,
      adapt({
        command: (command: Left<AccountCommand>) => some(regrouped(command)),
        eventIn: (event: Left<AccountEvent>) => some(regrouped(event)),
        eventOut: (event): Left<AccountEvent> => ungrouped(event),
      }),
    ),
  ),
], { describe, it });
