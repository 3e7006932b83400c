/**
 * A projection, and runners of it with bugs.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { eventCodec, schema } from "../../../../src/codec.ts";
import {
  type Law,
  projectionLaws,
  type ProjectionPage,
  type ProjectionRunner,
  type ProjectionSpec,
} from "../../../../src/laws/mod.ts";
import { ofRecords, view } from "../../../../src/view.ts";
import type { Planted } from "../planted.ts";

interface Sold {
  readonly type: "Sold";
  readonly seats: number;
}

/** A state and a checkpoint, in two places. */
interface Kept {
  readonly state: number;
  readonly position: number;
}

export const seatsSold: ProjectionSpec<Sold, number> = {
  name: "seats sold",
  view: ofRecords(view({ initialState: 0, evolve: (sum, { seats }: Sold) => sum + seats })),
  codec: eventCodec({ Sold: schema(1, t.type({ seats: t.number })) }),
  logs: fc.array(
    fc.record({
      type: fc.constant("Sold" as const),
      seats: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 12 },
  ),
};

/** What a page adds. */
function folded(state: number, { records }: Pick<ProjectionPage, "records">): number {
  return records.reduce((sum, record) => {
    const events = seatsSold.codec.decode(record);
    return E.isRight(events) ? events.right.reduce((all, { seats }) => all + seats, sum) : sum;
  }, state);
}

const good: ProjectionRunner<Kept> = {
  start: { state: 0, position: 0 },
  positionOf: ({ position }) => position,
  answer: ({ state }) => state,
  take: ({ state, position }, page) => {
    if (page.through <= position) return [];
    if (page.from !== position) return undefined;
    return [{ state: folded(state, page), position: page.through }];
  },
};

/** The laws of a runner that takes pages in another way. */
function taking(take: ProjectionRunner<Kept>["take"]): () => ReadonlyArray<Law> {
  return () => projectionLaws({ ...seatsSold, runner: { ...good, take } });
}

/** The laws of a runner that has no bug. */
export const soundRunner: () => ReadonlyArray<Law> = taking(good.take);

export const brokenRunners: ReadonlyArray<Planted> = [
  {
    bug: "the sum begins anew with each page",
    law: "PR2",
    laws: taking(({ position }, page) => {
      if (page.through <= position) return [];
      if (page.from !== position) return undefined;
      return [{ state: folded(0, page), position: page.through }];
    }),
  },
  {
    bug: "the first record of a page is taken for the last one of the page before",
    law: "PR2",
    laws: taking(({ state, position }, page) => {
      if (page.through <= position) return [];
      if (page.from !== position) return undefined;
      const records = position === 0 ? page.records : page.records.slice(1);
      return [{ state: folded(state, { records }), position: page.through }];
    }),
  },
  {
    bug: "a page is folded again when it comes again",
    law: "PR4/redelivered",
    isOnly: true,
    laws: taking(({ state, position }, page) => {
      if (page.from > position) return undefined;
      return [{ state: folded(state, page), position: Math.max(position, page.through) }];
    }),
  },
  {
    bug: "the checkpoint is written before the state",
    law: "PR5",
    isOnly: true,
    laws: taking((kept, page) => {
      const { state, position } = kept;
      if (page.through <= position) return [];
      if (page.from !== position) return undefined;
      const checkpoint = { state, position: page.through };
      return [checkpoint, { ...checkpoint, state: folded(state, page) }];
    }),
  },
  {
    bug: "the state is written before the checkpoint",
    law: "PR5",
    isOnly: true,
    laws: taking((kept, page) => {
      const { state, position } = kept;
      if (page.through <= position) return [];
      if (page.from !== position) return undefined;
      const after = { position, state: folded(state, page) };
      return [after, { ...after, position: page.through }];
    }),
  },
  {
    bug: "a page is taken if it is later, and not only if it is the next",
    law: "PR10",
    isOnly: true,
    laws: taking(({ state, position }, page) => {
      if (page.through <= position) return [];
      return [{ state: folded(state, page), position: page.through }];
    }),
  },
];
