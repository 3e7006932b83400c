/**
 * Appending in a life: commits that are drawn by a plan, and what their answers must be.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Appended, Commit } from "../../src/event_store.ts";
import type { AppendFault } from "../../src/fault.ts";
import type { Encoded } from "../../src/record.ts";
import { type Attempt, isMarked, isUncertain, notGone } from "./attempt.ts";
import { type Invariant, noteStored, noteUnstored, versionsOf, violate } from "./history.ts";
import type { CommitPlan } from "./plan.ts";
import { as, noteFault, type Owner, type World } from "./world.ts";

const VERSIONS: Invariant = "I6 appends go on at the right version";

/** What an answer should be, if nothing goes wrong. */
interface Foretold {
  readonly attempt: Attempt;
  readonly isConflict: boolean;
  /** The last versions of the streams. */
  readonly versions: ReadonlyMap<string, number>;
}

type Answer = E.Either<AppendFault, Appended>;

/** Appends commits, all at once, and judges the answers. */
export async function appendCommits(
  world: World,
  owner: Owner,
  plans: ReadonlyArray<CommitPlan>,
): Promise<void> {
  const versions = new Map(versionsOf(world.history));
  const wasCertain = ![...world.history.attempts.values()].some(isUncertain);
  const foretold = plans.map((plan) => foretell(world, owner, plan, versions));
  const answers: Answer[] = [];
  const work = Promise.all(foretold.map(async ({ attempt }, at) => {
    const answer = await owner.store.append(attempt.commit)();
    answers[at] = answer;
    // Answers count as soon as they come: a process may end before the last of them.
    noteAnswer(world, owner, attempt, answer);
  }));
  const done = await as(world, owner.process, work);
  // What is told to be lost meanwhile changes what the others meet.
  const isSettled = ![...world.history.attempts.values()].some(isUncertain);
  // A commit for which the cold tier has to be asked is overtaken by others.
  const isInOrder = !world.plan.isCold || plans.length === 1;
  let isCertain = wasCertain && isSettled && isInOrder && done !== undefined;
  for (const [at, one] of foretold.entries()) {
    const answer = answers[at];
    if (!answer) return;
    if (isCertain) judgeAnswer(world, one, answer);
    isCertain &&= E.isRight(answer) || answer.left._tag === "Conflict";
  }
  await closeIfBroken(world, owner, answers);
}

function foretell(
  world: World,
  owner: Owner,
  plan: CommitPlan,
  versions: Map<string, number>,
): Foretold {
  world.attempts += 1;
  const id = `c${world.attempts}`;
  const [stream = "a-1"] = plan.streams;
  const version = versions.get(stream) ?? 0;
  const isConflict = plan.expects === "wrong" ||
    (plan.expects === "condition that fails" && version > 0);
  const commit: Commit<Encoded> = {
    ...plan.hasId ? { commitId: id } : {},
    writes: plan.streams.map((name, at) => ({
      stream: name,
      expected: at > 0 ? "any" : expectedBy(plan, version),
      events: Array.from({ length: plan.events }, (_, nth) => ({
        event: {
          type: `T${(world.attempts + nth) % 3}`,
          schemaVersion: 1,
          data: { id, nth, text: "x".repeat(plan.bytes) },
          tags: [`t${world.attempts % 4}`, `${id}`],
        },
      })),
    })),
    ...plan.expects === "condition that holds"
      ? { condition: { failIfEventsMatch: { tags: ["never"] } } }
      : {},
    ...plan.expects === "condition that fails"
      ? { condition: { failIfEventsMatch: { stream } } }
      : {},
  };
  if (!isConflict) {
    for (const name of plan.streams) versions.set(name, (versions.get(name) ?? 0) + plan.events);
  }
  const attempt: Attempt = {
    id,
    commit,
    process: owner.number,
    mayBeRefused: plan.expects !== "any" && plan.expects !== "condition that holds",
    standing: "open",
    isInDoubt: false,
    gone: notGone(),
    first: 0,
    last: 0,
  };
  world.history.attempts.set(id, attempt);
  world.disk.tell(`append ${id}: ${plan.streams.join(" and ")}, ${plan.events} events`);
  return { attempt, isConflict, versions: new Map(versions) };
}

function expectedBy({ expects }: CommitPlan, version: number): "any" | "noStream" | number {
  if (expects === "right") return version === 0 ? "noStream" : version;
  return expects === "wrong" ? version + 7 : "any";
}

function noteAnswer(world: World, owner: Owner, attempt: Attempt, answer: Answer): void {
  if (E.isRight(answer)) {
    world.disk.tell(`${attempt.id} is at ${answer.right.first}`);
    world.acknowledged += 1;
    noteStored(world.history, attempt, answer.right);
    return;
  }
  world.disk.tell(`${attempt.id}: ${answer.left._tag}`);
  noteUnstored(world.history, attempt, answer.left.stored);
  if (answer.left._tag === "Conflict") return;
  noteFault(world, owner.process, `append of ${attempt.id}`, answer.left);
}

function judgeAnswer(
  world: World,
  { attempt, isConflict, versions }: Foretold,
  answer: Answer,
): void {
  const { id, commit } = attempt;
  if (E.isLeft(answer)) {
    if (answer.left._tag === "Conflict" && !isConflict) {
      violate(world.history, VERSIONS, `${id} expects what is there, and is told: Conflict`);
    }
    return;
  }
  if (isConflict) {
    violate(world.history, VERSIONS, `${id} expects what is not there, and is stored`);
  }
  for (const { stream } of commit.writes) {
    const [found, wanted] = [answer.right.versions.get(stream), versions.get(stream)];
    if (!isConflict && found !== wanted) {
      violate(world.history, VERSIONS, `${id} is version ${found} of ${stream}, not ${wanted}`);
    }
  }
}

/** A store that says that it writes no more is closed, so that the next one finds out. */
async function closeIfBroken(
  world: World,
  owner: Owner,
  answers: ReadonlyArray<Answer>,
): Promise<void> {
  const faults = answers.flatMap((answer) => E.isLeft(answer) ? [answer.left] : []);
  const isRefused = faults.some((fault) => fault._tag === "WriteFailed");
  world.refusals = isRefused ? world.refusals + 1 : 0;
  const isBroken = faults.some((fault) => fault.stored === "unknown") || world.refusals > 2;
  if (!isBroken || world.owner !== owner) return;
  world.refusals = 0;
  await as(world, owner.process, owner.store.close());
  owner.process.kill();
  world.owner = undefined;
}

/** Appends again what is known, what is not, and what nobody knows of: the answers must tell. */
export async function appendAgain(world: World, owner: Owner): Promise<void> {
  const again = [...world.history.attempts.values()]
    .filter((attempt) => !isMarked(attempt))
    .filter(({ commit, process }) => commit.commitId !== undefined && process < owner.number)
    .filter(({ commit }) => commit.condition === undefined && commit.writes[0]?.expected === "any")
    .slice(-3);
  for (const attempt of again) {
    const wasThere = attempt.standing === "found" || attempt.standing === "stored";
    // One that a sleeper may still speak of is left alone.
    if (world.sleepers.length > 0 || isUncertain(attempt) || world.owner !== owner) continue;
    if (!wasThere) {
      attempt.standing = "open";
      attempt.process = owner.number;
      attempt.isInDoubt = false;
      world.history.attempts.delete(attempt.id);
      world.history.attempts.set(attempt.id, attempt);
    }
    const answer = await as(world, owner.process, owner.store.append(attempt.commit)());
    if (answer === undefined) return;
    if (E.isRight(answer) && answer.right.repeated !== wasThere) {
      const what = `${attempt.id} is told with repeated: ${answer.right.repeated}`;
      violate(world.history, "I1 every acknowledged append is present, once, in order", what);
    }
    if (E.isRight(answer) || !wasThere) noteAnswer(world, owner, attempt, answer);
    else noteFault(world, owner.process, `append of ${attempt.id} again`, answer.left);
  }
}
