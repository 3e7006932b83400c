import assert from "node:assert/strict";
import { test } from "node:test";
import * as E from "fp-ts/lib/Either.js";
import type { Commit } from "../../../../src/event_store.ts";
import type { Encoded } from "../../../../src/record.ts";
import type { Expected } from "../../../../src/stream.ts";
import { encodeContent } from "../../../../stores/file/format/commit_body.ts";
import {
  failedCondition,
  failedExpectations,
  matchingRecent,
  type RecentCommit,
} from "../../../../stores/file/append/verdict.ts";
import { event } from "../../../../stores/conformance/words.ts";

function recent(position: number, commit: Commit<Encoded>): RecentCommit {
  const content = encodeContent(commit);
  assert.ok(E.isRight(content));
  return { position, content: content.right };
}

const under = (tags: ReadonlyArray<string>, after = 0): Commit<Encoded> => ({
  writes: [],
  condition: { failIfEventsMatch: { tags }, after },
});

test("an expectation fails exactly if it does not hold, and tells what was found", () => {
  const found = (expected: Expected, version: number): unknown => {
    const commit = { writes: [], checks: [{ stream: "a", expected }] };
    return failedExpectations(commit, () => version)[0];
  };
  for (
    const [expected, version] of [["any", 0], ["any", 3], ["noStream", 0], [3, 3], [0, 0]] as const
  ) {
    assert.equal(found(expected, version), undefined);
  }
  assert.equal(found("streamExists", 1), undefined);
  assert.deepEqual(found("noStream", 2), { stream: "a", expected: "noStream", found: 2 });
  assert.deepEqual(found("streamExists", 0), {
    stream: "a",
    expected: "streamExists",
    found: "noStream",
  });
  assert.deepEqual(found(2, 3), { stream: "a", expected: 2, found: 3 });
});

test("a condition looks at each event of queued commits, and at none up to its position", () => {
  const queued = recent(5, {
    writes: [
      {
        stream: "a-1",
        expected: "any",
        events: [{ event: event("A", ["x"]) }, { event: event("B") }],
      },
      { stream: "b-1", expected: "any", events: [{ event: event("A", ["y"]), tags: ["x"] }] },
    ],
  });
  assert.deepEqual(matchingRecent(under(["x"]), [queued], 0), [5, 7]);
  assert.deepEqual(matchingRecent(under(["x"]), [queued], 5), [7]);
  assert.deepEqual(matchingRecent(under(["x"]), [queued], 7), []);
  // Both tags are in the frame, and in one event only once.
  assert.deepEqual(matchingRecent(under(["x", "y"]), [queued], 0), [7]);
  assert.deepEqual(matchingRecent({ writes: [] }, [queued], 0), []);
});

test("a conflict names the first sixteen positions that match", () => {
  const positions = Array.from({ length: 20 }, (_, at) => at + 1);
  const [failed] = failedCondition(under(["x"]), positions);
  assert.ok(failed && "matching" in failed);
  assert.deepEqual(failed.matching, positions.slice(0, 16));
  assert.deepEqual(failedCondition(under(["x"]), []), []);
});
