/**
 * The laws of what keeps a view up to date: whatever pages a log comes in, whatever comes twice, and
 * wherever the program is killed, each record counts once.
 *
 * The laws know nothing of how a runner works. It is shown pages, and tells what it has written.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import type { EventCodec } from "../event_codec.ts";
import type { Page } from "../event_store.ts";
import { explain } from "../explain.ts";
import { type Projected, step } from "../projection_step.ts";
import type { Encoded, Recorded } from "../record.ts";
import type { View } from "../view.ts";
import { broken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { recordOf } from "./stored_event.ts";
import { told } from "./story.ts";
import { withoutStretches } from "./walk_shrink.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What keeps a view up to date, as far as the laws see it. */
export interface ProjectionRunner<Kept> {
  /** What is kept before the first page. */
  readonly start: Kept;
  /** Through which position it is current: a program that begins anew reads on from there. */
  readonly positionOf: (kept: Kept) => number;
  /**
   * Takes a page. Gives all that is kept after each write, one after the other: none if there was
   * nothing to do, and undefined if the page is refused.
   */
  readonly take: (
    kept: Kept,
    page: ProjectionPage,
  ) => ReadonlyArray<Kept> | undefined | Promise<ReadonlyArray<Kept> | undefined>;
  /** What it says to whoever asks. */
  readonly answer: (kept: Kept) => unknown;
}

/** A stretch of the log. */
export type ProjectionPage = Pick<Page<Encoded, unknown>, "from" | "through" | "records">;

/** A view of records, logs for it, and what keeps it up to date. */
export interface ProjectionSpec<Event, State, Kept = Projected<State>> {
  /** What reports call it. */
  readonly name: string;
  readonly view: View<Recorded<Event>, State>;
  readonly codec: EventCodec<Event>;
  /** Logs as they may come: `logsOf` takes them from a decider, `interleave` from several. */
  readonly logs: fc.Arbitrary<ReadonlyArray<Event>>;
  /** What keeps it up to date: the step of `projection` if left out. */
  readonly runner?: ProjectionRunner<Kept>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
}

/** A log, with what is of no concern in between, and where it is cut into pages. */
interface ProjectionCase<Event> {
  readonly events: ReadonlyArray<Event>;
  /** Before each event so many positions hold something else. */
  readonly others: ReadonlyArray<number>;
  /** Each is a place in the log, counted anew from its start if it is behind its end. */
  readonly cuts: ReadonlyArray<number>;
}

/** What a law looks at. */
interface Course {
  /** What the view says of the whole log. */
  readonly wanted: unknown;
  readonly records: ReadonlyArray<Recorded<Encoded>>;
  readonly pages: ReadonlyArray<ProjectionPage>;
  readonly runner: ProjectionRunner<unknown>;
}

const placeMax = 1000;
const cutsMax = 6;

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * The laws of a projection.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { eventCodec, schema, view } from "leftfold";
 * import { checkLaws, projectionLaws } from "leftfold/laws";
 * import { ofRecords } from "leftfold/view";
 *
 * type Booked = { readonly type: "Booked"; readonly seats: number };
 * const sold = view({ initialState: 0, evolve: (sum, event: Booked) => sum + event.seats });
 * const laws = projectionLaws({
 *   name: "seats sold",
 *   view: ofRecords(sold),
 *   codec: eventCodec({ Booked: schema(1, t.type({ seats: t.number })) }),
 *   logs: fc.array(fc.record({ type: fc.constant("Booked" as const), seats: fc.nat(9) })),
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function projectionLaws<Event, State, Kept = Projected<State>>(
  spec: ProjectionSpec<Event, State, Kept>,
): ReadonlyArray<Law> {
  return [
    projectionLaw(spec, {
      id: "PR2",
      tier: "core",
      title: "whatever pages the log is cut into, the state is that of all of it",
      why: "A rebuild reads large pages, and a program that follows the log small ones.",
    }, async ({ wanted, pages, runner }) => {
      const kept = await taken(runner, runner.start, pages);
      return same(wanted, runner.answer(kept), `in ${pages.length} pages, it ends otherwise`);
    }),
    projectionLaw(spec, {
      id: "PR4",
      part: "redelivered",
      tier: "core",
      title: "a page that comes again changes nothing",
      why: "Whoever delivers does not always hear that it has arrived, and delivers again.",
    }, async ({ wanted, pages, runner }) => {
      let kept = runner.start;
      for (const [at, page] of pages.entries()) {
        // The page itself, and one from before.
        kept = await taken(runner, kept, [page, page, pages[at >> 1]!]);
      }
      return same(wanted, runner.answer(kept), "what came twice counts twice");
    }),
    projectionLaw(spec, {
      id: "PR5",
      tier: "core",
      title: "killed between any two writes, it goes on as if nothing had been",
      why: "A state and its checkpoint that are not written as one come apart some day.",
    }, async ({ wanted, records, pages, runner }) => {
      let kept = runner.start;
      for (const [at, page] of pages.entries()) {
        const writes = await runner.take(kept, page) ?? [];
        for (const [nth, survived] of writes.entries()) {
          const rest = pagesAfter(records, pages, runner.positionOf(survived));
          const final = await taken(runner, survived, rest);
          const words = `killed after write ${nth + 1} of page ${at + 1}, it ends otherwise`;
          const judgement = same(wanted, runner.answer(final), words);
          if (judgement._tag === "Broken") return judgement;
        }
        kept = writes.at(-1) ?? kept;
      }
      return held;
    }),
    projectionLaw(spec, {
      id: "PR10",
      tier: "core",
      title: "a page that leaves records out is refused",
      why: "A state that has missed a record is wrong for ever, and looks like any other.",
    }, async ({ pages, runner }) => {
      let kept = runner.start;
      let isTried = false;
      for (const [at, page] of pages.entries()) {
        const next = pages[at + 1];
        if (next && page.records.length > 0) {
          isTried = true;
          const writes = await runner.take(kept, next);
          if (writes !== undefined && writes.length > 0) {
            const place = `current through ${runner.positionOf(kept)}`;
            return broken(`${place}, it takes a page that begins after ${next.from}`);
          }
        }
        kept = await taken(runner, kept, [page]);
      }
      return isTried ? held : skipped("there are not two pages");
    }),
  ];
}

function projectionLaw<Event, State, Kept>(
  spec: ProjectionSpec<Event, State, Kept>,
  name: Omit<LawName, "family">,
  judge: (course: Course) => Promise<Judgement>,
): Law {
  const { view, codec, logs } = spec;
  // From here on it is only ever given what it has given itself.
  const runner = (spec.runner ?? stepping(spec)) as ProjectionRunner<unknown>;
  return lawOf<ProjectionCase<Event>>({
    ...name,
    family: "projection",
    subject: spec.name,
    cases: fc.record({
      events: logs,
      others: fc.array(fc.nat(2), { maxLength: 10 }),
      cuts: fc.array(fc.nat(placeMax), { maxLength: cutsMax }),
    }),
    isAsync: true,
    judge: async ({ events, others, cuts }) => {
      if (events.length === 0) return skipped("nothing happened");
      const records: Recorded<Encoded>[] = [];
      let state = view.initialState;
      let position = 0;
      for (const [at, event] of events.entries()) {
        const encoded = codec.encode(event);
        if (E.isLeft(encoded)) return skipped(`it cannot be stored: ${explain(encoded.left)}`);
        position += 1 + (others[at] ?? 0);
        const record = { ...recordOf(encoded.right), version: at + 1, position };
        records.push(record);
        state = view.evolve(state, { ...record, event });
      }
      const pages = pagesOf(records, cuts);
      return await judge({ wanted: state, records, pages, runner });
    },
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as ProjectionCase<Event>,
    simpler: simplerCases,
    tell: ({ events, others, cuts }) => [
      ...told("Given", events),
      ["Pages", `cut at ${cuts.join(", ") || "no place"}`],
      ["Others", `${others.join(", ") || "none"} before each event`],
    ],
    maker: "projectionLaws",
    source: spec.source,
  });
}

function* simplerCases<Event>(
  one: ProjectionCase<Event>,
): Generator<ProjectionCase<Event>, void, void> {
  for (const { left } of withoutStretches(one.events)) yield { ...one, events: left };
  for (const { left } of withoutStretches(one.cuts)) yield { ...one, cuts: left };
  for (const { left } of withoutStretches(one.others)) yield { ...one, others: left };
}

// ---------------------------------------------------------------------------
// pages and runners
// ---------------------------------------------------------------------------

/** The step of `projection`: state and position are one value, and written as one. */
function stepping<Event, State, Kept>(
  { name, codec, view }: ProjectionSpec<Event, State, Kept>,
): ProjectionRunner<Projected<State>> {
  const fold = step({ name, codec, view });
  return {
    start: { state: view.initialState, position: 0 },
    positionOf: ({ position }) => position,
    take: (before, page) => {
      const stepped = fold(before, page);
      if (stepped._tag === "Halted") return undefined;
      return stepped._tag === "Advanced" ? [stepped.after] : [];
    },
    answer: ({ state }) => state,
  };
}

/** What is kept after pages. One that is refused changes nothing. */
async function taken(
  runner: ProjectionRunner<unknown>,
  start: unknown,
  pages: ReadonlyArray<ProjectionPage>,
): Promise<unknown> {
  let kept = start;
  for (const page of pages) kept = (await runner.take(kept, page))?.at(-1) ?? kept;
  return kept;
}

function pagesOf(
  records: ReadonlyArray<Recorded<Encoded>>,
  cuts: ReadonlyArray<number>,
): ReadonlyArray<ProjectionPage> {
  const end = records.at(-1)?.position ?? 0;
  const places = [...new Set([...cuts.map((cut) => cut % end), 0, end])].sort((a, b) => a - b);
  return places.slice(1).map((through, at) => pageOf(records, places[at]!, through));
}

function pageOf(
  records: ReadonlyArray<Recorded<Encoded>>,
  from: number,
  through: number,
): ProjectionPage {
  const own = records.filter(({ position }) => position > from && position <= through);
  return { from, through, records: own };
}

/** The pages that a program reads that begins anew after a position. */
function pagesAfter(
  records: ReadonlyArray<Recorded<Encoded>>,
  pages: ReadonlyArray<ProjectionPage>,
  position: number,
): ReadonlyArray<ProjectionPage> {
  return pages.filter(({ through }) => through > position)
    .map(({ from, through }) => pageOf(records, Math.max(from, position), through));
}
