/**
 * `leftfold repair`: gives a damaged log an end, once a person has said where.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { explainRepair, planRepair, type Repair, repairStore } from "leftfold/stores/file";
import { readingCold } from "../cold_tier.ts";
import { progressBar, watched } from "../progress_bar.ts";
import type { RepairRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. A store that wants a repair and does not get it is a problem. */
export async function runRepair(request: RepairRequest, world: World): Promise<ExitCode> {
  const { store: place, json, at, isDone } = request;
  const { out, stderr, interruption, environment } = world;
  const cold = await readingCold(request.cold, environment);
  const bar = progressBar(stderr);
  const storage = directory(place);
  try {
    const looking = watched(bar, "Looking", interruption);
    const plan = await run(planRepair(storage, { ...looking, ...cold, ...(at && { at }) }));
    if (!json) { for (const line of explainRepair(plan)) await out.line(line); }
    const isRepaired = isDone && plan._tag === "Repair";
    if (isRepaired) {
      // What is said before is what is done; whoever watches has it before it happens.
      await out.flush();
      await run(
        repairStore(storage, plan, { ...watched(bar, "Repairing", interruption), ...cold }),
      );
    }
    if (json) await out.line(JSON.stringify({ store: place, ...plan, isRepaired }));
    else if (isRepaired) await out.line(`Repaired ${place}`);
    else if (plan._tag === "Repair") await out.line(notDone(plan));
    return plan._tag === "Repair" && !isRepaired ? 1 : 0;
  } finally {
    bar.end();
  }
}

function notDone({ end: { segment, offset } }: Repair): string {
  return "Nothing is done yet; if a backup holds more, restore it instead; to go on like this, " +
    `repeat the command with --yes, or with --at ${segment}:${offset} or an earlier place`;
}
