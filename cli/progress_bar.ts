/**
 * A bar for work that takes a while, where somebody watches.
 *
 * @module
 */
import { Presets, SingleBar } from "cli-progress";
import type { Writable } from "node:stream";
import type { Interruption } from "./interruption.ts";

/** Shows how far a piece of work has come. */
export interface ProgressBar {
  /** `done` of `total`, in a unit that the name of the work makes clear. */
  readonly show: (work: string, done: number, total: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

/** What a piece of the library's work wants: a signal that ends it, and whom it tells how far it is. */
export interface WatchedWork {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly bytes: number; readonly bytesTotal: number }) => void;
}

/** Work of a name, watched by a bar, and ended by an interruption. */
export function watched(bar: ProgressBar, work: string, { signal }: Interruption): WatchedWork {
  return { signal, onProgress: ({ bytes, bytesTotal }) => bar.show(work, bytes, bytesTotal) };
}

/** A bar on a terminal; nothing at all elsewhere. One piece of work follows the other. */
export function progressBar(stream: Writable & { readonly isTTY?: boolean }): ProgressBar {
  if (stream.isTTY !== true) return { show: () => {}, end: () => {} };
  const bar = new SingleBar({
    stream,
    format: "{work} [{bar}] {percentage}%, {eta_formatted} left",
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    // The command listens for signals itself, and takes the bar away when it ends.
    gracefulExit: false,
  }, Presets.legacy);
  let current: string | undefined;
  return {
    show: (work, done, total) => {
      if (work === current) return bar.update(done);
      bar.stop();
      bar.start(total, done, { work: work.padEnd(10) });
      current = work;
    },
    end: () => bar.stop(),
  };
}
