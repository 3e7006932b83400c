/**
 * Handlers of the show, for tests.
 *
 * @module
 */
import type { EventStore } from "../../src/event_store.ts";
import { handler } from "../../src/handler.ts";
import type { Handle, HandlerDefinition } from "../../src/handling.ts";
import { show, type ShowCommand, type ShowEvent, showEvents, type SoldOut } from "./show.ts";

/** What a handler of the show is made of, but for its store. */
export const parts: Omit<
  HandlerDefinition<ShowCommand, ShowEvent, number, SoldOut, never, undefined>,
  "context"
> = {
  decider: show,
  codec: showEvents,
  stream: ({ show }: ShowCommand) => `show-${show}`,
};

export function handling(
  store: EventStore,
  options: { readonly retriesMax?: number } = {},
): Handle<ShowCommand, ShowEvent, number, SoldOut> {
  return handler({ ...parts, store, ...options });
}

/** A store, and from where on each of its reads was asked to read. */
export function noting(store: EventStore): { readonly store: EventStore; readonly read: number[] } {
  const read: number[] = [];
  const noted: EventStore = {
    ...store,
    read: (query, range) => {
      read.push(range?.after ?? 0);
      return store.read(query, range);
    },
  };
  return { store: noted, read };
}
