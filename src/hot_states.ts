/**
 * Hot states: the states of the streams that were written last, so that the next command to one of
 * them need not load it.
 *
 * @module
 */
import type { Loaded } from "./load.ts";
import type { StreamName } from "./stream.ts";

/** States by stream, a bounded number of them. */
export interface HotStates<State> {
  /** The state that was kept of a stream. It may be old: only the store knows. */
  readonly of: (stream: StreamName) => Loaded<State> | undefined;
  /** Keeps a state, unless a later one of the stream is kept already. */
  readonly keep: (stream: StreamName, loaded: Loaded<State>) => void;
  readonly forget: (stream: StreamName) => void;
}

/** Keeps the states of at most `streamsMax` streams; of more, those used longest ago go. */
export function hotStates<State>(streamsMax: number): HotStates<State> {
  // Maps keep the order of insertion, so that the first one is the longest unused.
  const kept = new Map<StreamName, Loaded<State>>();
  return {
    of: (stream) => {
      const loaded = kept.get(stream);
      if (loaded === undefined) return undefined;
      kept.delete(stream);
      kept.set(stream, loaded);
      return loaded;
    },
    keep: (stream, loaded) => {
      // Answers may overtake each other on their way back from the store.
      if ((kept.get(stream)?.version ?? 0) > loaded.version) return;
      kept.delete(stream);
      kept.set(stream, loaded);
      if (kept.size <= streamsMax) return;
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    },
    forget: (stream) => {
      kept.delete(stream);
    },
  };
}
