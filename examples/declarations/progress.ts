/**
 * A bar for work that takes a while, where somebody watches.
 *
 * @module
 */
import { Presets, SingleBar } from "cli-progress";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Shows how far a piece of work has come. */
export interface ProgressBar {
  readonly show: (work: string, done: number, total: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A bar on a terminal; nothing at all elsewhere. One piece of work follows the other. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  const bar = new SingleBar({
    stream,
    format: "{work} [{bar}] {percentage}% of {total}, {eta} s left",
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
  }, Presets.legacy);
  let current: string | undefined;
  return {
    show: (work, done, total) => {
      if (work !== current) {
        bar.stop();
        bar.start(total, done, { work: work.padEnd(10) });
        current = work;
      } else bar.update(done);
    },
    end: () => bar.stop(),
  };
}
