/**
 * A run as a picture: how many times as fast as each peer, on a logarithmic scale.
 *
 * @module
 */
import { OURS, ratioTo, type Results } from "./result.ts";
import { workloads } from "./workload.ts";

const LABEL = 300;
const PLOT = 420;
const ROW = 20;
/** The ends of the scale; a longer bar is cut there, and its figure says how long it is. */
const FROM = 0.1;
const TO = 100;

/** The picture, as SVG that stands on a light and on a dark page. */
export function chartOf(results: Results): string {
  const rows = workloads.flatMap(({ id, title }) => {
    const peers = results.measured.filter(({ workload, subject, runtime }) =>
      workload === id && runtime === "node" && !subject.startsWith(OURS)
    );
    const bars = peers.flatMap(({ subject }) => {
      const ratio = ratioTo(results, id, subject);
      return ratio === undefined ? [] : [{ label: subject, ratio }];
    });
    return bars.length === 0 ? [] : [{ label: `${id}: ${title}`, ratio: undefined }, ...bars];
  });
  const height = (rows.length + 2) * ROW;
  const scale = [0.1, 1, 10, 100];
  const at = (ratio: number): number => {
    const within = Math.min(TO, Math.max(FROM, ratio));
    return LABEL + PLOT * Math.log(within / FROM) / Math.log(TO / FROM);
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + PLOT + 80}" height="${height}" ` +
    `font-family="sans-serif" font-size="12" fill="#888">`,
    `<title>leftfold, times as fast as each</title>`,
    ...scale.map((tick) =>
      `<line x1="${at(tick)}" x2="${at(tick)}" y1="${ROW}" y2="${height}" stroke="#888" ` +
      `stroke-opacity="${tick === 1 ? 1 : 0.3}"/>` +
      `<text x="${at(tick)}" y="14" text-anchor="middle">${tick} x</text>`
    ),
    ...rows.map(({ label, ratio }, nth) => {
      const y = (nth + 1) * ROW;
      if (ratio === undefined) {
        return `<text x="4" y="${y + 15}" font-weight="bold">${label}</text>`;
      }
      const [from, to] = [at(1), at(ratio)].sort((a, b) => a - b);
      const width = Math.max(1, (to ?? 0) - (from ?? 0)).toFixed(1);
      const colour = ratio >= 1 ? "#2a9d5c" : "#c8553d";
      const end = Math.max(at(1), at(ratio)) + 6;
      return `<text x="16" y="${y + 15}">${label}</text>` +
        `<rect x="${from?.toFixed(1)}" y="${
          y + 4
        }" width="${width}" height="12" fill="${colour}"/>` +
        `<text x="${end.toFixed(1)}" y="${y + 15}">${Number(ratio.toPrecision(2))}</text>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}
