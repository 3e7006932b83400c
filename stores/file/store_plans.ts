/**
 * What would come of what takes something out of a store, or moves it away: for whoever has to say
 * yes.
 *
 * @module
 */
import { isLeft, left } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { ReadFault, Refused } from "../../src/fault.ts";
import type { Query } from "../../src/query.ts";
import type { Position, StreamName, Version } from "../../src/stream.ts";
import { cutFacts } from "./append/control.ts";
import type { ArchivePolicy } from "./archive/archive_plan.ts";
import { type ArchivalPlan, planArchiving } from "./archive/archiver.ts";
import { type CutPlan, planCut, refusedCut } from "./retention/cut_plan.ts";
import { planDropping } from "./retention/drop.ts";
import { type DropPlan, refusedPosition } from "./retention/drop_plan.ts";
import { type ErasePart, type ErasePlan, planErasure } from "./retention/erase.ts";
import type { OpenedStore } from "./session.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Plans. They write nothing, so that a store that is open for reading tells them too. */
export interface StorePlans {
  /**
   * What a cut would leave out: of `truncateStream` with a version, of `tombstoneStream` without.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { run } from "leftfold";
   * import { memoryStorage } from "leftfold/storage/memory";
   * import { openFileStore } from "leftfold/stores/file";
   *
   * const store = await run(openFileStore(memoryStorage()));
   * const event = { type: "Measured", schemaVersion: 1, data: {}, tags: [] };
   * const events = [{ event }, { event }, { event }];
   * await run(store.append({ writes: [{ stream: "probe-1", expected: "noStream", events }] }));
   * assert.deepEqual((await run(store.planCut("probe-1", 3))).leftOut, { from: 1, to: 2 });
   * ```
   */
  readonly planCut: (
    stream: StreamName,
    before?: Version,
  ) => TaskEither<ReadFault | Refused, CutPlan>;
  /** What `archive` would move, as far as that can be said without reading segments. */
  readonly planArchive: (policy?: ArchivePolicy) => TaskEither<ReadFault, ArchivalPlan>;
  /** What `dropBelow` would drop, and which streams it would forget. */
  readonly planDrop: (position: Position) => TaskEither<ReadFault | Refused, DropPlan>;
  /** What `eraseRecords` would erase. It reads each of these records. */
  readonly planErase: (query: Query, part?: ErasePart) => TaskEither<ReadFault, ErasePlan>;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The plans of a store that is open. */
export function plansOf({ source: { log }, reading }: OpenedStore): StorePlans {
  return {
    planCut: (stream, before) => async () => {
      const refused = refusedCut(stream, before);
      if (refused) return left(refused);
      const facts = await reading(() => cutFacts(log, stream))();
      return isLeft(facts) ? facts : planCut({ stream, before }, facts.right);
    },
    planArchive: (policy = {}) => reading(() => planArchiving(log, policy)),
    planDrop: (position) => async () => {
      const refused = refusedPosition("a drop", position);
      return refused ? left(refused) : await reading(() => planDropping(log, position))();
    },
    planErase: (query, { after = 0, until = Infinity } = {}) =>
      reading(() => planErasure(log, { query, after, until })),
  };
}
