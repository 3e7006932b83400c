/**
 * Castore's aggregates without a store.
 *
 * @module
 */
import { type Account, accountCommands, type AccountEvent, noAccount } from "../ledger.ts";
import { loadPeer } from "../peer.ts";
import { pureSubject } from "../pure.ts";
import type { Subject } from "../subject.ts";

interface Aggregate extends Account {
  readonly aggregateId: string;
  readonly version: number;
}

interface Detail {
  readonly aggregateId: string;
  readonly version: number;
  readonly type: AccountEvent["type"];
  readonly payload: { readonly amount: number };
}

interface Castore {
  readonly EventStore: new (options: {
    readonly eventStoreId: string;
    readonly eventTypes: ReadonlyArray<never>;
    readonly reducer: (aggregate: Aggregate | undefined, event: Detail) => Aggregate;
  }) => {
    readonly buildAggregate: (
      events: ReadonlyArray<Detail>,
      aggregate: Aggregate | undefined,
    ) => Aggregate | undefined;
  };
}

/** Its commands are the user's own functions, so only the fold is its own; nothing combines two. */
export const castorePure: Subject = pureSubject("castore, no store", async () => {
  const { EventStore } = await loadPeer<Castore>("@castore/core");
  const store = new EventStore({
    eventStoreId: "accounts",
    eventTypes: [],
    reducer: (aggregate = { ...noAccount, aggregateId: "", version: 0 }, event) => ({
      aggregateId: event.aggregateId,
      version: event.version,
      balance: aggregate.balance + (event.type === "Deposited" ? 1 : -1) * event.payload.amount,
      moves: aggregate.moves + 1,
    }),
  });
  return {
    decideOne: () => {
      const commands = accountCommands();
      const states = new Map<string, Aggregate>();
      return () => {
        for (const { type, holder, amount } of commands) {
          const state = states.get(holder);
          if (type === "Withdraw" && amount > (state?.balance ?? 0)) continue;
          const event: Detail = {
            aggregateId: holder,
            version: (state?.version ?? 0) + 1,
            type: type === "Deposit" ? "Deposited" : "Withdrawn",
            payload: { amount },
          };
          const after = store.buildAggregate([event], state);
          if (after) states.set(holder, after);
        }
        return commands.length;
      };
    },
  };
});
