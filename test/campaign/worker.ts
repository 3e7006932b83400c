/**
 * A process that does jobs of a campaign, one after the other, until it is let go.
 *
 * @module
 */
import type { Done } from "./crew.ts";
import { carryOut, type Job } from "./jobs.ts";

// A job that throws is a defect of the campaign: it ends the process, and the crew tells.
process.on("message", async (job: Job) => {
  const begun = process.cpuUsage();
  const tally = await carryOut(job);
  const { user, system } = process.cpuUsage(begun);
  const done: Done = { tally, seconds: (user + system) / 1_000_000 };
  process.send?.(done);
});
