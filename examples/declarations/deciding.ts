/**
 * The input as commands: what would have happened if the rules had been watched.
 *
 * Each event becomes the command that it stands for. Declarations go side by side, the commands of
 * one in order. **The first rejection ends a declaration's way here**: what follows in the log
 * happened to a declaration that had gone on, and this one did not, so whatever the decider said to
 * it would be about our own refusal. So a declaration has one broken rule: the first.
 *
 * The id of the event is the id of the command. Run again, what was accepted is found by its id and
 * not decided again, and what was rejected, which left no trace, is rejected again.
 *
 * @module
 */
import { type EventStore, handler, run } from "leftfold";
import { commandOf, declaration } from "./decider.ts";
import { declarationEvents, streamOf } from "./events.ts";
import type { Entry } from "./input.ts";
import type { Rejection, RuleName } from "./rules.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A declaration that broke a rule: which, and where. */
export interface Broken {
  readonly stream: string;
  readonly eventId: string;
  readonly rejection: Rejection;
}

/** What came of the commands. */
export interface Verdict {
  readonly accepted: number;
  /** Of the accepted: those that an earlier run had brought already. */
  readonly repeated: number;
  /** Commands that came after the first rejection of their declaration. */
  readonly untried: number;
  readonly declarations: number;
  /** In the order of the log. */
  readonly broken: ReadonlyArray<Broken>;
}

/** A rule, how many declarations broke it first, and one of them. */
export interface Breach {
  readonly rule: RuleName;
  readonly count: number;
  readonly example: Broken;
}

/** How to decide. */
export interface Deciding {
  readonly store: EventStore;
  readonly entries: ReadonlyArray<Entry>;
  /** Commands that may be under way at once. A durable store flushes them together. */
  readonly inFlightMax: number;
  readonly onProgress: (done: number) => void;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Sends all commands. A fault of the store is thrown; those under way are waited for first. */
export async function decideAll(
  { store, entries, inFlightMax, onProgress }: Deciding,
): Promise<Verdict> {
  const handle = handler({
    decider: declaration,
    codec: declarationEvents,
    store,
    stream: ({ claim }) => streamOf(claim),
  });
  const broken = new Map<string, Broken & { readonly index: number }>();
  const streams = new Set<string>();
  let accepted = 0;
  let repeated = 0;
  let untried = 0;
  let done = 0;

  const decideOne = async ({ event, cloudEvent }: Entry, index: number): Promise<void> => {
    const stream = streamOf(event);
    const eventId = cloudEvent.proposed.id;
    streams.add(stream);
    if (broken.has(stream)) {
      untried += 1;
    } else {
      const outcome = await run(
        handle(commandOf(event), { commandId: eventId, validTime: cloudEvent.recordedAt }),
      );
      if (outcome._tag === "Rejected") {
        broken.set(stream, { stream, eventId, rejection: outcome.rejection, index });
      } else {
        accepted += 1;
        if (outcome.repeated) repeated += 1;
      }
    }
    done += 1;
    onProgress(done);
  };

  await inOrder(entries, ({ event }) => streamOf(event), inFlightMax, decideOne);
  return {
    accepted,
    repeated,
    untried,
    declarations: streams.size,
    broken: [...broken.values()].sort((one, other) => one.index - other.index),
  };
}

/**
 * Runs an effect for each item, so many at once; those of one key one after the other, in order.
 * The first that fails ends it, when those under way have ended.
 */
async function inOrder<Item>(
  items: ReadonlyArray<Item>,
  keyOf: (item: Item) => string,
  inFlightMax: number,
  effect: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const tails = new Map<string, Promise<void>>();
  const inFlight = new Set<Promise<void>>();
  const failures: Array<unknown> = [];
  let wake = (): void => {};
  for (const [index, item] of items.entries()) {
    // Not `Promise.race`, which would leave a listener on each of them each time.
    while (inFlight.size >= inFlightMax) await new Promise<void>((resolve) => wake = resolve);
    if (failures.length > 0) break;
    const key = keyOf(item);
    const begun = (tails.get(key) ?? Promise.resolve())
      .then(() => failures.length > 0 ? undefined : effect(item, index))
      .catch((failure: unknown) => void failures.push(failure))
      .finally(() => {
        inFlight.delete(begun);
        if (tails.get(key) === begun) tails.delete(key);
        wake();
      });
    tails.set(key, begun);
    inFlight.add(begun);
  }
  await Promise.all(inFlight);
  if (failures.length > 0) throw failures[0];
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** The rules that were broken first, by how many declarations, most first. */
export function breaches({ broken }: Verdict): ReadonlyArray<Breach> {
  const counts = new Map<RuleName, Breach>();
  for (const one of broken) {
    const { rule } = one.rejection;
    const { count, example } = counts.get(rule) ?? { count: 0, example: one };
    counts.set(rule, { rule, count: count + 1, example });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
