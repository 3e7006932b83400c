import assert from "node:assert/strict";
import { test } from "node:test";
import { openFileStore } from "../../../../stores/file/mod.ts";
import { type Fate, simulatedDisk } from "../../../../stores/storage/simulated.ts";
import { event, ok, toStream } from "../../../../stores/conformance/words.ts";

/** Everything is read slowly, and the next write to a segment fails. */
function slowReadsAndFailingWrite(): Fate {
  let hasFailed = false;
  return ({ operation, name }) => {
    if (operation === "read") return { _tag: "Slow", ms: 50, done: "last" };
    if (operation !== "write" || !name.startsWith("segment-") || hasFailed) return undefined;
    hasFailed = true;
    return { _tag: "Fails", code: "EIO" };
  };
}

test("a version that a failed write takes back is not built upon", async () => {
  const disk = simulatedDisk({ seed: 1 });
  const within = async <Value>(work: Promise<Value>): Promise<Value> => {
    const ending = await disk.until(work);
    assert(ending._tag === "Done");
    return ending.value;
  };
  const founder = await within(ok(openFileStore(disk.start().storage)));
  await within(ok(founder.append(toStream("one", ["T"]))));
  await within(ok(founder.append({
    writes: [
      { stream: "other", expected: "any", events: [{ event: event("T") }] },
      { stream: "third", expected: "any", events: [{ event: event("U") }] },
    ],
  })));
  await within(ok(founder.close));
  const store = await within(ok(openFileStore(disk.start().storage)));
  disk.befall(slowReadsAndFailingWrite());

  // The second one finds the version of `one` in memory, and must read a commit for its condition.
  // Meanwhile the first one fails: the version in memory is none any more.
  const [lost, kept] = await within(Promise.all([
    store.append(toStream("one", ["T"]))(),
    store.append({
      ...toStream("one", ["T"]),
      condition: { failIfEventsMatch: { stream: "other", types: ["U"] } },
    })(),
  ]));
  assert(lost._tag === "Left" && lost.left._tag === "WriteFailed");
  assert(kept._tag === "Right");
  assert.deepEqual([...kept.right.versions], [["one", 2]]);
});
