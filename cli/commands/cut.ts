/**
 * `leftfold truncate` and `leftfold tombstone`: leave records of a stream out from now on.
 *
 * @module
 */
import { run } from "leftfold";
import type { CutPlan } from "leftfold/stores/file";
import { planOrPerform } from "../planned_work.ts";
import { visible } from "../record_text.ts";
import type { CutRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs either. */
export function runCut(request: CutRequest, world: World): Promise<ExitCode> {
  const { store: place, stream, before } = request;
  const isNeeded = ({ leftOut, isEnded }: CutPlan): boolean =>
    before === undefined ? !isEnded : leftOut !== undefined;
  const done = before === undefined
    ? `Ended the stream ${named(stream)} of ${place}`
    : `Truncated the stream ${named(stream)} of ${place} before version ${before}`;
  return planOrPerform(
    request,
    {
      plan: (store) => run(store.planCut(stream, before)),
      explain: (plan) => before === undefined ? ofTombstone(plan) : ofTruncation(plan),
      isNeeded,
      perform: async (store) => {
        const cut = before === undefined
          ? store.tombstoneStream(stream)
          : store.truncateStream(stream, before);
        await run(cut);
        return {};
      },
      report: (_done, plan) => isNeeded(plan) ? done : undefined,
    },
    {},
    world,
  );
}

function ofTruncation({ stream, version, isEnded, leftOut }: CutPlan): ReadonlyArray<string> {
  if (isEnded) return [endedText(stream)];
  if (!leftOut) return [`The stream ${named(stream)} has nothing to leave out before that version`];
  return [
    `${versionsText(leftOut)} of the stream ${
      named(stream)
    }, which goes on to version ${version}, ` +
    "would not be read any more, also by projections that are built anew",
    bytesStay,
  ];
}

function ofTombstone({ stream, isEnded, leftOut }: CutPlan): ReadonlyArray<string> {
  if (isEnded) return [endedText(stream)];
  const lost = leftOut
    ? `${versionsText(leftOut)} of the stream ${named(stream)} would not be read any more`
    : `The stream ${named(stream)} has no record; its name would be taken out of use`;
  return [`${lost}, and an append to it would be refused, for good`, bytesStay];
}

const bytesStay =
  "That cannot be taken back; nothing leaves the disk, for which there are erase and drop";

function endedText(stream: string): string {
  return `The stream ${named(stream)} is ended by a tombstone; there is nothing to do`;
}

function versionsText({ from, to }: { readonly from: number; readonly to: number }): string {
  return from === to ? `Version ${from}` : `Versions ${from} to ${to}`;
}

function named(stream: string): string {
  return visible(JSON.stringify(stream));
}
