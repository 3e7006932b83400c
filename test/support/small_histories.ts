/**
 * Small random histories: right ones, made by a plain log with random moments for everything, and
 * ones that something was done to.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Appended } from "../../src/event_store.ts";
import type { AppendFault } from "../../src/fault.ts";
import { matches } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { Call, Operation } from "../../stores/conformance/mod.ts";
import { append, emptyModel, type Model, versionIn } from "../../stores/conformance/model/model.ts";
import { event, proposing } from "../../stores/conformance/words.ts";
import { type Random, randomFrom } from "./kill_commits.ts";

/** A history, and the log that it ended with. */
export interface SmallHistory {
  readonly operations: ReadonlyArray<Operation>;
  readonly log: ReadonlyArray<Recorded<Encoded>>;
}

/** An operation on its way: what it will do, and from when to when it is under way. */
interface Planned {
  readonly client: string;
  readonly invoked: number;
  readonly moment: number;
  readonly completed: number;
  readonly isLost: boolean;
}

const streams = ["a", "b"];

/** A history of up to so many operations that a plain log gave. */
export function rightHistory(seed: number, operationsMax: number): SmallHistory {
  const random = randomFrom(seed);
  const planned = Array.from({ length: 1 + random.below(operationsMax) }, (_, n): Planned => {
    const [invoked = 0, moment = 0, completed = 0] = [
      random.below(100),
      random.below(100),
      random.below(100),
    ].sort((one, other) => one - other);
    return { client: `client-${n % 3}`, invoked, moment, completed, isLost: random.below(6) === 0 };
  });
  let model = emptyModel;
  const operations: Operation[] = [];
  for (const { client, invoked, completed, isLost } of inOrder(planned)) {
    const done = act(random, model, isLost);
    model = done.model;
    const isUntold = done.call._tag === "Append" && done.call.answer === undefined;
    operations.push({
      ...{ client, invoked, call: done.call },
      completed: isUntold ? Infinity : completed,
    });
  }
  return { operations, log: model.log.map(recordOf) };
}

function inOrder(planned: ReadonlyArray<Planned>): ReadonlyArray<Planned> {
  return [...planned].sort((one, other) => one.moment - other.moment);
}

function act(
  random: Random,
  model: Model,
  isLost: boolean,
): { readonly call: Call; readonly model: Model } {
  const stream = random.oneOf(streams);
  const kind = random.below(10);
  if (kind === 0) {
    return { call: { _tag: "Stream", stream, version: versionIn(model.log, stream) }, model };
  }
  if (kind < 4) return { call: reading(random, model), model };
  const events = Array.from(
    { length: random.oneOf([0, 1, 1, 1, 2]) },
    () => ({ event: event(random.oneOf(["A", "B"]), [], { n: random.below(2) }) }),
  );
  const [write] = proposing(stream, ...events).writes;
  const other = random.oneOf(streams.filter((name) => name !== stream));
  const commit = {
    commitId: `c${random.below(4)}`,
    writes: [{ ...write!, expected: random.oneOf(["any", "noStream", 0, 1, 2] as const) }],
    ...random.below(4) === 0 ? { checks: [{ stream: other, expected: random.below(3) }] } : {},
    ...random.below(4) === 0
      ? { condition: { failIfEventsMatch: { types: ["A"] }, after: random.below(3) } }
      : {},
  };
  const { answer, model: next } = append(model, commit);
  // Of what was lost, half had its effect.
  if (isLost) {
    const hadEffect = random.below(2) === 0;
    return { call: { _tag: "Append", commit, answer: undefined }, model: hadEffect ? next : model };
  }
  const told = (): E.Either<AppendFault, Appended> => {
    switch (answer._tag) {
      case "Mismatch":
        return E.left({ _tag: "IdempotencyMismatch", stored: "no", commitId: commit.commitId });
      case "Conflict":
        return E.left({ _tag: "Conflict", stored: "no", failed: answer.failing, attempts: 1 });
      default: {
        const { first, last, _tag } = answer;
        const version = versionIn(next.log.slice(0, last), stream);
        const versions = new Map([[stream, version]]);
        const repeated = _tag === "Repeated";
        return E.right({ commitId: commit.commitId, first, last, versions, repeated });
      }
    }
  };
  return { call: { _tag: "Append", commit, answer: told() }, model: next };
}

function reading(random: Random, model: Model): Call {
  const query = random.oneOf([{}, [], { stream: "a" }, { types: ["A"] }]);
  const head = model.log.length;
  const after = random.below(head + 1);
  const isPart = random.below(3) === 0;
  const through = isPart ? after + random.below(head - after + 1) : head;
  const isMatch = matches(query);
  const positions = model.log.flatMap((record, index) =>
    index + 1 > after && index + 1 <= through && isMatch(record) ? [index + 1] : []
  );
  return { _tag: "Read", query, after, positions, through, reach: isPart ? "part" : "head" };
}

function recordOf(told: Model["log"][number], index: number): Recorded<Encoded> {
  const { stream, version, type, schemaVersion, data, tags, commitId = "" } = told;
  return {
    ...{ stream, version, tags, schemaVersion, commitId, metadata: {} },
    event: { type, schemaVersion, data, tags },
    id: `e${index}`,
    position: index + 1,
    recordedAt: new Date(0),
  };
}

/** The history with something done to it, which may or may not make it wrong. */
export function twisted({ operations, log }: SmallHistory, seed: number): SmallHistory {
  const random = randomFrom(seed, 1);
  const at = random.below(operations.length);
  const changed = (change: (operation: Operation) => Operation): SmallHistory => ({
    operations: operations.map((operation, index) => index === at ? change(operation) : operation),
    log,
  });
  switch (random.below(8)) {
    case 0:
      return {
        operations,
        log: renumbered(log.filter((_, index) => index !== random.below(log.length))),
      };
    case 1: {
      const cut = random.below(log.length + 1);
      return { operations, log: renumbered([...log.slice(cut), ...log.slice(0, cut)]) };
    }
    case 2:
      return { operations: operations.filter((_, index) => index !== at), log };
    case 3:
    case 4:
      return changed((operation) => moved(operation, random));
    default:
      return changed(({ call, ...operation }) => ({ ...operation, call: otherwise(call, random) }));
  }
}

function moved({ completed, ...operation }: Operation, random: Random): Operation {
  const [invoked = 0, later = 0] = [random.below(100), random.below(100)].sort((one, other) =>
    one - other
  );
  return { ...operation, invoked, completed: completed === Infinity ? completed : later };
}

/** The records with the positions and versions that their order gives them. */
function renumbered(log: ReadonlyArray<Recorded<Encoded>>): ReadonlyArray<Recorded<Encoded>> {
  return log.map((record, index) => ({
    ...record,
    position: index + 1,
    version: log.slice(0, index + 1).filter(({ stream }) => stream === record.stream).length,
  }));
}

/** Another answer to the same question. */
function otherwise(call: Call, random: Random): Call {
  switch (call._tag) {
    case "Stream":
      return { ...call, version: Math.max(0, call.version + random.oneOf([-1, 1])) };
    case "Read":
      return random.below(2) === 0
        ? { ...call, through: Math.max(call.after, call.through + random.oneOf([-1, 1])) }
        : { ...call, positions: call.positions.slice(1) };
    case "Append":
      return { ...call, answer: otherAnswer(call, random) };
  }
}

function otherAnswer(
  { commit, answer }: Extract<Call, { readonly _tag: "Append" }>,
  random: Random,
): E.Either<AppendFault, Appended> | undefined {
  if (answer === undefined || random.below(5) === 0) return undefined;
  if (E.isRight(answer)) {
    const { first, last, repeated } = answer.right;
    switch (random.below(3)) {
      case 0:
        return E.right({ ...answer.right, repeated: !repeated });
      case 1:
        return E.right({ ...answer.right, first: first + 1, last: last + 1 });
      default: {
        const [{ stream, expected }] = [...commit.writes] as [typeof commit.writes[number]];
        const failed = [{ stream, expected, found: random.below(3) || "noStream" as const }];
        return E.left({ _tag: "Conflict", stored: "no", failed, attempts: 1 });
      }
    }
  }
  if (answer.left._tag !== "Conflict") {
    return E.right({
      commitId: commit.commitId ?? "",
      ...{ first: 1, last: 1, versions: new Map([["a", 1]]), repeated: true },
    });
  }
  const failed = answer.left.failed.map((check) =>
    "condition" in check
      ? { ...check, matching: check.matching.slice(1) }
      : { ...check, found: random.below(3) || "noStream" as const }
  );
  return E.left({ ...answer.left, failed });
}
