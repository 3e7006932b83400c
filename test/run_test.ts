import * as TE from "fp-ts/lib/TaskEither.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fault, Rejected } from "../src/fault.ts";
import { FaultError, run } from "../src/run.ts";

const rejected: Rejected<string> = { _tag: "Rejected", rejection: "SoldOut", version: 3 };

test("a result is given", async () => {
  assert.equal(await run(TE.right(2)), 2);
});

test("a rejection is returned", async () => {
  const task: TE.TaskEither<Rejected<string> | Fault, number> = TE.left(rejected);
  const outcome: number | Rejected<string> = await run(task);
  assert.deepEqual(outcome, rejected);
});

test("a fault is thrown, with its sentence and its cause", async () => {
  const cause = new Error("the bus is gone");
  const fault: Fault = { _tag: "ReadFailed", stored: "no", cause };
  await assert.rejects(run(TE.left(fault)), (error) => {
    assert.ok(error instanceof FaultError && error instanceof Error);
    assert.deepEqual([error.name, error.fault, error.cause], ["FaultError", fault, cause]);
    assert.equal(error.message, "The log could not be read: the bus is gone");
    return true;
  });
});

test("what another program leaves is thrown, and shown as it is", async () => {
  await assert.rejects(run(TE.left("mail failed")), { message: "mail failed" });
  await assert.rejects(run(TE.left({ code: 7 })), { message: '{"code":7}', fault: { code: 7 } });
  await assert.rejects(run(TE.left(undefined)), { message: "undefined", fault: undefined });
});

test("a defect goes through as it is", async () => {
  await assert.rejects(run(() => Promise.reject(new RangeError("no"))), RangeError);
});
