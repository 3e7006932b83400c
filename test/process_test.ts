import * as E from "fp-ts/lib/Either.js";
import { identity } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, decider, reject, replay } from "../src/decider.ts";
import * as P from "../src/process.ts";
import * as broken from "./support/broken_processes.ts";
import { law } from "./support/law.ts";

// A cascade: adding n asks for n - 1 at once, and for 1 later, as long as there is room.
type Event = { readonly type: "Added"; readonly n: number };
type Command = { readonly type: "Add"; readonly n: number };
const add = (n: number): Command => ({ type: "Add", n });
const room = 30;
const sum = decider({
  initialState: 0,
  decide: ({ n }: Command, total) =>
    total + n > room ? reject({ over: total + n - room }) : accept({ type: "Added", n }),
  evolve: (total, event: Event) => total + event.n,
});
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const cascade: P.Process<Event, Command, number> = {
  initialState: 0,
  evolve: (count, { n }) => count * 3 + n,
  react: (_, { n }) => n > 1 ? [add(n - 1), P.timer(`later-${n}`, at(n), add(1))] : [],
  resume: (count) => count % 2 ? [add(count)] : [],
};
const commands = fc.array(fc.nat(6).map(add), { maxLength: 8 });
const events = fc.array(fc.nat(6).map((n): Event => ({ type: "Added", n })));
const now = fc.option(fc.nat(8).map(at), { nil: undefined });
const drive: typeof P.drive = P.drive;

/** What can be seen of a process from outside: what it sends, and what it owes, after each event. */
function seen<Ev, C, S>(process: P.Process<Ev, C, S>, events: ReadonlyArray<Ev>): unknown {
  let state = process.initialState;
  return events.map((event) => {
    state = process.evolve(state, event);
    return { sent: process.react(state, event), owed: process.resume(state) };
  });
}

law<typeof P.adapt>("adapt: identity", P.adapt, {
  "sends less": broken.adaptTerse,
  "loses timers": broken.adaptTimerless,
}, (adapt) =>
  fc.property(events, (events) => {
    const same = adapt({ eventIn: (event: Event) => O.some(event), commandOut: identity<Command> })(
      cascade,
    );
    assert.deepEqual(seen(same, events), seen(cascade, events));
  }));

law<typeof P.adapt>(
  "adapt: composition",
  P.adapt,
  { "sends less": broken.adaptTerse },
  (adapt) =>
    fc.property(
      fc.array(fc.oneof(events.map((all) => all[0] ?? "noise"), fc.constant("noise" as const))),
      (heard) => {
        const eventIn = (outer: Event | "noise"): O.Option<Event> =>
          outer === "noise" ? O.none : O.some(outer);
        const text = ({ n }: Command): string => `add ${n}`;
        const shout = (words: string): string => words.toUpperCase();
        const inTwo = adapt({
          eventIn: (outer: Event | "noise") => O.some(outer),
          commandOut: shout,
        })(
          adapt({ eventIn, commandOut: text })(cascade),
        );
        const inOne = P.adapt({ eventIn, commandOut: (command: Command) => shout(text(command)) })(
          cascade,
        );
        assert.deepEqual(seen(inTwo, heard), seen(inOne, heard));
      },
    ),
);

const listed: P.Process<Event, Command, ReadonlyArray<number>> = {
  initialState: [],
  evolve: (all, { n }) => [...all, n],
  react: (all) => [add(all.length)],
  resume: (all) => all.map(add),
  isTerminal: (all) => all.length > 5,
};

law<typeof P.productAll>("productAll: projection and union", P.productAll, {
  "reacts backwards": broken.productAllReversed,
  "owes nothing": broken.productAllForgetful,
}, (productAll) =>
  fc.property(events, (events) => {
    const both = productAll({ cascade, listed });
    const states = replay(both)(events);
    assert.deepEqual(states, { cascade: replay(cascade)(events), listed: replay(listed)(events) });
    const last = events.at(-1);
    if (last === undefined) return;
    const isOver = states.listed.length > 5;
    const named = (sent: ReadonlyArray<Command | P.Timer<Command>>) =>
      sent.map((item) => P.isTimer(item) ? { ...item, id: `cascade/${item.id}` } : item);
    assert.deepEqual(both.react(states, last), [
      ...named(cascade.react(states.cascade, last)),
      ...isOver ? [] : listed.react(states.listed, last),
    ]);
    assert.deepEqual(both.resume(states), [
      ...cascade.resume(states.cascade),
      ...isOver ? [] : listed.resume(states.listed),
    ]);
  }));

law<typeof drive>("drive: threading", drive, {
  "decides follow-ups against the state it began with": broken.driveStale,
  "keeps the last event from the process": broken.driveDeaf,
}, (drive) =>
  fc.property(commands, now, commands, (first, now, second) => {
    const run = drive({ decider: sum, process: cascade });
    const moment = now === undefined ? {} : { now };
    const one = rested(run({ commands: first, ...moment }));
    const two = rested(run({ commands: second, ...moment }, one));
    const all = [...one.events, ...two.events];
    assert.equal(two.state, replay(sum)(all));
    assert.equal(two.todo, replay(cascade)(all));
    assert.ok(two.state <= room, "a follow-up was decided against an old state");
    for (const { rejection } of two.refusals) assert.ok(rejection.over > 0);
  }));

law<typeof drive>(
  "drive: rest",
  drive,
  { "fires timers again": broken.driveRinging },
  (drive) =>
    fc.property(commands, fc.nat(8), (commands, second) => {
      const run = drive({ decider: sum, process: cascade });
      const one = rested(run({ commands, now: at(second) }));
      const two = rested(run({ now: at(second) }, one));
      assert.deepEqual(two, { ...one, events: [], refusals: [] });
      for (const timer of two.timers) assert.ok(timer.at > at(second), "a due timer has not fired");
    }),
);

describe("drive", () => {
  const ping = decider({
    initialState: 0,
    decide: (command: "ping" | "pong" | "start") => accept(command),
    evolve: (count, _: "ping" | "pong" | "start") => count + 1,
  });
  const rally = P.processManager({
    initialState: 0,
    evolve: (count, _: "ping" | "pong" | "start") => count + 1,
    react: (_, event): ReadonlyArray<"ping" | "pong"> => [event === "ping" ? "pong" : "ping"],
    resume: () => [],
  });
  it("ends within its bound, and shows the cycle", () => {
    const answer = P.drive({ decider: ping, process: rally, stepsMax: 10 })({
      commands: ["start"],
    });
    assert.deepEqual(answer, E.left({ _tag: "Endless", stepsMax: 10, cycle: ["pong", "ping"] }));
  });
  it("decides as many commands as its bound allows", () => {
    const silent = { ...rally, react: () => [] };
    const run = P.drive({ decider: ping, process: silent, stepsMax: 3 });
    assert.equal(run({ commands: ["ping", "ping", "ping"] })._tag, "Right");
    assert.equal(run({ commands: ["ping", "ping", "ping", "ping"] })._tag, "Left");
  });
  it("shows at most 16 commands of a chain without a cycle", () => {
    const count = decider({
      initialState: 0,
      decide: (n: number) => accept(n),
      evolve: (_, n: number) => n,
    });
    const next = P.processManager({
      initialState: 0,
      evolve: (_, n: number) => n,
      react: (n) => [n + 1],
      resume: () => [],
    });
    const answer = P.drive({ decider: count, process: next, stepsMax: 100 })({ commands: [0] });
    assert.deepEqual(
      answer,
      E.left({
        _tag: "Endless",
        stepsMax: 100,
        cycle: Array.from({ length: 16 }, (_, n) => 84 + n),
      }),
    );
  });
  it("finds the cycle of timers that set themselves again", () => {
    const ringing = { ...rally, react: () => [P.timer("t", at(1), "ping" as const)] };
    const answer = P.drive({ decider: ping, process: ringing, stepsMax: 9 })({
      commands: ["ping"],
      now: at(1),
    });
    assert.deepEqual(answer, E.left({ _tag: "Endless", stepsMax: 9, cycle: ["ping"] }));
  });
  it("fires due timers in order, the later ones not, and each after the one before is at rest", () => {
    const words = decider({
      initialState: "",
      decide: (word: string) => accept(word),
      evolve: (text, word: string) => text + word,
    });
    const set = P.processManager({
      initialState: "",
      evolve: (text, word: string) => text + word,
      react: (_, word) =>
        word === "go"
          ? [
            P.timer("z", at(1), "b"),
            P.timer("c", at(2), "c"),
            P.timer("a", at(1), "a"),
            P.timer("l", at(9), "late"),
            P.timer("c", at(3), "d"),
          ]
          : word === "a"
          ? ["!"]
          : [],
      resume: () => [],
    });
    const run = P.drive({ decider: words, process: set });
    const early = rested(run({ commands: ["go"] }));
    assert.deepEqual(early.events, ["go"]);
    const later = rested(run({ now: at(3) }, early));
    assert.deepEqual(later.events, ["a", "!", "b", "d"]);
    assert.deepEqual(later.timers, [P.timer("l", at(9), "late")]);
  });
  it("calls for nothing, and drops timers, once the process is over", () => {
    const once = P.processManager({
      initialState: 0,
      evolve: (count, _: "ping" | "pong" | "start") => count + 1,
      react: (): ReadonlyArray<"pong" | P.Timer<"pong">> => ["pong", P.timer("t", at(1), "pong")],
      resume: () => [],
      isTerminal: (count) => count > 1,
    });
    const rest = rested(
      P.drive({ decider: ping, process: once })({ commands: ["start"], now: at(0) }),
    );
    assert.deepEqual(rest.events, ["start", "pong"]);
    assert.deepEqual(rest.timers, []);
  });
  it("goes on after a rejection, and tells of it", () => {
    const rest = rested(
      P.drive({ decider: sum, process: { ...cascade, react: () => [] } })({
        commands: [add(40), add(2)],
      }),
    );
    assert.deepEqual(rest.refusals, [{ command: add(40), rejection: { over: 10 } }]);
    assert.equal(rest.state, 2);
  });
  it("takes a bound that is none for a defect", () => {
    assert.throws(
      () => P.drive({ decider: ping, process: rally, stepsMax: 0 }),
      /stepsMax 0: wanted/,
    );
  });
});

/** Where it came to rest; these never go on without end. */
function rested<L, R>(answer: E.Either<L, R>): R {
  assert.equal(answer._tag, "Right", JSON.stringify(answer));
  return (answer as E.Right<R>).right;
}
