import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { hermetic } from "../../src/laws/hermetic.ts";

const moment = new Date(0);

/** What is not pure, and what it is called. */
const impure: Readonly<Record<string, () => unknown>> = {
  "Date.now()": () => Date.now(),
  "new Date()": () => new Date(),
  "Math.random()": () => Math.random(),
  "performance.now()": () => performance.now(),
  "crypto.randomUUID()": () => crypto.randomUUID(),
  "crypto.getRandomValues()": () => crypto.getRandomValues(new Uint8Array(1)),
  "setTimeout()": () => setTimeout(() => {}, 0),
  "setInterval()": () => setInterval(() => {}, 1000),
  "queueMicrotask()": () => queueMicrotask(() => {}),
  "fetch()": () => fetch("http://localhost"),
  "process.hrtime()": () => process.hrtime(),
  "process.nextTick()": () => process.nextTick(() => {}),
  "process.cwd()": () => process.cwd(),
  "process.env.HOME": () => process.env["HOME"],
  "process.env": () => Object.keys(process.env),
  "new WeakRef()": () => new WeakRef({}),
  "new FinalizationRegistry()": () => new FinalizationRegistry(() => {}),
  "localeCompare without a locale": () => "a".localeCompare("b"),
  "toLocaleUpperCase without a locale": () => "a".toLocaleUpperCase(),
  "toLocaleLowerCase without a locale": () => "A".toLocaleLowerCase(),
  "toLocaleString without a locale": () => (1).toLocaleString(),
  "toLocaleDateString without a locale": () => moment.toLocaleDateString(),
  "toLocaleTimeString without a locale": () => moment.toLocaleTimeString(),
  "Intl.Collator without a locale": () => new Intl.Collator(),
  "Intl.NumberFormat without a locale": () => new Intl.NumberFormat(),
  "Intl.DateTimeFormat without a locale": () => Intl.DateTimeFormat(),
};

/** What gives the same each time. */
const pure: Readonly<Record<string, () => unknown>> = {
  "a date of its own": () => new Date("2020-02-02T00:00:00Z").getTime(),
  "a date out of numbers": () => new Date(2020, 1, 1).getFullYear(),
  "Date.UTC": () => Date.UTC(2020, 1, 1),
  "Date.parse": () => Date.parse("2020-02-02"),
  "an order by code units": () => ["b", "a"].sort(),
  "an order of a locale": () => "a".localeCompare("b", "de"),
  "a number of a locale": () => (1234.5).toLocaleString("en"),
  "a collator of a locale": () => new Intl.Collator("en").compare("a", "b"),
  "a map": () => new Map([[1, 2]]).get(1),
};

describe("the hermetic room", () => {
  for (const [what, run] of Object.entries(impure)) {
    it(`tells of ${what}`, () => {
      const answer = hermetic(run);
      assert(E.isLeft(answer), `${what} was not noticed`);
      assert.equal(answer.left.what, what);
      assert.match(answer.left.stack, /hermetic_test/);
    });
  }

  for (const [what, run] of Object.entries(pure)) {
    it(`lets pass ${what}`, () => {
      assert.deepEqual(hermetic(run), E.right(run()));
    });
  }

  it("tells of the first thing that was asked", () => {
    const answer = hermetic(() => [Math.random(), Date.now()]);
    assert(E.isLeft(answer));
    assert.equal(answer.left.what, "Math.random()");
  });

  it("tells also of what catches the complaint and goes on", () => {
    const answer = hermetic(() => {
      try {
        return Math.random();
      } catch {
        return 0.5;
      }
    });
    assert(E.isLeft(answer));
  });

  it("throws on what the function throws itself", () => {
    assert.throws(() =>
      hermetic(() => {
        throw new RangeError("too far");
      }), new RangeError("too far"));
  });

  it("leaves everything as it was, whatever the function does", () => {
    const places = [
      [globalThis, "Date"],
      [Date, "now"],
      [Math, "random"],
      [globalThis, "setTimeout"],
      [globalThis, "WeakRef"],
      [process, "env"],
      [String.prototype, "localeCompare"],
      [Intl, "Collator"],
    ] as const;
    const look = (): ReadonlyArray<unknown> =>
      places.map(([target, name]) => {
        const { get, set, ...field } = Object.getOwnPropertyDescriptor(target, name) ?? {};
        return [name, field, typeof get, typeof set];
      });
    const before = look();
    hermetic(() => 1);
    hermetic(() => Math.random());
    assert.throws(() =>
      hermetic(() => {
        throw new Error("no");
      })
    );
    assert.deepEqual(look(), before);
    assert(Date.now() > 0 && new Date() instanceof Date && Math.random() < 1);
  });

  it("may stand in another", () => {
    const answer = hermetic(() => hermetic(() => Math.random()));
    // The inner one takes the complaint for its own.
    assert(E.isRight(answer) && E.isLeft(answer.right));
    assert(Math.random() < 1);
  });

  it("gives dates that are dates outside", () => {
    const answer = hermetic(() => new Date(7));
    assert(E.isRight(answer));
    assert(answer.right instanceof Date);
    assert.equal(Object.getPrototypeOf(answer.right), Date.prototype);
  });
});
