/**
 * Castore in memory.
 *
 * @module
 */
import { loadPeer } from "../peer.ts";
import type { SampleEvent } from "../sample.ts";
import type { Subject } from "../subject.ts";

interface Detail {
  readonly aggregateId: string;
  readonly version: number;
  readonly type: string;
  readonly timestamp: string;
  readonly payload: unknown;
  readonly metadata: unknown;
}

interface Adapter {
  readonly pushEvent: (
    event: Detail,
    of: { readonly eventStoreId: string },
  ) => Promise<unknown>;
  readonly getEvents: (
    id: string,
    of: { readonly eventStoreId: string },
  ) => Promise<{ readonly events: ReadonlyArray<Detail> }>;
}

interface Module {
  readonly InMemoryEventStorageAdapter: new (options: object) => Adapter;
}

const context = { eventStoreId: "accounts" };

export const castoreInMemory: Subject = {
  name: "castore in memory",
  durable: "in memory",
  open: async () => {
    const loaded = await loadPeer<Module>(
      "@castore/event-storage-adapter-in-memory",
    );
    const adapter = new loaded.InMemoryEventStorageAdapter({});
    const versions = new Map<string, number>();
    const push = async (
      stream: string,
      { type, data, metadata }: SampleEvent,
    ): Promise<void> => {
      // The caller says the version, so it has to keep it.
      const version = (versions.get(stream) ?? 0) + 1;
      versions.set(stream, version);
      const timestamp = new Date().toISOString();
      const detail = {
        aggregateId: stream,
        version,
        type,
        timestamp,
        payload: data,
        metadata,
      };
      await adapter.pushEvent(detail, context);
    };
    return {
      append: async (stream, events) => {
        for (const event of events) await push(stream, event);
      },
      foldStream: async (stream) => (await adapter.getEvents(stream, context)).events.length,
      close: () => Promise.resolve(),
    };
  },
};
