/**
 * The curves as a page of Markdown and as a picture, and what the formulas say of greater stores.
 *
 * @module
 */
import type { CurveRound } from "./curve_child.ts";
import { costOf } from "./projection.ts";
import { figure } from "./report.ts";
import { median } from "./result.ts";

/** What grows: events in a thousand streams, or streams of as many events in all. */
export type Axis = "events" | "streams";

/** A store, and what was measured of it. */
export interface Point {
  readonly axis: Axis;
  readonly events: number;
  readonly streams: number;
  readonly logBytes: number;
  readonly indexBytes: number;
  readonly rounds: ReadonlyArray<CurveRound>;
}

/** How far the ends of a flat curve may lie apart. */
const FLAT = 1.5;
const axes: ReadonlyArray<Axis> = ["events", "streams"];

interface Curve {
  readonly title: string;
  readonly of: (round: CurveRound) => number;
}

const curves: ReadonlyArray<Curve> = [
  { title: "W1, commits/s", of: ({ w1 }) => w1 },
  { title: "W2, commits/s", of: ({ w2 }) => w2 },
  { title: "W5, loads/s", of: ({ w5 }) => w5 },
  { title: "W6, opens/s", of: ({ openMs }) => 1000 / openMs },
];

// ---------------------------------------------------------------------------
// the page
// ---------------------------------------------------------------------------

/** The page. */
export function reportOf(points: ReadonlyArray<Point>): string {
  return [
    "# As a store grows",
    "",
    "Made by `npm run curves`. Medians of rounds that are interleaved. A curve is flat if no point of",
    `it is ${FLAT} times as slow as its first. W5 loads streams that the same process has loaded before.`,
    "",
    ...axes.flatMap((axis) => table(axis, points.filter((point) => point.axis === axis))),
    ...loads(points.filter(({ axis }) => axis === "events")),
    ...projected(points),
  ].join("\n");
}

function table(axis: Axis, points: ReadonlyArray<Point>): ReadonlyArray<string> {
  const first = points[0];
  if (!first) return [];
  const fixed = axis === "events" ? first.streams : first.events;
  return [
    `## More ${axis}: ${figure(fixed)} ${axis === "events" ? "streams" : "events"}`,
    "",
    `| ${axis} | ${curves.map(({ title }) => title).join(" | ")} | open, ms | memory added, MB | ` +
    "log and index, B an event |",
    `| ---: |${" ---: |".repeat(curves.length + 3)}`,
    ...points.map(({ logBytes, indexBytes, rounds, ...sizes }) => {
      const cells = [
        figure(sizes[axis]),
        ...curves.map(({ of }) => figure(median(rounds.map(of)))),
        median(rounds.map(({ openMs }) => openMs)).toFixed(1),
        (median(rounds.map(({ memoryBytes }) => memoryBytes)) / 1e6).toFixed(1),
        `${figure(logBytes / sizes.events)} and ${figure(indexBytes / sizes.events)}`,
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    `| slowest to first | ${curves.map((curve) => verdict(curve, points)).join(" | ")} | | | |`,
    "",
  ];
}

/** What W5 is beside its limit, and before anything is in a cache. */
function loads(points: ReadonlyArray<Point>): ReadonlyArray<string> {
  return [
    "## Loads, and their limit",
    "",
    "The limit is the reads of a load, made again and neither checked nor decoded. What the device",
    "reads is what the page cache of the machine does not hold.",
    "",
    "| events | W5, loads/s | its reads alone, loads/s | W5 to that | first load of each stream, loads/s | " +
    "the device reads, KB a load |",
    `| ---: |${" ---: |".repeat(5)}`,
    ...points.map(({ events, rounds }) => {
      const middle = (of: (round: CurveRound) => number): number => median(rounds.map(of));
      const [loaded, read] = [middle(({ w5 }) => w5), middle(({ w5Reads }) => w5Reads)];
      const cells = [
        figure(events),
        figure(loaded),
        figure(read),
        (loaded / read).toFixed(2),
        figure(middle(({ w5First }) => w5First)),
        figure(middle(({ w5DeviceBytes }) => w5DeviceBytes) / 1e3),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
  ];
}

/** How many times as slow as the first point the slowest one is. */
function slowdown({ of }: Curve, points: ReadonlyArray<Point>): number {
  const all = points.map(({ rounds }) => median(rounds.map(of)));
  return (all[0] ?? NaN) / Math.min(...all);
}

function verdict(curve: Curve, points: ReadonlyArray<Point>): string {
  const times = slowdown(curve, points);
  return `${times.toFixed(2)} x, ${times <= FLAT ? "flat" : "**not flat**"}`;
}

/** Stores that nobody measures, with as many bytes an event as the largest that was. */
function projected(points: ReadonlyArray<Point>): ReadonlyArray<string> {
  const largest = [...points].sort((a, b) => b.events - a.events)[0];
  if (!largest) return [];
  const bytesPerEvent = largest.logBytes / largest.events;
  const sizes = [1e6, 1e7, 1e8, 1e9].map((events) => ({ events, streams: events / 100 }));
  return [
    "## On paper",
    "",
    `By the formulas of \`bench/projection.ts\`, with segments of 64 MiB, ${
      figure(bytesPerEvent)
    } B of log`,
    "an event, a hundred events a stream, and the slower end of each range. Not measured.",
    "",
    "| events | log, GB | index, GB | memory, MB | runs at most | open, ms | after a kill, ms | " +
    "look up a stream, us | index made again, s |",
    `| ---: |${" ---: |".repeat(8)}`,
    ...sizes.map(({ events, streams }) => {
      const cost = costOf({ events, streams, bytesPerEvent, segmentBytes: 64 * 2 ** 20 });
      const cells = [
        events,
        cost.logBytes / 1e9,
        cost.indexBytes / 1e9,
        cost.memoryBytes / 1e6,
        cost.runsMax,
        cost.openMs,
        cost.openKilledMs,
        cost.lookupMicroseconds,
        cost.rebuildSeconds,
      ];
      return `| ${cells.map((cell) => figure(cell)).join(" | ")} |`;
    }),
    "",
  ];
}

// ---------------------------------------------------------------------------
// the picture
// ---------------------------------------------------------------------------

const WIDTH = 380;
const HEIGHT = 260;
const MARGIN = 44;
const colours = ["#2a9d5c", "#3d7cc8", "#c8553d", "#9b6dd0"];

/** Each curve against its first point: 1 is flat. Both scales are logarithmic. */
export function chartOf(points: ReadonlyArray<Point>): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH}" height="${HEIGHT + 20}" ` +
    `font-family="sans-serif" font-size="12" fill="#888">`,
    "<title>Speed as a store grows, against its first point</title>",
    ...axes.map((axis, nth) =>
      `<g transform="translate(${nth * WIDTH} 0)">${
        panel(axis, points.filter((point) => point.axis === axis))
      }</g>`
    ),
    ...curves.map(({ title }, nth) =>
      `<text x="${MARGIN + nth * 160}" y="${HEIGHT + 14}" fill="${colours[nth]}">${title}</text>`
    ),
    "</svg>",
    "",
  ].join("\n");
}

function panel(axis: Axis, points: ReadonlyArray<Point>): string {
  const across = (nth: number): number =>
    MARGIN + nth * (WIDTH - 2 * MARGIN) / Math.max(1, points.length - 1);
  // From four times as fast down to a fourth.
  const down = (ratio: number): number => {
    const within = Math.min(4, Math.max(0.25, ratio));
    return MARGIN + (HEIGHT - 2 * MARGIN) * (Math.log(4 / within) / Math.log(16));
  };
  const lines = [2, 1, 1 / FLAT, 0.5].map((ratio) =>
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${down(ratio)}" y2="${down(ratio)}" ` +
    `stroke="#888" stroke-opacity="${ratio === 1 ? 1 : 0.3}"/>` +
    `<text x="4" y="${down(ratio) + 4}">${ratio.toFixed(2)}</text>`
  );
  const labels = points.map((point, nth) =>
    `<text x="${across(nth)}" y="${HEIGHT - 20}" text-anchor="middle">${figure(point[axis])}</text>`
  );
  const drawn = curves.map(({ of }, nth) => {
    const all = points.map(({ rounds }) => median(rounds.map(of)));
    const places = all.map((value, at) =>
      `${across(at).toFixed(1)},${down(value / (all[0] ?? NaN)).toFixed(1)}`
    );
    return `<polyline points="${places.join(" ")}" fill="none" stroke="${
      colours[nth]
    }" stroke-width="2"/>`;
  });
  const title = `<text x="${
    WIDTH / 2
  }" y="20" text-anchor="middle" font-weight="bold">${axis}</text>`;
  return [title, ...lines, ...labels, ...drawn].join("");
}
