/**
 * Whether a history can be explained, by trying every order of its operations: slow, plain, and
 * with nothing in common with the checker that it is the measure of but the words.
 *
 * @module
 */
import { areEqual } from "../../src/equality.ts";
import { matches } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { Operation } from "../../stores/conformance/mod.ts";
import { append, emptyModel, type Model, versionIn } from "../../stores/conformance/model/model.ts";

/** Whether some order explains every answer and ends in the log. */
export function isExplained(
  operations: ReadonlyArray<Operation>,
  log: ReadonlyArray<Recorded<Encoded>>,
): boolean {
  const isWhole = log.every(({ position }, index) => position === index + 1);
  return isWhole && search(operations, emptyModel, log);
}

function search(
  left: ReadonlyArray<Operation>,
  model: Model,
  log: ReadonlyArray<Recorded<Encoded>>,
): boolean {
  if (left.every(isUnanswered) && endsIn(model, log)) return true;
  return left.some((operation) => {
    const isTooEarly = left.some((other) => other.completed < operation.invoked);
    if (isTooEarly) return false;
    const rest = left.filter((other) => other !== operation);
    const after = afterwards(model, operation);
    return after !== undefined && search(rest, after, log);
  });
}

/** Whether an operation may never have had its effect. */
function isUnanswered({ call }: Operation): boolean {
  if (call._tag !== "Append") return false;
  return call.answer === undefined ||
    (call.answer._tag === "Left" && call.answer.left.stored === "unknown");
}

function endsIn({ log }: Model, wanted: ReadonlyArray<Recorded<Encoded>>): boolean {
  return log.length === wanted.length && log.every((record, index) => {
    const { stream, version, commitId, event } = wanted[index]!;
    return record.stream === stream && record.version === version &&
      record.commitId === commitId && record.type === event.type &&
      areEqual(record.data, event.data);
  });
}

/** What the store holds after an operation; none if it would have answered otherwise. */
function afterwards(model: Model, operation: Operation): Model | undefined {
  const { call } = operation;
  switch (call._tag) {
    case "Stream":
      return versionIn(model.log, call.stream) === call.version ? model : undefined;
    case "Read": {
      const isMatch = matches(call.query);
      const found = model.log.flatMap((record, index) =>
        index + 1 > call.after && index + 1 <= call.through && isMatch(record) ? [index + 1] : []
      );
      const isReached = call.reach === "head"
        ? call.through === model.log.length
        : call.through <= model.log.length;
      return isReached && areEqual(found, call.positions) ? model : undefined;
    }
    case "Append": {
      const predicted = append(model, call.commit);
      if (isUnanswered(operation)) return predicted.model;
      return isAnswered(predicted, call) ? predicted.model : undefined;
    }
  }
}

function isAnswered(
  { answer: wanted, model }: ReturnType<typeof append>,
  { commit, answer }: Extract<Operation["call"], { readonly _tag: "Append" }>,
): boolean {
  if (answer === undefined) return false;
  if (answer._tag === "Right") {
    const { first, last, versions, repeated } = answer.right;
    if (wanted._tag !== "Stored" && wanted._tag !== "Repeated") return false;
    return first === wanted.first && last === wanted.last &&
      repeated === (wanted._tag === "Repeated") &&
      commit.writes.every(({ stream, events }) =>
        events.length === 0 ||
        versions.get(stream) === versionIn(model.log.slice(0, wanted.last), stream)
      );
  }
  const { left } = answer;
  if (left._tag === "IdempotencyMismatch") return wanted._tag === "Mismatch";
  return left._tag === "Conflict" && wanted._tag === "Conflict" && left.failed.length > 0 &&
    left.failed.every((check) => wanted.failing.some((one) => areEqual(one, check)));
}
