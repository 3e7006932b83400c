/**
 * A store that is open for writing.
 *
 * @module
 */
import { byteWriter } from "./format/byte_writer.ts";
import { append, type Appender } from "./append/appender.ts";
import { changeManifest, closeSegment, cutStream } from "./append/control.ts";
import { markOf, writeFailed } from "./append/append_outcome.ts";
import { fail } from "./attempt.ts";
import { closeAll } from "./close_all.ts";
import { removeErased } from "./retention/removal.ts";
import { openForWriting } from "./opening.ts";
import type { Reindexing } from "./runs/fill_gaps.ts";
import type { Settings } from "./options.ts";
import { beginNext, planAt, takeBack } from "./append/plan.ts";
import type { Session } from "./session.ts";
import type { StoragePort } from "./storage.ts";
import { drain, finish } from "./append/writer.ts";
import { writerOf } from "./append/writer_state.ts";
import { takingTurns } from "./turns.ts";

/** So long without an append, in milliseconds, and the watermark is flushed too. */
const IDLE_MS = 1_000;

/** So long, in milliseconds, a close begins merges that are due; it waits for those under way. */
const MERGING_AT_CLOSE_MS = 5_000;

/** Opens a store for writing. Faults are thrown. */
export async function openWriting(
  storage: StoragePort,
  settings: Settings,
  reindexing?: Reindexing,
): Promise<Session> {
  const { log, claim, tail, indexer } = await openForWriting(storage, settings, reindexing);
  const waiting = new Set<() => void>();
  const plan = planAt(tail.memory, tail.flushed, log.manifest);
  let stopIdle = (): void => undefined;
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake();
  };
  const writer = writerOf({
    log,
    claim,
    indexer,
    tail,
    stopped: wakeAll,
    moved: () => {
      wakeAll();
      // From then on the last commit is vouched for even after a power cut.
      stopIdle();
      stopIdle = storage.clock.after(IDLE_MS, () => {
        claim.sync().catch((cause) => settings.observe({ _tag: "WatermarkUnflushed", cause }));
      });
    },
    takeBack: (end) => takeBack(log, plan, end),
  });
  const encoder = byteWriter(2 ** 12);
  const appender: Appender = { writer, plan, encoder, turns: takingTurns(), isClosing: false };
  const session: Session = {
    log,
    // What is acknowledged before it is written is readable once it is.
    refresh: () => settings.durability === "none" ? drain(writer) : Promise.resolve(),
    moveOn: () => Promise.resolve(),
    watch: (moved) => {
      waiting.add(moved);
      return () => waiting.delete(moved);
    },
    broken: () => writer.broken,
    append: (commit) => append(appender, commit),
    control: {
      changeManifest: (change) => changeManifest(appender, change),
      cutStream: (wanted) => cutStream(appender, wanted),
      indexed: () => indexer.atMost(0),
      indexAlone: indexer.alone,
      closeSegment: (segment) => closeSegment(appender, segment),
      merged: () => indexer.merged(),
    },
    knownHash: (segment, offset) => {
      const { tail } = writer;
      const isThere = tail?.memory.segment.number === segment && tail.hash.taken() === offset;
      return isThere ? tail.hash.value() : undefined;
    },
    close: async () => {
      appender.isClosing = true;
      try {
        await closeAll([() => endWriting(), claim.close, log.files.close]);
      } finally {
        // Whoever was answered before the flush that failed learns of it here at the latest.
        if (writer.lost) fail(writeFailed(writer.lost.cause));
      }
    },
  };

  /** The claim is given back only if nothing of the work went wrong. */
  async function endWriting(): Promise<void> {
    try {
      await endAppending();
      await indexer.atMost(0);
      if (!writer.broken) await indexer.merged(MERGING_AT_CLOSE_MS);
    } finally {
      await indexer.end();
    }
    const { tail: last } = writer;
    if (!last || writer.broken) return;
    await indexer.writeActive(last.memory, last.flushed);
    await claim.release(markOf(log, last.flushed));
  }

  /** From then on no watermark waits for an idle second, also where something went wrong. */
  async function endAppending(): Promise<void> {
    try {
      await appender.turns.over();
      await drain(writer);
      // Where an error has ended the last segment, a new one says so for good: then the claim may go.
      if (!writer.tail && !writer.broken) beginNext(writer, plan);
      await finish(writer);
    } finally {
      stopIdle();
    }
  }

  try {
    // What the manifest says is flushed, and the claim was held after that: opening has seen to it.
    await removeErased(log);
  } catch (thrown) {
    await Promise.allSettled([session.close()]);
    throw thrown;
  }
  return session;
}
