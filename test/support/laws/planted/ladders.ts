/**
 * A ladder of versions, and bugs that are planted in it.
 *
 * @module
 */
import * as fc from "fast-check";
import * as t from "io-ts";
import { became, type EventCodec, eventCodec, schema } from "../../../../src/codec.ts";
import { evolutionLaws, type EvolutionSpec, type Law } from "../../../../src/laws/mod.ts";
import type { Planted } from "../planted.ts";

type Event =
  | { readonly type: "Booked"; readonly guest: string; readonly seats: number }
  | { readonly type: "Left"; readonly guest: string }
  | { readonly type: "Came"; readonly guest: string };
type Spec = EvolutionSpec<Event>;
interface Versions {
  /** What version 1 became in version 2, and version 2 in version 3. */
  readonly one: (data: { readonly name: string }) => { readonly guest: string };
  readonly two: (
    data: { readonly guest: string },
  ) => { readonly guest: string; readonly seats: number };
  readonly swapped: (data: { readonly from: string; readonly to: string }) => ReadonlyArray<Event>;
}

const right: Versions = {
  one: ({ name }) => ({ guest: name }),
  two: ({ guest }) => ({ guest, seats: 1 }),
  swapped: ({ from, to }) => [{ type: "Left", guest: from }, { type: "Came", guest: to }],
};

function codecOf(change: Partial<Versions> = {}): EventCodec<Event> {
  const { one, two, swapped } = { ...right, ...change };
  return eventCodec({
    Booked: schema(3, t.type({ guest: t.string, seats: t.number }))
      .from(2, t.type({ guest: t.string }), two)
      .from(1, t.type({ name: t.string }), one),
    Left: schema(1, t.type({ guest: t.string })),
    Came: schema(1, t.type({ guest: t.string })),
  }, {
    // The events of the codec, which `became` cannot name while it is being made.
    retired: { Swapped: became(t.type({ from: t.string, to: t.string }), swapped) as never },
  });
}

/** The release before: Booked had two versions, and nothing was retired. */
const earlier: NonNullable<Spec["earlier"]> = eventCodec({
  Booked: schema(2, t.type({ guest: t.string })).from(1, t.type({ name: t.string }), right.one),
});

const guest = fc.string({ minLength: 1 });
const versions: Spec["versions"] = [
  {
    type: "Booked",
    schemaVersion: 1,
    data: fc.record({ name: guest }),
    means: ({ name }: { name: string }) => [{ type: "Booked", guest: name, seats: 1 }],
  },
  { type: "Booked", schemaVersion: 2, data: fc.record({ guest }) },
  { type: "Booked", schemaVersion: 3, data: fc.record({ guest, seats: fc.nat(9) }) },
  {
    type: "Swapped",
    schemaVersion: 1,
    data: fc.record({ from: guest, to: guest }),
    means: ({ from, to }: { from: string; to: string }) => [
      { type: "Left", guest: from },
      { type: "Came", guest: to },
    ],
  },
];

const spec: Spec = {
  name: "bookings",
  codec: codecOf(),
  versions,
  earlier,
  released: { Booked: 3, Swapped: 1 },
};

function laws(change: Partial<Versions>, rest: Partial<Spec> = {}): () => ReadonlyArray<Law> {
  return () => evolutionLaws({ ...spec, ...rest, codec: codecOf(change) });
}

/** The specification without what somebody thought out, for bugs that break it as well. */
const { earlier: _, ...undeclared } = {
  ...spec,
  versions: versions.map(({ means: _, ...version }) => version),
};

function undeclaredLaws(change: Partial<Versions>): () => ReadonlyArray<Law> {
  return () => evolutionLaws({ ...undeclared, codec: codecOf(change) });
}

const chance = Math.random;

export const brokenLadders: ReadonlyArray<Planted> = [
  {
    bug: "a version in the middle is not read any more",
    law: "UP2/total",
    laws: () => {
      const codec: EventCodec<Event> = {
        ...spec.codec,
        decode: (record) =>
          spec.codec.decode(
            record.schemaVersion === 2
              ? { ...record, schemaVersion: 9, event: { ...record.event, schemaVersion: 9 } }
              : record,
          ),
      };
      return evolutionLaws({ ...undeclared, codec });
    },
    isOnly: true,
  },
  {
    bug: "a step throws where a field is empty",
    law: "UP2/total",
    laws: undeclaredLaws({
      one: ({ name }) => {
        if (name.length < 3) throw new Error("too short");
        return { guest: name };
      },
    }),
  },
  {
    bug: "a step fills in the time of reading",
    law: "UP2/platform",
    laws: undeclaredLaws({
      two: ({ guest }) => ({ guest, seats: Date.now() > 0 ? 1 : 2 }),
    }),
    isOnly: true,
  },
  {
    bug: "a step fills in a number of a reference to Math.random",
    law: "UP2/replay",
    laws: undeclaredLaws({ two: ({ guest }) => ({ guest, seats: chance() }) }),
    isOnly: true,
  },
  {
    bug: "a step gives a number that JSON does not have",
    law: "UP4",
    laws: undeclaredLaws({ two: ({ guest }) => ({ guest, seats: NaN }) }),
    isOnly: true,
  },
  {
    bug: "a step forgets the guest",
    law: "UP5/Booked 1",
    laws: laws({ one: () => ({ guest: "somebody" }) }, { earlier: codecOf() }),
  },
  {
    bug: "an event that was split is read in the wrong order",
    law: "UP5/Swapped 1",
    laws: laws({ swapped: (data) => [...right.swapped(data)].reverse() }),
    isOnly: true,
  },
  {
    bug: "an event that was split is read as its first half",
    law: "UP5/Swapped 1",
    laws: laws({ swapped: (data) => right.swapped(data).slice(0, 1) }),
    isOnly: true,
  },
  {
    bug: "a step was mended after a release had been out",
    law: "UP3",
    laws: () => {
      const codec = codecOf({ one: ({ name }) => ({ guest: name.toUpperCase() }) });
      return evolutionLaws({ ...undeclared, earlier, codec });
    },
    isOnly: true,
  },
  {
    bug: "a type that was released is called otherwise",
    law: "UP7",
    laws: laws({}, { released: { Booked: 3, Reserved: 1 } }),
    isOnly: true,
  },
  {
    bug: "a version that was released is not tried",
    law: "UP7",
    laws: laws({}, { released: { Booked: 4, Swapped: 1 } }),
    isOnly: true,
  },
];
