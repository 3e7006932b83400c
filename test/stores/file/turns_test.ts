import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { takingTurns } from "../../../stores/file/turns.ts";

/** An act that ends when it is told to. */
function held(
  told: string[],
  name: string,
): { readonly act: () => Promise<string>; readonly end: (failure?: Error) => void } {
  let end = (_failure?: Error): void => {};
  const act = async (): Promise<string> => {
    told.push(`${name} begins`);
    const failure = await new Promise<Error | undefined>((resolve) => end = resolve);
    told.push(`${name} ends`);
    if (failure) throw failure;
    return name;
  };
  return { act, end: (failure) => end(failure) };
}

describe("who takes turns", () => {
  test("is at once at work if nobody else is, and done at once if it waits for nothing", () => {
    const turns = takingTurns();
    assert.equal(turns.take(() => 1), 1);
    assert.equal(turns.take(() => 2), 2);
  });

  test("begins when those before have ended, in the order of the calls", async () => {
    const told: string[] = [];
    const turns = takingTurns();
    const [one, two] = [held(told, "one"), held(told, "two")];
    const asked = [turns.take(one.act), turns.take(two.act), turns.take(() => told.push("three"))];
    assert.deepEqual(told, ["one begins"]);
    one.end();
    await asked[0];
    await new Promise((resolve) => setTimeout(resolve, 0));
    two.end();
    await Promise.all(asked);
    assert.deepEqual(told, ["one begins", "one ends", "two begins", "two ends", "three"]);
  });

  test("does not mind how the one before has ended", async () => {
    const told: string[] = [];
    const turns = takingTurns();
    const one = held(told, "one");
    const failed = turns.take(one.act);
    const next = turns.take(() => "next");
    one.end(new Error("full"));
    await assert.rejects(failed, /full/);
    assert.equal(await next, "next");
    assert.equal(turns.take(() => "free again"), "free again");
  });

  test("is over when those have ended, too, that came meanwhile", async () => {
    const told: string[] = [];
    const turns = takingTurns();
    const [one, two] = [held(told, "one"), held(told, "two")];
    const first = turns.take(one.act);
    const over = turns.over().then(() => told.push("over"));
    const second = turns.take(two.act);
    one.end();
    await first;
    await new Promise((resolve) => setTimeout(resolve, 0));
    two.end();
    await second;
    await over;
    assert.deepEqual(told, ["one begins", "one ends", "two begins", "two ends", "over"]);
  });
});
