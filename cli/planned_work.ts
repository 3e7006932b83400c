/**
 * Work that is said before it is done: the plan always, the work only if that was asked for.
 *
 * @module
 */
import type { ColdOptions, FileStore } from "leftfold/stores/file";
import { unlessInterrupted } from "./interruption.ts";
import { withStore } from "./open_store.ts";
import type { PlannedRequest } from "./request.ts";
import type { ExitCode, World } from "./world.ts";

/** A piece of such work. What goes wrong is thrown. */
export interface PlannedWork<Plan extends object, Done extends object> {
  /** Writes nothing. */
  readonly plan: (store: FileStore) => Promise<Plan>;
  /** The plan in sentences, for whoever has to say yes. */
  readonly explain: (plan: Plan) => ReadonlyArray<string>;
  /** Whether it would come to anything. */
  readonly isNeeded: (plan: Plan) => boolean;
  readonly perform: (store: FileStore, plan: Plan) => Promise<Done>;
  /** What came of it, in a sentence; nothing if nothing was to be done. */
  readonly report: (done: Done, plan: Plan) => string | undefined;
  /** Whether the plan would be refused, or what was done is not all; no if left out. */
  readonly isProblem?: (plan: Plan, done: Done | undefined) => boolean;
}

/**
 * Says the plan of a piece of work, and carries it out if that was asked for. A plan alone is made
 * beside a writer too, and writes nothing.
 */
export async function planOrPerform<Plan extends object, Done extends object>(
  { store: place, json, isDone }: PlannedRequest,
  { plan, explain, isNeeded, perform, report, isProblem = () => false }: PlannedWork<Plan, Done>,
  cold: ColdOptions,
  world: World,
): Promise<ExitCode> {
  const { out, interruption } = world;
  const mode = isDone ? "existing" : "readOnly";
  const { value: isFine, exitCode } = await withStore(
    place,
    { mode, ...cold },
    world,
    async (store) => {
      const planned = await unlessInterrupted(plan(store), interruption);
      if (!json) { for (const line of explain(planned)) await out.line(line); }
      // What is said before is what is done; whoever watches has it before it happens.
      if (isDone) await out.flush();
      const done = isDone ? await perform(store, planned) : undefined;
      if (json) await out.line(JSON.stringify({ store: place, ...planned, ...done, isDone }));
      else {
        const isRefused = isProblem(planned, done);
        const said = done
          ? report(done, planned)
          : isRefused || !isNeeded(planned)
          ? undefined
          : notDone;
        if (said !== undefined) await out.line(said);
      }
      return !isProblem(planned, done);
    },
  );
  return isFine ? exitCode : 1;
}

const notDone = "Nothing is done yet; to do it, repeat the command with --yes";
