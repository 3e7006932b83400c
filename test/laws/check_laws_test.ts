import * as fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, decider } from "../../src/decider.ts";
import { describeLaws, expectLaw } from "../../src/laws/check_laws.ts";
import { deciderLaws } from "../../src/laws/decider_laws.ts";
import { keyOf, type Law } from "../../src/laws/law.ts";

/** The functions of Jest, as its types have them. */
interface Jest {
  readonly describe: (name: number | string, body: () => void) => void;
  readonly it: (
    name: string,
    body?:
      | ((done: (why?: string | { message: string }) => void) => void | undefined)
      | (() => PromiseLike<unknown>),
    timeoutMs?: number,
  ) => void;
}

/** A decider that counts, and may count to a limit. */
function counterLaws(limit: number): ReadonlyArray<Law> {
  return deciderLaws({
    name: "counter",
    decider: decider({
      initialState: 0,
      decide: (by: number) => accept({ by }),
      evolve: (sum, event: { readonly by: number }) => sum + event.by,
    }),
    commands: () => fc.nat(9),
    invariants: { "the sum is small": (sum) => sum < limit },
  });
}

describe("laws as tests", () => {
  it("run under Jest: its functions fit, and each law is a test of its own", async () => {
    const tests: { readonly name: string; readonly run: () => unknown }[] = [];
    const suites: (number | string)[] = [];
    const jest: Jest = {
      describe: (name, body) => {
        suites.push(name);
        body();
      },
      it: (name, body) => {
        // It is Jest that takes a function with a parameter for one that calls back.
        assert(body && body.length === 0);
        tests.push({ name, run: body as () => unknown }); // as was just seen
      },
    };
    const laws = counterLaws(5);
    describeLaws(laws, jest, { seed: 1 });
    assert.deepEqual(suites, ["counter"]);
    assert.deepEqual(tests.map(({ name }) => name.split(": ")[0]), laws.map(keyOf));
    const outcomes = await Promise.allSettled(tests.map(({ run }) => run()));
    const broken = tests.filter((_, at) => outcomes[at]?.status === "rejected");
    assert.deepEqual(broken.map(({ name }) => name), [
      "DE16/the sum is small: the sum is small",
    ]);
  });
});

describe("a case that is judged again", () => {
  it("says what it breaks, where, and what was wanted", async () => {
    const laws = counterLaws(5);
    await expectLaw(laws, "DE16/the sum is small", { commands: [1] });
    await assert.rejects(
      expectLaw(laws, "DE16/the sum is small", { commands: [9] }),
      ({ message }) => {
        assert.match(message, /^counter breaks DE16\/the sum is small: .*\n {2}But {4}/);
        return true;
      },
    );
    await assert.rejects(expectLaw(laws, "DE99", {}), /there is no law DE99; there are DE0/);
  });
});
