/**
 * Cutting a life down that breaks a promise: fewer misfortunes, fewer steps, smaller commits, as long
 * as a promise is broken still. What is left is what somebody has to understand.
 *
 * @module
 */
import type { Profile, Struck } from "../../stores/storage/simulated.ts";
import { life, type Plan, type Step, type StoreUnderTest, type Verdict } from "./life.ts";

/** Lives that are tried at most: each is one of the campaign's. */
const LIVES_MAX = 2_000;

/** A life as data: had again, it comes to the same. */
interface Life {
  readonly plan: Plan;
  readonly struck: ReadonlyArray<Struck>;
}

/** The smallest life that was found to break the promise that a verdict says is broken, if it does. */
export async function shrink(
  verdict: Verdict,
  profile: Profile,
  under: StoreUnderTest,
): Promise<Verdict> {
  let least = verdict;
  const wanted = verdict.violations[0]?.invariant;
  if (wanted === undefined) return least;
  let tried = 0;
  const isBroken = async (candidate: Life): Promise<boolean> => {
    if (tried++ >= LIVES_MAX) return false;
    const again = await life(verdict.seed, profile, under, { ...candidate, wantsTrace: true });
    if (again.violations[0]?.invariant !== wanted) return false;
    least = again;
    return true;
  };
  for (let before = Infinity; sizeOf(least) < before && tried < LIVES_MAX;) {
    before = sizeOf(least);
    for (let at = 0; at < 10_000; at++) {
      const candidate = smaller(least, at);
      if (candidate === undefined) break;
      // What was left out moved the next one here.
      if (await isBroken(candidate)) at -= 1;
    }
  }
  return least;
}

function sizeOf({ plan, struck }: Life): number {
  return struck.length + JSON.stringify(plan.steps).length;
}

/** One of the next smaller lives; none behind the last. */
function smaller({ plan, struck }: Life, at: number): Life | undefined {
  const { steps } = plan;
  const withSteps = (some: ReadonlyArray<Step>): Life => ({
    plan: { ...plan, steps: some },
    struck,
  });
  if (at < steps.length) return withSteps(without(steps, steps.length - 1 - at));
  const nth = at - steps.length;
  if (nth < struck.length) return { plan, struck: without(struck, struck.length - 1 - nth) };
  const plainer = plainerSteps(steps)[nth - struck.length];
  return plainer && withSteps(plainer);
}

/** Plans with one commit less, or one that is plainer. */
function plainerSteps(steps: ReadonlyArray<Step>): ReadonlyArray<ReadonlyArray<Step>> {
  return steps.flatMap((step, at) => {
    if (step._tag !== "Append") return [];
    const { commits } = step;
    const fewer = commits.length < 2 ? [] : commits.map((_, nth) => without(commits, nth));
    const plainer = commits.flatMap((commit, nth) => {
      const { events, bytes, streams } = commit;
      if (events === 1 && bytes === 0 && streams.length === 1) return [];
      const plain = { ...commit, events: 1, bytes: 0, streams: streams.slice(0, 1) };
      return [commits.map((one, other) => other === nth ? plain : one)];
    });
    return [...fewer, ...plainer].map((some) =>
      steps.map((one, other) => other === at ? { ...step, commits: some } : one)
    );
  });
}

function without<Value>(values: ReadonlyArray<Value>, at: number): ReadonlyArray<Value> {
  return values.filter((_, other) => other !== at);
}
