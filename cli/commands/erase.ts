/**
 * `leftfold erase`: erases data and metadata of records, for good.
 *
 * @module
 */
import { run } from "leftfold";
import type { Erased, ErasePlan } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { planOrPerform } from "../planned_work.ts";
import type { EraseRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runErase(request: EraseRequest, world: World): Promise<ExitCode> {
  const { store: place, query, after, until } = request;
  const archives = await readingCold(request.cold, world.environment);
  const part = {
    ...(after !== undefined && { after }),
    ...(until !== undefined && { until }),
  };
  return await planOrPerform(
    request,
    {
      plan: (store) => run(store.planErase(query, part)),
      explain: sentences,
      isNeeded: ({ records }) => records > 0,
      perform: (store) => run(store.eraseRecords(query, part)),
      report: (erased) => summary(place, erased),
      isProblem: (_plan, erased) => erased !== undefined && erased.kept.length > 0,
    },
    archives,
    world,
  );
}

function sentences({ records, positions, segments, bytes }: ErasePlan): ReadonlyArray<string> {
  if (!positions) return ["Nothing is to be erased: no event matches, or all that do are erased"];
  const { from, to } = positions;
  const where = from === to ? `at position ${from}` : `at positions ${from} to ${to}`;
  return [
    `${figure(records, "event")} ${where} would lose data and metadata, for good; ${
      figure(segments, "segment")
    } would be written anew, ${figure(bytes, "byte")}`,
    "Types, tags, ids and the names of streams stay; so does what is in copies, and in backups until " +
    "they are carried on",
    "The history of these segments has no hash any more: keep a new head after it",
  ];
}

function summary(place: string, { records, segments, kept }: Erased): string | undefined {
  const left = kept.length === 0 ? "" : `${kept.join(", ")} could not be removed and may still ` +
    "hold what was erased; repeat the command";
  if (records === 0) return left === "" ? undefined : left;
  return `Erased ${figure(records, "event")} of ${place}, in ${figure(segments, "segment")}` +
    (left === "" ? "" : `; ${left}`);
}
