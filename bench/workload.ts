/**
 * The workloads: what a store is asked to do, over and over, and how its work is counted.
 *
 * @module
 */
import { RARE_TYPE, sampleEvents, streamName } from "./sample.ts";
import type { Count, Opened } from "./subject.ts";

/** A workload. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  /** What is counted. */
  readonly unit: string;
  /** Whether it reads what was stored before, in `eventsOf` many events. */
  readonly isReading: boolean;
  /** Does it for about so many milliseconds; nothing if the subject cannot do it. */
  readonly run: (
    opened: Opened,
    milliseconds: number,
  ) => Promise<Count> | undefined;
}

/** How much is stored before it is read: events in streams that lie scattered over the log. */
export interface Stored {
  readonly streams: number;
  readonly eventsPerStream: number;
}

const CALLERS = 64;
const MANY_CALLERS = 512;
/** So many streams are written and read in turn. */
export const STREAMS = 1_000;

/** Everything that is measured of a store, in the order of the table. */
export const workloads: ReadonlyArray<Workload> = [
  writing("W1", "one caller, commits of one event", "commits", 1, 1),
  writing("W2", "64 callers, commits of one event", "commits", 1, CALLERS),
  writing(
    "W2b",
    "512 callers, commits of one event",
    "commits",
    1,
    MANY_CALLERS,
  ),
  writing("W3", "one caller, commits of 100 events", "events", 100, 1),
  reading(
    "W4",
    "fold every event, in order",
    "events",
    ({ foldAll }) => foldAll,
  ),
  reading(
    "W4b",
    "fold one type of twenty",
    "events of the log",
    ({ foldAll, foldType }) => {
      // Twenty times what it gives is what it has passed over.
      return foldAll && foldType &&
        (async () => 20 * await foldType(RARE_TYPE));
    },
  ),
  streams("W5", "load and fold a stream of 100 events", "loads"),
  reading("W5b", "load and fold a stream of 10,000 events", "events", ({ foldStream }) => {
    return foldStream && (() => foldStream(LONG_STREAM));
  }),
  {
    id: "W7",
    title: "64 callers, decide and append",
    unit: "commands",
    isReading: false,
    run: ({ handle }, milliseconds) =>
      handle &&
      called(CALLERS, milliseconds, 1, async (nth) => {
        await handle(streamName(nth % STREAMS), nth % 100 + 1);
      }),
  },
  pure("W8", "decide and evolve, one decider, 100,000 streams", ({ decideOne }) => decideOne),
  pure("W8b", "decide and evolve, three deciders as one", ({ decideThree }) => decideThree),
  reading("W10", "rebuild a projection, its state in a file", "events", ({ rebuild }) => rebuild),
  reading("W11", "verify every byte", "bytes", ({ verify }) => verify),
];

/** A stream that is much longer than the others, and lies scattered among them. */
const LONG_STREAM = "account-long";
const LONG_EVENTS = 10_000;

/** How many events that is. */
export function eventsIn({ streams, eventsPerStream }: Stored): number {
  return streams * eventsPerStream + LONG_EVENTS;
}

/** Stores what the reading workloads read. Every stream gets ten events, and then ten more. */
export async function store(
  opened: Opened,
  { streams, eventsPerStream }: Stored,
): Promise<void> {
  const { append } = opened;
  if (!append) return;
  let nth = 0;
  let long = 0;
  const all = streams * eventsPerStream;
  for (let round = 0; round < eventsPerStream; round += 10) {
    for (let from = 0; from < streams; from += CALLERS) {
      const some = Array.from(
        { length: Math.min(CALLERS, streams - from) },
        (_, at) => from + at,
      );
      await Promise.all(some.map((stream) => {
        const events = sampleEvents(nth, 10);
        nth += 10;
        return append(streamName(stream), events);
      }));
      // As far into the long stream as into everything else.
      for (; long < LONG_EVENTS * (nth - long) / all; long += 10) {
        await append(LONG_STREAM, sampleEvents(nth, 10));
        nth += 10;
      }
    }
  }
}

/** Appends so many commits of one event, by 64 callers. */
export async function appendMany({ append }: Opened, commits: number): Promise<Count> {
  if (!append) throw new Error("it appends nothing");
  const begun = performance.now();
  let nth = 0;
  await Promise.all(Array.from({ length: CALLERS }, async () => {
    for (let at = nth++; at < commits; at = nth++) {
      await append(streamName(at % STREAMS), sampleEvents(at, 1));
    }
  }));
  return { units: commits, ms: performance.now() - begun };
}

function writing(
  id: string,
  title: string,
  unit: string,
  events: number,
  callers: number,
): Workload {
  return {
    id,
    title,
    unit,
    isReading: false,
    run: (opened, milliseconds) => {
      const { append, direct } = opened;
      if (direct) return direct[id]?.(milliseconds);
      return append && called(callers, milliseconds, events, async (nth) => {
        await append(
          streamName(nth % STREAMS),
          sampleEvents(nth * events, events),
        );
      });
    },
  };
}

function reading(
  id: string,
  title: string,
  unit: string,
  of: (opened: Opened) => (() => Promise<number>) | undefined,
): Workload {
  return {
    id,
    title,
    unit,
    isReading: true,
    run: (opened, milliseconds) => {
      if (opened.direct) return opened.direct[id]?.(milliseconds);
      const read = of(opened);
      return read && repeated(milliseconds, read);
    },
  };
}

function streams(id: string, title: string, unit: string): Workload {
  return {
    id,
    title,
    unit,
    isReading: true,
    run: (opened, milliseconds) => {
      const { direct, foldStream } = opened;
      if (direct) return direct[id]?.(milliseconds);
      let nth = 0;
      return foldStream && repeated(milliseconds, async () => {
        // Far from the one before, so that no two lie in the same page.
        nth = (nth + 7_919) % STREAMS;
        const count = await foldStream(streamName(nth));
        if (count === 0) throw new Error(`${streamName(nth)} is empty`);
        return 1;
      });
    },
  };
}

function pure(
  id: string,
  title: string,
  of: (opened: Opened) => (() => () => number) | undefined,
): Workload {
  // What was prepared stays from round to round, and so do the states.
  let decideAll: (() => number) | undefined;
  return {
    id,
    title,
    unit: "commands",
    isReading: false,
    run: (opened, milliseconds) => {
      decideAll ??= of(opened)?.();
      const once = decideAll;
      return once && repeated(milliseconds, () => Promise.resolve(once()));
    },
  };
}

/** Calls again and again, by several callers at once. */
async function called(
  callers: number,
  milliseconds: number,
  units: number,
  call: (nth: number) => Promise<void>,
): Promise<Count> {
  const begun = performance.now();
  let nth = 0;
  let done = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() - begun < milliseconds) {
      await call(nth++);
      done += units;
    }
  }));
  return { units: done, ms: performance.now() - begun };
}

async function repeated(
  milliseconds: number,
  once: () => Promise<number>,
): Promise<Count> {
  const begun = performance.now();
  let units = 0;
  do units += await once(); while (performance.now() - begun < milliseconds);
  return { units, ms: performance.now() - begun };
}
