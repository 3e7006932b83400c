/**
 * Figures as plain text: numbers, tables and plots that fit a terminal of 80 columns.
 *
 * @module
 */

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A column: its head, and on which side its cells stand. */
export interface Column {
  readonly head: string;
  readonly align: "left" | "right";
}

/** A bar of a plot. */
export interface Bar {
  readonly label: string;
  readonly count: number;
}

const barWidth = 48;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A whole number, or one with so many decimals: 55,628 or 10.40. */
export function figure(value: number, decimals = 0): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** A day and a minute, in UTC. */
export function minute(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}

/** How fast: so many of something in so many seconds. */
export function pace(count: number, unit: string, seconds: number): string {
  return `${figure(seconds, 1)} s, ${figure(Math.round(count / seconds))} ${unit}/s`;
}

/** Rows below the heads of their columns, each line indented by two. */
export function table(
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): ReadonlyArray<string> {
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  return lines.map((line) =>
    `  ${
      columns.map(({ align }, at) => {
        const width = widths[at] ?? 0;
        const cell = line[at] ?? "";
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      }).join("   ")
    }`.trimEnd()
  );
}

/** A bar for each count, the longest as wide as the plot; a count that is not 0 shows. */
export function plot(bars: ReadonlyArray<Bar>): ReadonlyArray<string> {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const labelWidth = Math.max(0, ...bars.map(({ label }) => label.length));
  return bars.map(({ label, count }) => {
    const length = count === 0 ? 0 : Math.max(1, Math.round(barWidth * count / most));
    return `  ${label.padStart(labelWidth)} |${"█".repeat(length)} ${figure(count)}`;
  });
}
