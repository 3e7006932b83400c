/**
 * The `leftfold` command, from its arguments to its exit code.
 *
 * It has no logic of its own: it reads what is asked for, calls the library's entry points, and
 * prints what they say.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { readCommandLine } from "./command_line.ts";
import { runArchive } from "./commands/archive.ts";
import { runBackup } from "./commands/backup.ts";
import { runCut } from "./commands/cut.ts";
import { runDrop } from "./commands/drop.ts";
import { runErase } from "./commands/erase.ts";
import { runExport } from "./commands/export.ts";
import { runFollow } from "./commands/follow.ts";
import { runHead } from "./commands/head.ts";
import { runLaws } from "./commands/laws.ts";
import { runImport } from "./commands/import.ts";
import { runRead } from "./commands/read.ts";
import { runRebuildIndex } from "./commands/rebuild_index.ts";
import { runRepair } from "./commands/repair.ts";
import { runRestore } from "./commands/restore.ts";
import { runStats } from "./commands/stats.ts";
import { runStreams } from "./commands/streams.ts";
import { runVerify } from "./commands/verify.ts";
import { exitCodeOf } from "./interruption.ts";
import { outputTo } from "./output.ts";
import { explainProblem, printProblem, type Problem, problemOf } from "./problem.ts";
import type { Request } from "./request.ts";
import type { ExitCode, Surroundings, World } from "./world.ts";

/** Runs a command and gives its exit code. All that it has to say is written by then. */
export async function command(
  args: ReadonlyArray<string>,
  { stdout, version, ...rest }: Surroundings,
): Promise<number> {
  const out = outputTo(stdout, "standard output");
  const errors = outputTo(rest.stderr, "standard error");
  const remark = async (text: string): Promise<void> => {
    await errors.line(text);
    await errors.flush();
  };
  const asked = readCommandLine(args, version);
  const world: World = { ...rest, out, remark };
  try {
    if (E.isRight(asked)) {
      const exitCode = await perform(asked.right, world);
      await out.flush();
      return exitCode;
    }
    const { text, exitCode } = asked.left;
    await (exitCode === 0 ? out : errors).line(text);
    await (exitCode === 0 ? out : errors).flush();
    return exitCode;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return await told(problem, E.isRight(asked) ? asked.right : undefined, world);
  }
}

function perform(request: Request, world: World): Promise<ExitCode> {
  switch (request._tag) {
    case "Import":
      return runImport(request, world);
    case "Export":
      return runExport(request, world);
    case "Read":
      return runRead(request, world);
    case "Follow":
      return runFollow(request, world);
    case "Streams":
      return runStreams(request, world);
    case "Stats":
      return runStats(request, world);
    case "Head":
      return runHead(request, world);
    case "Verify":
      return runVerify(request, world);
    case "Repair":
      return runRepair(request, world);
    case "Archive":
      return runArchive(request, world);
    case "Backup":
      return runBackup(request, world);
    case "Restore":
      return runRestore(request, world);
    case "RebuildIndex":
      return runRebuildIndex(request, world);
    case "Cut":
      return runCut(request, world);
    case "Drop":
      return runDrop(request, world);
    case "Erase":
      return runErase(request, world);
    case "Laws":
      return runLaws(request, world);
  }
}

/** Tells a problem, also as the object that a program waits for, and gives the exit code. */
async function told(
  problem: Problem,
  request: Request | undefined,
  { out, remark, interruption }: World,
): Promise<number> {
  const by = interruption.by();
  const isEnd = by !== undefined && isCancelled(problem);
  // Who pressed Ctrl-C need not be told so.
  if (problem._tag !== "Cancelled" || !isEnd) await remark(explainProblem(problem, request));
  if (request && answersWithObject(request)) await out.line(printProblem(problem));
  // What was printed before the problem is as good as it was.
  await out.flush();
  return isEnd ? exitCodeOf[by] : 1;
}

function isCancelled(problem: Problem): boolean {
  return problem._tag === "Cancelled" ||
    (problem._tag === "ImportStopped" && problem.cause._tag === "Cancelled");
}

/** Whether a program waits for one object. */
function answersWithObject(request: Request): boolean {
  if (!request.json) return false;
  switch (request._tag) {
    case "Read":
    case "Follow":
    case "Streams":
      return false;
    case "Export":
      return request.output !== undefined;
    default:
      return true;
  }
}
