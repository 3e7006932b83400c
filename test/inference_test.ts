/**
 * What the compiler infers without a type argument. A wrong line here does not compile.
 *
 * @module
 */
import { pipe } from "fp-ts/lib/function.js";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as C from "../src/codec.ts";
import * as D from "../src/decider.ts";
import * as V from "../src/view.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

/** Compiles if the two types are one. */
function same<A, B>(..._: Same<A, B> extends true ? [] : [never]): void {}

const events = C.eventCodec({
  ShowOpened: C.schema(1, t.type({ seats: t.number })),
  SeatsBooked: C.schema(1, t.type({ guest: t.string, seats: t.number })),
});
type ShowEvent = C.EventOf<typeof events>;
type ShowCommand =
  | { type: "OpenShow"; show: string; seats: number }
  | { type: "BookSeats"; show: string; guest: string; seats: number };
const show = D.decider({
  initialState: 0,
  decide: (command: ShowCommand, free) => {
    switch (command.type) {
      case "OpenShow":
        return D.accept({ type: "ShowOpened", seats: command.seats });
      case "BookSeats":
        return command.seats > free
          ? D.reject({ reason: "SoldOut", free })
          : D.accept({ type: "SeatsBooked", guest: command.guest, seats: command.seats });
    }
  },
  evolve: (free, e: ShowEvent) => e.type === "ShowOpened" ? e.seats : free - e.seats,
});
type SoldOut = { readonly reason: "SoldOut"; readonly free: number };
const door = D.decider({
  initialState: false,
  decide: (command: "open" | "close") =>
    D.accept(command === "open" ? { type: "Opened" } : { type: "Closed" }),
  evolve: (_isOpen, event: { type: "Opened" } | { type: "Closed" }) => event.type === "Opened",
});

describe("inferred is", () => {
  it("the union of a codec, flat", () => {
    same<
      ShowEvent,
      | { readonly type: "ShowOpened"; readonly seats: number }
      | { readonly type: "SeatsBooked"; readonly guest: string; readonly seats: number }
    >();
    assert.deepEqual(events.types, ["ShowOpened", "SeatsBooked"]);
  });
  it("a decider, its rejection exact", () => {
    same<typeof show, D.Decider<ShowCommand, ShowEvent, number, SoldOut>>();
    assert.equal(
      show.decide({ type: "BookSeats", show: "h", guest: "Ada", seats: 1 }, 0)._tag,
      "Left",
    );
  });
  it("a decider whose `decide` takes no state", () => {
    same<D.EventFolded<typeof door>, { type: "Opened" } | { type: "Closed" }>();
    assert.equal(door.evolve(false, { type: "Opened" }), true);
  });
  it("a state that is a union, and rejections of two shapes", () => {
    type State = { status: "none" } | { status: "open"; n: number };
    const initialState: State = { status: "none" };
    const two = D.decider({
      initialState,
      decide: (_: "go", state) => state.status === "none" ? D.reject("X") : D.reject({ y: 1 }),
      evolve: (_state: State, event: { type: "E"; n: number }): State => ({
        status: "open",
        n: event.n,
      }),
    });
    same<D.StateOf<typeof two>, State>();
    same<D.RejectionOf<typeof two>, "X" | { readonly y: 1 }>();
    assert.deepEqual(two.decide("go", initialState), D.reject("X"));
  });
  it("a pipe of combinators", () => {
    const all = pipe(show, D.transact, D.many, D.mapRejection((r) => ({ code: 409, r })));
    same<D.CommandOf<typeof all>, D.Keyed<string, ReadonlyArray<ShowCommand>>>();
    same<D.EventFolded<typeof all>, D.Keyed<string, ShowEvent>>();
    same<D.StateOf<typeof all>, D.Instances<number>>();
    same<D.RejectionOf<typeof all>, { readonly code: 409; readonly r: SoldOut }>();
    assert.equal(all.initialState.get("hamlet"), 0);
  });
  it("a record of deciders, and the codec that fits it", () => {
    const both = D.composeAll({ show, foyer: show });
    const codec = C.composeAll({ show: events, foyer: events });
    same<C.EventOf<typeof codec>, D.EventFolded<typeof both>>();
    same<
      C.TypeIn<C.EventOf<typeof codec>>,
      "show.ShowOpened" | "show.SeatsBooked" | "foyer.ShowOpened" | "foyer.SeatsBooked"
    >();
    assert.deepEqual(both.initialState, { show: 0, foyer: 0 });
  });
  it("a view of some events, for each key, told of records", () => {
    const bookings = events.only("SeatsBooked");
    const seats = V.view({
      initialState: 0,
      evolve: (sum, event: C.EventOf<typeof bookings>) => sum + event.seats,
    });
    const byGuest = pipe(seats, V.many((event) => event.guest), V.ofRecords);
    same<V.StateOf<typeof byGuest>, V.Instances<number>>();
    assert.equal(byGuest.initialState.get("Ada"), 0);
  });
  it("a union that is written by hand, and compared", () => {
    type DoorEvent = { readonly type: "Opened"; readonly by: string } | { readonly type: "Closed" };
    const doorEvents: C.EventCodec<DoorEvent> = C.eventCodec({
      Opened: C.schema(1, t.type({ by: t.string })),
      Closed: C.schema(1),
    });
    const written: D.Decider<"open" | "close", DoorEvent, boolean, "AlreadySo"> = {
      initialState: false,
      decide: (command, isOpen) =>
        isOpen === (command === "open")
          ? D.reject("AlreadySo")
          : D.accept(isOpen ? { type: "Closed" } : { type: "Opened", by: "Ada" }),
      evolve: (_isOpen, event) => event.type === "Opened",
    };
    assert.equal(doorEvents.encode({ type: "Closed" })._tag, written.decide("open", false)._tag);
  });
});
