import assert from "node:assert/strict";
import { test } from "node:test";
import { hotStates } from "../src/hot_states.ts";

const at = (version: number): { state: string; version: number; position: number } => ({
  state: `after ${version}`,
  version,
  position: 10 * version,
});

test("of more streams than are kept, the one used longest ago goes", () => {
  const hot = hotStates<string>(2);
  hot.keep("a", at(1));
  hot.keep("b", at(1));
  hot.of("a");
  hot.keep("c", at(1));
  assert.deepEqual([hot.of("a"), hot.of("b"), hot.of("c")], [at(1), undefined, at(1)]);
});

test("keeping a stream again takes no place of another", () => {
  const hot = hotStates<string>(2);
  hot.keep("a", at(1));
  hot.keep("b", at(1));
  hot.keep("b", at(2));
  assert.deepEqual([hot.of("a"), hot.of("b")], [at(1), at(2)]);
});

test("an older state never takes the place of a later one", () => {
  const hot = hotStates<string>(2);
  hot.keep("a", at(3));
  hot.keep("a", at(2));
  assert.deepEqual(hot.of("a"), at(3));
  hot.forget("a");
  hot.keep("a", at(2));
  assert.deepEqual(hot.of("a"), at(2));
});

test("nothing is kept where nothing may be", () => {
  const hot = hotStates<string>(0);
  hot.keep("a", at(1));
  assert.equal(hot.of("a"), undefined);
});
