/**
 * A view, and bugs that are planted in it.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { agrees, interleave, type Law, viewLaws, type ViewSpec } from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

interface Sold {
  readonly type: "Sold" | "Returned" | "Noted";
  readonly show: string;
  readonly seats: number;
}
interface Sales {
  readonly seats: number;
  readonly shows: Readonly<Record<string, number>>;
  readonly known: ReadonlyArray<string>;
}
type Spec = ViewSpec<Sold, Sales>;

const logOf = (show: string): fc.Arbitrary<ReadonlyArray<Sold>> =>
  fc.array(
    fc.record({
      type: fc.constantFrom("Sold" as const, "Returned" as const, "Noted" as const),
      show: fc.constant(show),
      seats: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 8 },
  );

const added = (shows: Sales["shows"], show: string, seats: number): Sales["shows"] => ({
  ...shows,
  [show]: (shows[show] ?? 0) + seats,
});

/** Seats sold, in all and by show, and the shows in the order of the alphabet. */
const good: Spec["view"] = {
  initialState: { seats: 0, shows: {}, known: [] },
  evolve: (state, { type, show, seats }) => {
    if (type === "Noted") return state;
    const signed = type === "Sold" ? seats : -seats;
    return {
      seats: state.seats + signed,
      shows: added(state.shows, show, signed),
      known: state.known.includes(show) ? state.known : [...state.known, show].sort(),
    };
  },
};

const spec: Spec = {
  name: "sales",
  view: good,
  logs: interleave(logOf("hamlet"), logOf("lear"), logOf("macbeth")),
  state: t.strict({
    seats: t.number,
    shows: t.record(t.string, t.number),
    known: t.readonlyArray(t.string),
  }),
  invariants: {
    "the shows add up": ({ seats, shows }) =>
      seats === Object.values(shows).reduce((sum, one) => sum + one, 0),
  },
  ignores: ({ type }) => type === "Noted",
  streamOf: ({ show }) => show,
  merge: (earlier, later) => ({
    seats: earlier.seats + later.seats,
    shows: Object.entries(later.shows)
      .reduce((shows, [show, seats]) => added(shows, show, seats), earlier.shows),
    known: [...new Set([...earlier.known, ...later.known])].sort(),
  }),
};

/** The laws of the view with another evolve. */
function evolving(
  change: (state: Sales, event: Sold, then: Sales) => Sales,
  rest: Partial<Spec> = {},
): () => ReadonlyArray<Law> {
  return () => {
    const initialState = structuredClone(good.initialState);
    const evolve: Spec["view"]["evolve"] = (state, event) =>
      change(state, event, good.evolve(state, event));
    return viewLaws({ ...spec, ...rest, view: { initialState, evolve } });
  };
}

function wrongly<Value>(value: unknown): Value {
  return value as Value; // the bug
}

const chance = Math.random;
const now = Date.now;
// Nothing of the claims, for bugs that break them as well.
const { streamOf: _, merge: __, ...plain } = spec;

/** The laws of the view without its claims. */
function plainly(change: Parameters<typeof evolving>[0]): () => ReadonlyArray<Law> {
  return () => {
    const initialState = structuredClone(good.initialState);
    const evolve: Spec["view"]["evolve"] = (state, event) =>
      change(state, event, good.evolve(state, event));
    return viewLaws({ ...plain, view: { initialState, evolve } });
  };
}

export const brokenViews: ReadonlyArray<Planted> = [
  {
    bug: "the state has a number of a reference to Math.random",
    law: "PR1/replay",
    laws: plainly((_, { type }, then) =>
      type === "Sold" ? { ...then, known: [String(chance())] } : then
    ),
  },
  {
    bug: "the state has the time of a reference to Date.now",
    law: "PR1/replay",
    laws: plainly((_, { type }, then) =>
      type === "Sold" ? { ...then, known: [String(now())] } : then
    ),
  },
  {
    bug: "what was seen last is kept beside the state",
    law: "PR1/isolation",
    laws: () => {
      let last = "";
      return plainly((state, { type }, then) => {
        if (state.known.length === 0) last = "";
        const isAgain = last === type;
        last = type;
        return isAgain && type === "Sold" ? { ...then, known: [...then.known, "again"] } : then;
      })();
    },
    isOnly: true,
  },
  {
    bug: "the shows are sorted in place",
    law: "PR1/writing",
    laws: plainly((state, { type }, then) => {
      if (type === "Sold") wrongly<string[]>(state.known).sort();
      return then;
    }),
    isOnly: true,
  },
  {
    bug: "the first field tells the kind",
    law: "PR1/fields",
    laws: plainly((state, event, then) =>
      Object.keys(event)[0] === "type" || event.type === "Noted" ? then : state
    ),
    isOnly: true,
  },
  {
    bug: "the day is that of the machine",
    law: "PR1/zone",
    laws: plainly((_, { type, seats }, then) =>
      type === "Sold"
        ? { ...then, known: [String(new Date(1_700_000_000_000 + seats).getHours())] }
        : then
    ),
    isOnly: true,
  },
  {
    bug: "the time is asked, and makes no difference yet",
    law: "PR1/platform",
    laws: plainly((state, _, then) => Date.now() > 0 ? then : state),
    isOnly: true,
  },
  {
    bug: "there is no case for one event",
    law: "PR1/total",
    laws: plainly((_, { type }, then) => type === "Returned" ? wrongly(undefined) : then),
  },
  {
    bug: "evolve throws at an event that it does not know",
    law: "PR1/total",
    laws: plainly((_, { type }, then) => {
      if (type === "Noted") throw new Error("unknown event");
      return then;
    }),
  },
  {
    bug: "evolve is a function that waits",
    law: "PR1/total",
    laws: plainly((_, __, then) => wrongly(Promise.resolve(then))),
  },
  {
    bug: "a field is kept in the state that its shape does not know",
    law: "PR3",
    laws: plainly((state, { type }, then) =>
      type === "Sold" ? wrongly({ ...then, count: countIn(state) + 1 }) : then
    ),
    isOnly: true,
  },
  {
    bug: "a return is counted in the sum only",
    law: "PR11/the shows add up",
    laws: plainly((state, { type }, then) =>
      type === "Returned" ? { ...then, shows: state.shows } : then
    ),
    isOnly: true,
  },
  {
    bug: "every event counts, also one that does not concern it",
    law: "PR7",
    laws: plainly((_, { type, show }, then) =>
      type === "Noted" ? { ...then, known: [...then.known, show] } : then
    ),
    isOnly: true,
  },
  {
    bug: "a view that adds up is said to count once",
    law: "PR4",
    laws: () => viewLaws({ ...spec, countsOnce: true }),
    isOnly: true,
  },
  {
    bug: "the show that sold first is named",
    law: "PR6",
    laws: () => {
      const { merge: _, ...rest } = spec;
      const evolve: Spec["view"]["evolve"] = (state, event) => {
        const then = good.evolve(state, event);
        return state.known.length === 0 ? then : { ...then, known: state.known };
      };
      return viewLaws({ ...rest, view: { ...good, evolve } });
    },
    isOnly: true,
  },
  {
    bug: "the sum of the later stretch is forgotten when they are merged",
    law: "PR9",
    laws: () =>
      viewLaws({
        ...spec,
        merge: (earlier, later) => ({ ...spec.merge!(earlier, later), seats: earlier.seats }),
      }),
    isOnly: true,
  },
  {
    bug: "a new version forgets returns",
    law: "PR8",
    laws: () => {
      const evolve: Spec["view"]["evolve"] = (state, event) =>
        event.type === "Returned" ? state : good.evolve(state, event);
      return [...viewLaws(spec), agrees(spec, { ...good, evolve }, (state) => state)];
    },
    isOnly: true,
  },
];

function countIn(state: object): number {
  return "count" in state ? Number(state.count) : 0;
}
