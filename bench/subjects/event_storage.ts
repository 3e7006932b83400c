/**
 * `event-storage`, an embedded store of append-only files: as it is by default, and with
 * `syncOnFlush`, where an acknowledgement of a small commit means a flush.
 *
 * @module
 */
import { loadPeer } from "../peer.ts";
import type { SampleData, SampleEvent } from "../sample.ts";
import { added, nothingYet, type Opened, type Subject } from "../subject.ts";

interface Store {
  readonly on: (what: "ready", then: () => void) => unknown;
  readonly commit: (
    stream: string,
    events: ReadonlyArray<SampleEvent>,
    metadata: object,
    stored: () => void,
  ) => unknown;
  readonly getEventStream: (
    stream: string,
  ) => Iterable<{ readonly data: SampleData }> | false;
  readonly getAllEvents: () => Iterable<{ readonly data: SampleData }>;
  readonly close: () => unknown;
}

type Constructor = new (
  name: string,
  options: { storageDirectory: string; storageConfig: object },
) => Store;

export const eventStorage: Subject = {
  name: "event-storage",
  durable: "handed over",
  open: (place) => openIn(place, {}),
};

export const eventStorageFlushed: Subject = {
  name: "event-storage, syncOnFlush",
  durable: "flushed",
  open: (place) => openIn(place, { syncOnFlush: true }),
};

async function openIn(
  storageDirectory: string,
  storageConfig: object,
): Promise<Opened> {
  const EventStore = await loadPeer<Constructor>("event-storage");
  const store = new EventStore("bench", { storageDirectory, storageConfig });
  await new Promise<void>((resolve) => store.on("ready", resolve));
  const foldIn = (events: Iterable<{ readonly data: SampleData }>): number => {
    let sum = nothingYet;
    for (const { data } of events) sum = added(sum, data.amount);
    return sum.count;
  };
  return {
    append: (stream, events) =>
      new Promise<void>((resolve) => store.commit(stream, events, {}, resolve)),
    foldAll: () => Promise.resolve(foldIn(store.getAllEvents())),
    foldStream: (stream) => {
      const events = store.getEventStream(stream);
      return Promise.resolve(events ? foldIn(events) : 0);
    },
    close: () => Promise.resolve(store.close()),
  };
}
