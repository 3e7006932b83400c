import * as E from "fp-ts/lib/Either.js";
import { identity, pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import * as D from "../src/decider.ts";
import * as broken from "./support/broken_deciders.ts";
import { law } from "./support/law.ts";
import {
  mapSeen,
  type Seen,
  tank,
  type TankCommand,
  tankCommand,
  tankCommands,
  type TankEvent,
  tankEvent,
  type TankRejection,
  trace,
} from "./support/tank.ts";

const side = fc.oneof(tankCommand.map((c) => E.left(c)), tankCommand.map((c) => E.right(c)));
const events = fc.array(tankEvent);

law<typeof D.compose>("compose: unit", D.compose, {
  "decides against the initial state": broken.composeForgetful,
  "ends when one side does": broken.composeImpatient,
}, (compose) =>
  fc.property(tankCommands, (commands) => {
    const onLeft = trace(compose(D.neutral)(tank), commands.map((c) => E.left(c)));
    const onRight = trace(compose(tank)(D.neutral), commands.map((c) => E.right(c)));
    assert.deepEqual(mapSeen(onLeft, E.toUnion), trace(tank, commands));
    assert.deepEqual(mapSeen(onRight, E.toUnion), trace(tank, commands));
  }));

type Three<T> = E.Either<E.Either<T, T>, T>;
const regrouped = <T>(value: Three<T>): E.Either<T, E.Either<T, T>> =>
  E.isRight(value)
    ? E.right(value)
    : E.isRight(value.left)
    ? E.right(E.left(value.left.right))
    : value.left;

law<typeof D.compose>("compose: associativity", D.compose, {
  "tells both sides": broken.composeLeaking,
}, (compose) =>
  fc.property(
    fc.array(fc.oneof(side.map((c) => E.left(c)), tankCommand.map((c) => E.right(c)))),
    (commands: ReadonlyArray<Three<TankCommand>>) => {
      const leftFirst = trace(compose(tank)(compose(tank)(tank)), commands);
      const rightFirst = trace(compose(compose(tank)(tank))(tank), commands.map(regrouped));
      assert.deepEqual(mapSeen(leftFirst, regrouped), rightFirst);
    },
  ));

law<typeof D.compose>(
  "compose: locality",
  D.compose,
  { "tells both sides": broken.composeLeaking },
  (compose) =>
    fc.property(
      fc.array(fc.oneof(tankEvent.map((e) => E.left(e)), tankEvent.map((e) => E.right(e))), {
        minLength: 1,
      }),
      (events) => {
        const both = compose(tank)(tank);
        let state = both.initialState;
        for (const event of events) {
          const after = both.evolve(state, event);
          if (E.isLeft(event)) assert.equal(after[1], state[1]);
          else assert.equal(after[0], state[0]);
          state = after;
        }
      },
    ),
);

type Pair = (left: typeof tank, right: typeof tank) => D.Decider<
  D.Keyed<"l", TankCommand> | D.Keyed<"r", TankCommand>,
  D.Keyed<"l", TankEvent> | D.Keyed<"r", TankEvent>,
  { readonly l: D.StateOf<typeof tank>; readonly r: D.StateOf<typeof tank> },
  TankRejection
>;
const pair: Pair = (l, r) => D.composeAll({ l, r });
const pairLeaking: Pair = (l, r) => ({
  ...pair(l, r),
  evolve: (states, event) => pair(l, r).evolve(pair(l, r).evolve(states, ["l", event[1]]), event),
});
const pairForgetful: Pair = (l, r) => ({
  ...pair(l, r),
  decide: (command) => pair(l, r).decide(command, pair(l, r).initialState),
});
const address = fc.constantFrom("l" as const, "r" as const);

law<Pair>(
  "composeAll: single part",
  pair,
  { "decides against the initial state": pairForgetful },
  (pair) =>
    fc.property(address, tankCommands, (key, commands) => {
      const seen = trace(pair(tank, tank), commands.map((command) => [key, command] as const));
      assert.deepEqual(
        answers(mapSeen(seen, ([, event]) => event)),
        answers(trace(tank, commands)),
      );
    }),
);

law<Pair>(
  "composeAll: locality",
  pair,
  { "tells every part": pairLeaking },
  (pair) =>
    fc.property(fc.array(fc.tuple(address, tankEvent)), (events) => {
      let state = pair(tank, tank).initialState;
      for (const [key, event] of events) {
        const after = pair(tank, tank).evolve(state, [key, event]);
        const other = key === "l" ? "r" : "l";
        assert.equal(after[other], state[other]);
        state = after;
      }
    }),
);

const keys = fc.constantFrom("a", "b", "__proto__", "");

law<typeof D.many>(
  "many: single key",
  D.many,
  { "begins anew": broken.manyForgetful },
  (many) =>
    fc.property(keys, tankCommands, (key, commands) => {
      const seen = trace(many(tank), commands.map((command) => [key, command] as const));
      assert.deepEqual(
        answers(mapSeen(seen, ([, event]) => event)),
        answers(trace(tank, commands)),
      );
    }),
);

law<typeof D.many>(
  "many: locality",
  D.many,
  { "tells every instance": broken.manyShared },
  (many) =>
    fc.property(fc.array(fc.tuple(keys, tankEvent)), (events) => {
      let state = many(tank).initialState;
      for (const [key, event] of events) {
        const after = many(tank).evolve(state, [key, event]);
        for (const [other, before] of state) {
          if (other !== key) assert.equal(after.get(other), before);
        }
        state = after;
      }
    }),
);

type Adapt = typeof D.adapt;
const same = { command: O.some, eventIn: O.some, eventOut: identity };

law<Adapt>(
  "adapt: identity",
  D.adapt,
  { "emits less": broken.adaptLossy },
  (adapt) =>
    fc.property(tankCommands, (commands) => {
      const adapted = adapt<TankCommand, TankEvent, TankCommand, TankEvent>(same)(tank);
      assert.deepEqual(trace(adapted, commands), trace(tank, commands));
    }),
);

interface Boxed<T> {
  readonly box: T;
}
const boxed = <C, Ev>(): D.Adapter<C, Ev, Boxed<C> | "noise", Boxed<Ev> | "noise"> => ({
  command: (outer) => outer === "noise" ? O.none : O.some(outer.box),
  eventIn: (outer) => outer === "noise" ? O.none : O.some(outer.box),
  eventOut: (inner) => ({ box: inner }),
});
const twice: D.Adapter<
  TankCommand,
  TankEvent,
  Boxed<Boxed<TankCommand> | "noise"> | "noise",
  Boxed<Boxed<TankEvent> | "noise"> | "noise"
> = {
  command: (outer) =>
    pipe(
      boxed<Boxed<TankCommand> | "noise", never>().command(outer),
      O.flatMap(boxed<TankCommand, never>().command),
    ),
  eventIn: (outer) =>
    pipe(
      boxed<never, Boxed<TankEvent> | "noise">().eventIn(outer),
      O.flatMap(boxed<never, TankEvent>().eventIn),
    ),
  eventOut: (inner) => ({ box: { box: inner } }),
};
const noisy = fc.array(fc.oneof(
  { weight: 4, arbitrary: tankCommand.map((box) => ({ box: { box } })) },
  { weight: 1, arbitrary: fc.constant({ box: "noise" as const }) },
  { weight: 1, arbitrary: fc.constant("noise" as const) },
));

law<Adapt>(
  "adapt: composition",
  D.adapt,
  { "emits less in the outer layer": lossyOutside },
  (adapt) =>
    fc.property(noisy, (commands) => {
      const inner = adapt(boxed<TankCommand, TankEvent>())(tank);
      const outer = adapt(boxed<Boxed<TankCommand> | "noise", Boxed<TankEvent> | "noise">())(inner);
      assert.deepEqual(trace(outer, commands), trace(D.adapt(twice)(tank), commands));
    }),
);

law<Adapt>("adapt: what is not addressed to it changes nothing", D.adapt, {
  "resets the state": broken.adaptResetting,
}, (adapt) =>
  fc.property(events, (events) => {
    const adapted = adapt(boxed<TankCommand, TankEvent>())(tank);
    const heard = events.flatMap((box) => ["noise" as const, { box }, "noise" as const]);
    assert.deepEqual(D.replay(adapted)(heard), D.replay(tank)(events));
  }));

const deafToSeals: D.Adapter<TankCommand, TankEvent, TankCommand, TankEvent> = {
  ...same,
  eventIn: (event) => event.type === "Sealed" ? O.none : O.some(event),
};
law<D.Adapter<TankCommand, TankEvent, TankCommand, TankEvent>>("adapt: replay safety", same, {
  "an adapter forgets events": deafToSeals,
}, (adapter) =>
  fc.property(tankEvent, (event) => {
    assert.deepEqual(adapter.eventIn(adapter.eventOut(event)), O.some(event));
  }));

const say = (rejection: TankRejection): string => JSON.stringify(rejection);
const shout = (text: string): string => text.toUpperCase();

law<typeof D.mapRejection>("mapRejection: identity and composition", D.mapRejection, {
  "forgets to map": () => identity as never,
}, (mapRejection) =>
  fc.property(tankCommands, (commands) => {
    const mapped = pipe(tank, mapRejection((r: TankRejection) => r));
    assert.deepEqual(trace(mapped, commands), trace(tank, commands));
    const inTwo = pipe(tank, mapRejection(say), mapRejection(shout));
    const inOne = pipe(tank, D.mapRejection((r) => shout(say(r))));
    assert.deepEqual(trace(inTwo, commands), trace(inOne, commands));
  }));

const overwriting: typeof D.orElse = (recover) => (decider) => ({
  ...decider,
  decide: (command, state) => {
    const decision = decider.decide(command, state);
    // The bug is in what is emitted, not in its type.
    const answer = E.isLeft(decision)
      ? recover(decision.left, command, state)
      : E.right(decision.right.slice(1));
    return answer as never;
  },
});
law<typeof D.orElse>("orElse: identity and acceptance", D.orElse, {
  "changes what was accepted": overwriting,
}, (orElse) =>
  fc.property(tankCommands, (commands) => {
    const rejecting = orElse((r: TankRejection): D.Decision<TankEvent, TankRejection> =>
      D.reject(r)
    );
    assert.deepEqual(trace(rejecting(tank), commands), trace(tank, commands));
    const accepting = orElse((_: TankRejection): D.Decision<TankEvent> => D.accept())(tank);
    for (const { answer } of trace(accepting, commands)) assert.equal(answer._tag, "Right");
  }));

test("orElse is told of the rejection, the command and the state", () => {
  const heard: Array<unknown> = [];
  const queueing = D.orElse((...all: [TankRejection, TankCommand, unknown]) => {
    heard.push(...all);
    return D.accept({ type: "Warned" });
  })(tank);
  const full = { litres: 9, sealed: false };
  assert.deepEqual(
    queueing.decide({ type: "Fill", litres: 3 }, full),
    D.accept({ type: "Warned" }),
  );
  assert.deepEqual(heard, [{ overflow: 2 }, { type: "Fill", litres: 3 }, full]);
});

law<typeof D.transact>("transact: single", D.transact, {
  "emits the last event only": broken.transactLossy,
}, (transact) =>
  fc.property(tankCommands, (commands) => {
    assert.deepEqual(trace(transact(tank), commands.map((c) => [c])), trace(tank, commands));
  }));

law<typeof D.transact>("transact: concatenation", D.transact, {
  "decides against the state before the first": broken.transactStale,
}, (transact) =>
  fc.property(tankCommands, tankCommands, (xs, ys) => {
    const whole = transact(tank).decide([...xs, ...ys], tank.initialState);
    const first = transact(tank).decide(xs, tank.initialState);
    const both = pipe(
      first,
      E.flatMap((before) =>
        pipe(
          transact(tank).decide(ys, D.replay(tank)(before)),
          E.map((after) => [...before, ...after]),
        )
      ),
    );
    assert.deepEqual(whole, both);
  }));

law<typeof D.transact>("transact: all or nothing", D.transact, {
  "keeps what came before": broken.transactPartial,
  "decides against the state before the first": broken.transactStale,
}, (transact) =>
  fc.property(tankCommands, (commands) => {
    const firstNo = trace(tank, commands).find(({ answer }) => E.isLeft(answer));
    const answer = transact(tank).decide(commands, tank.initialState);
    if (firstNo === undefined) assert.equal(answer._tag, "Right");
    else assert.deepEqual(answer, firstNo.answer);
  }));

law<typeof D.replay>("replay: monoid action", D.replay, {
  "begins at the start": broken.replayFromStart,
  "skips the first event": broken.replayLate,
}, (replay) =>
  fc.property(events, events, (xs, ys) => {
    assert.deepEqual(replay(tank)([...xs, ...ys]), replay(tank)(ys, replay(tank)(xs)));
    assert.deepEqual(replay(tank)([], replay(tank)(xs)), D.replay(tank)(xs));
  }));

const talkative: typeof tank = {
  ...tank,
  decide: (command, state) =>
    command.type === "Check" ? D.accept({ type: "Warned" }) : tank.decide(command, state),
};
law<typeof tank>(
  "silence",
  tank,
  { "a sealed tank warns": talkative },
  (decider) =>
    fc.property(tankCommands, (commands) => {
      let isOver = false;
      for (const { answer, isOver: after } of trace(decider, commands)) {
        if (isOver && E.isRight(answer)) assert.deepEqual(answer.right, []);
        isOver = after;
      }
    }),
);

describe("decider", () => {
  it("gives a state of undefined to replay, if asked to begin there", () => {
    const last = {
      initialState: 1 as number | undefined,
      evolve: (_: number | undefined, n: number) => n,
    };
    assert.equal(D.replay(last)([], undefined), undefined);
    assert.equal(D.replay(last)([]), 1);
  });
  it("is terminal only where all sides are", () => {
    const forever = { initialState: 0, decide: (_: string) => D.accept(), evolve: () => 0 };
    const over = { litres: 0, sealed: true };
    assert.equal(D.compose(tank)(tank).isTerminal?.([over, tank.initialState]), false);
    assert.equal(D.composeAll({ tank }).isTerminal?.({ tank: over }), true);
    const endless = [D.compose(forever)(tank), D.composeAll({ tank, forever }), D.many(tank)];
    assert(endless.every(({ isTerminal }) => isTerminal === undefined));
  });
});

/** `many` and `composeAll` end otherwise than what they are made of. */
function answers<Event, Rejection>(seen: ReadonlyArray<Seen<Event, Rejection>>): unknown {
  return seen.map(({ answer }) => answer);
}

/** Loses events where `noise` is spoken, as the outer of two adapters only. */
function lossyOutside<C, Ev, OC, OE>(
  adapter: D.Adapter<C, Ev, OC, OE>,
): ReturnType<typeof D.adapt<C, Ev, OC, OE>> {
  return broken.adaptLossy(adapter);
}
