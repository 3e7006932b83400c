/**
 * `leftfold drop`: drops the oldest segments of a store.
 *
 * @module
 */
import { FaultError, run } from "leftfold";
import type { DropPlan } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { planOrPerform } from "../planned_work.ts";
import type { ColdUnnamed } from "../problem.ts";
import { visible } from "../record_text.ts";
import type { DropRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runDrop(request: DropRequest, world: World): Promise<ExitCode> {
  const { store: place, position, forget, cold } = request;
  const archives = await readingCold(cold, world.environment);
  return await planOrPerform(
    request,
    {
      plan: (store) => run(store.planDrop(position)),
      explain: (plan) => sentences(plan, forget),
      isNeeded: ({ segments, leftOver }) => segments > 0 || leftOver.length > 0,
      perform: (store, { archivedSegments }) => {
        // Nobody would remember these archives any more, and so nobody would remove them.
        if (archivedSegments > 0 && cold === undefined) failUnnamed(place, archivedSegments);
        return run(store.dropBelow(position, { forget }));
      },
      report: ({ segments, floor }) =>
        segments === 0
          ? undefined
          : `Dropped ${
            figure(segments, "segment")
          } of ${place}; its log begins at position ${floor}`,
      isProblem: ({ forgotten }) => forgotten.length > 0 && !forget,
    },
    archives,
    world,
  );
}

function failUnnamed(store: string, archivedSegments: number): never {
  const unnamed: ColdUnnamed = { _tag: "ColdUnnamed", store, archivedSegments };
  throw new FaultError(unnamed);
}

function sentences(plan: DropPlan, forget: boolean): ReadonlyArray<string> {
  const { leftOver } = plan;
  return [
    ...(plan.positions ? ofSegments(plan, plan.positions, forget) : [nothing(plan)]),
    ...(leftOver.length > 0
      ? [`${figure(leftOver.length, "file")} that an earlier drop has left over would be removed`]
      : []),
  ];
}

function ofSegments(
  { segments, archivedSegments, bytes, floor, forgotten }: DropPlan,
  { from, to }: { readonly from: number; readonly to: number },
  forget: boolean,
): ReadonlyArray<string> {
  const some = archivedSegments < segments ? `${figure(archivedSegments)} of them ` : "";
  const cold = archivedSegments > 0 ? `, ${some}in the cold tier` : "";
  return [
    `${figure(to - from + 1, "event")} would go, at positions ${from} to ${to}: ${
      figure(segments, "segment")
    }${cold}, ${figure(bytes, "byte")} of the log; it would begin at position ${floor}`,
    ...(forgotten.length > 0 ? [ofStreams(forgotten, forget)] : []),
    "That cannot be taken back; to keep the log and free the disk there is archive",
  ];
}

/** So many streams are named: enough to recognise the kind. */
const NAMED_MAX = 4;

function ofStreams(forgotten: ReadonlyArray<string>, forget: boolean): string {
  const names = visible(
    forgotten.slice(0, NAMED_MAX).map((stream) => JSON.stringify(stream)).join(", "),
  );
  return `Streams would be forgotten that no tombstone has ended, so that their versions begin again ` +
    `at 1, ${names} among them${forget ? "" : "; that is refused without --forget"}`;
}

function nothing({ next, floor }: DropPlan): string {
  return `Nothing is to be dropped, since segments go whole: the log begins at position ${floor}, ${
    next === undefined
      ? "and the segment that is written to stays"
      : `and its first segment goes with --below ${next}`
  }`;
}
