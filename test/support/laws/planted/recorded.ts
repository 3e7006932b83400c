/**
 * An order whose past was recorded, and bugs that are planted in what comes after.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import {
  type GateSpec,
  historyOf,
  type Law,
  type RecordedCorpus,
  recordedHistories,
  replayGate,
} from "../../../../src/laws/mod.ts";
import { type Order, type OrderCommand, type OrderEvent, orderWalk } from "../order.ts";
import { orderSpec } from "../order_spec.ts";
import type { Planted } from "../planted.ts";

type Spec = GateSpec<OrderCommand, OrderEvent, Order, string>;
type Codec = NonNullable<Spec["codec"]>;

const { decider, codec, state } = orderSpec;
assert(codec && state);

/** The order that was recorded. */
export const recordedSpec: Spec & { readonly codec: Codec } = {
  name: "order",
  decider,
  codec,
  state,
};

const cancelled: ReadonlyArray<OrderCommand> = [
  { type: "AddItem", sku: "b", quantity: 1, price: 5 },
  { type: "Confirm" },
  { type: "Cancel" },
];
const shipped: ReadonlyArray<OrderCommand> = [
  { type: "AddItem", sku: " a", quantity: 2, price: 10 },
  { type: "Confirm" },
  { type: "Pay", amount: 5 },
  { type: "Pay", amount: 15 },
  { type: "Ship" },
  { type: "Cancel" },
];

function recorded(first: ReadonlyArray<OrderCommand>): RecordedCorpus {
  const corpus = recordedHistories(recordedSpec, {
    cancelled: historyOf(decider, first),
    shipped: historyOf(decider, shipped),
  });
  assert(E.isRight(corpus));
  return corpus.right;
}

/** Its past: one that was cancelled, and one that was shipped and could not be cancelled. */
export const past: RecordedCorpus = recorded(cancelled);

/** What is held against the past when the specification is another. */
function changed(change: Partial<Spec>): () => ReadonlyArray<Law> {
  return () => replayGate({ ...recordedSpec, ...change }, past);
}

/** What is held against a past that is kept otherwise. */
function kept(change: Partial<RecordedCorpus>): () => ReadonlyArray<Law> {
  return () => replayGate(recordedSpec, { ...past, ...change });
}

export const changedPasts: ReadonlyArray<Planted> = [
  {
    bug: "a guard is left out, and what was refused is accepted",
    law: "UP1/shipped",
    laws: changed({ decider: orderWalk("cancels too late").decider }),
    isOnly: true,
  },
  {
    bug: "what was accepted is refused",
    law: "UP1/cancelled",
    laws: changed({
      decider: {
        ...decider,
        decide: (command, state) =>
          command.type === "Cancel" && state.status === "confirmed"
            ? E.left("TooLate")
            : decider.decide(command, state),
      },
    }),
    isOnly: true,
  },
  {
    bug: "a command leads to an event less",
    law: "UP1/shipped",
    laws: changed({
      decider: {
        ...decider,
        decide: (command, state) =>
          E.map((events: ReadonlyArray<OrderEvent>) =>
            events.filter(({ type }) => type !== "FullyPaid")
          )(decider.decide(command, state)),
      },
    }),
    isOnly: true,
  },
  {
    bug: "decide throws at a command that it answered",
    law: "UP1/shipped",
    laws: changed({
      decider: {
        ...decider,
        decide: (command, state) => {
          if (command.type === "Ship") throw new Error("no carrier");
          return decider.decide(command, state);
        },
      },
    }),
    isOnly: true,
  },
  {
    bug: "a payment is folded twice",
    law: "UP1/shipped",
    laws: changed({
      decider: {
        ...decider,
        evolve: (state, event) => {
          const then = decider.evolve(state, event);
          return event.type === "Paid" ? { ...then, paid: then.paid + event.amount } : then;
        },
      },
    }),
    isOnly: true,
  },
  {
    bug: "evolve throws at an event that it folded",
    law: "UP1/cancelled",
    laws: changed({
      decider: {
        ...decider,
        evolve: (state, event) => {
          if (event.type === "Cancelled") throw new Error("who would cancel?");
          return decider.evolve(state, event);
        },
      },
    }),
    isOnly: true,
  },
  {
    bug: "a type is not read any more",
    law: "UP1/shipped",
    laws: changed({
      codec: {
        ...codec,
        decode: (record) =>
          codec.decode(
            record.event.type === "FullyPaid"
              ? { ...record, event: { ...record.event, type: "PaidInFull" } }
              : record,
          ),
      },
    }),
    isOnly: true,
  },
  {
    bug: "a text is trimmed when it is read, at the version that it had",
    law: "UP1/shipped",
    laws: changed({
      codec: {
        ...codec,
        decode: (record) =>
          E.map((events: ReadonlyArray<OrderEvent>) =>
            events.map((event) =>
              event.type === "ItemAdded" ? { ...event, sku: event.sku.trim() } : event
            )
          )(codec.decode(record)),
      },
    }),
    isOnly: true,
  },
  {
    bug: "a fixture was rewritten to suit the code",
    law: "UP9",
    laws: kept({ streams: recorded(cancelled.slice(1)).streams }),
    isOnly: true,
  },
  {
    bug: "a fixture was deleted",
    law: "UP9",
    laws: kept({ streams: past.streams.slice(1) }),
    isOnly: true,
  },
  {
    bug: "a fixture was put in that nobody recorded",
    law: "UP9",
    laws: kept({ manifest: { shipped: past.manifest["shipped"]! } }),
    isOnly: true,
  },
];
