/**
 * The hermetic room: a function runs in it, and what it asks of the platform is told.
 *
 * While the function runs, what gives a time, a chance, a place or a later turn is replaced by what
 * complains. It is not a sandbox: a reference that was taken before (`const now = Date.now`) and the
 * named imports of a module are out of its reach. For those there are laws that fold again later.
 * Garbage collection counts as chance, as in Temporal's workflow sandbox.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Something that a pure function does not ask. */
export interface Impurity {
  /** As in `Date.now()`. */
  readonly what: string;
  /** Where it was asked, as the platform tells it. */
  readonly stack: string;
}

/** A place in which something is replaced for a while. */
interface Trap {
  readonly target: object;
  readonly name: string;
  /** What stands there instead. It gets what stood there. */
  readonly replace: (original: unknown, complain: Complain) => unknown;
}

/** Notes the first impurity, and throws. */
type Complain = (what: string) => never;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * What a function gives, or the first thing that it asked of the platform. What it throws itself is
 * thrown on. It must answer at once: what it does later is not seen.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { hermetic } from "leftfold/laws";
 *
 * assert.deepEqual(hermetic(() => 2 + 2), E.right(4));
 * const impure = hermetic(() => Math.random());
 * assert(E.isLeft(impure));
 * assert.equal(impure.left.what, "Math.random()");
 * ```
 */
export function hermetic<Value>(run: () => Value): E.Either<Impurity, Value> {
  let first: Impurity | undefined;
  const complain: Complain = (what) => {
    const error = new Error(`${what} was asked in a pure function`);
    first ??= { what, stack: error.stack ?? "" };
    throw error;
  };
  const undo = set(traps(), complain);
  try {
    const value = run();
    return first ? E.left(first) : E.right(value);
  } catch (thrown) {
    // A function that catches the complaint and goes on is caught above.
    if (first) return E.left(first);
    throw thrown;
  } finally {
    undo();
  }
}

function set(all: ReadonlyArray<Trap>, complain: Complain): () => void {
  const before: (readonly [object, string, PropertyDescriptor | undefined])[] = [];
  for (const { target, name, replace } of all) {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    if (descriptor?.configurable === false && descriptor.writable !== true) continue;
    before.push([target, name, descriptor]);
    // Whatever stands there is handed on; what is not called is never looked at.
    const original: unknown = descriptor && "value" in descriptor
      ? descriptor.value
      : (target as Readonly<Record<string, unknown>>)[name];
    const value = replace(original, complain);
    if (descriptor?.configurable === false) (target as Record<string, unknown>)[name] = value;
    else Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [target, name, descriptor] of before) {
      // What the target inherited is uncovered again.
      if (!descriptor) Reflect.deleteProperty(target, name);
      else if (descriptor.configurable) Object.defineProperty(target, name, descriptor);
      else (target as Record<string, unknown>)[name] = descriptor.value;
    }
  };
}

// ---------------------------------------------------------------------------
// what is replaced
// ---------------------------------------------------------------------------

/** A call that is never pure. */
function call(target: object | undefined, name: string, shown: string): ReadonlyArray<Trap> {
  if (!target || !(name in target)) return [];
  return [{ target, name, replace: (_, complain) => () => complain(`${shown}()`) }];
}

/** A method that looks at the machine's language unless it is told one, in its nth argument. */
function local(target: object, name: string, shown: string, nth: number): ReadonlyArray<Trap> {
  if (!(name in target)) return [];
  return [{
    target,
    name,
    replace: (original, complain) =>
      function (this: unknown, ...args: ReadonlyArray<unknown>): unknown {
        if (args[nth] === undefined) complain(`${shown} without a locale`);
        // The trap stands in for a method of this very name.
        return Reflect.apply(original as (...args: never) => unknown, this, args);
      },
  }];
}

/** A class whose instances depend on more than their arguments. */
function constructed(
  target: object,
  name: string,
  isPure: (args: ReadonlyArray<unknown>) => boolean,
  shown: string,
): ReadonlyArray<Trap> {
  if (!(name in target)) return [];
  return [{
    target,
    name,
    replace: (original, complain) =>
      // Only constructors stand under these names.
      new Proxy(original as new (...args: unknown[]) => object, {
        construct: (constructor, args, newTarget) =>
          isPure(args) ? Reflect.construct(constructor, args, newTarget) : complain(shown),
        apply: (called, self, args) =>
          isPure(args) && name !== "Date"
            ? Reflect.apply(called as unknown as () => unknown, self, args) // Intl's may be called
            : complain(shown),
      }),
  }];
}

function traps(): ReadonlyArray<Trap> {
  // What a platform has is looked up each time, since a test runner may have put in its own.
  const platform = globalThis as unknown as Readonly<Record<string, object | undefined>>;
  const process = platform["process"];
  const given = (args: ReadonlyArray<unknown>): boolean => args.length > 0;
  const hasLocale = (args: ReadonlyArray<unknown>): boolean => args[0] !== undefined;
  return [
    ...call(Date, "now", "Date.now"),
    ...constructed(platform, "Date", given, "new Date()"),
    ...call(Math, "random", "Math.random"),
    ...call(platform["performance"], "now", "performance.now"),
    ...call(platform["crypto"], "randomUUID", "crypto.randomUUID"),
    ...call(platform["crypto"], "getRandomValues", "crypto.getRandomValues"),
    ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"]
      .flatMap((name) => call(platform, name, name)),
    ...call(process, "hrtime", "process.hrtime"),
    ...call(process, "nextTick", "process.nextTick"),
    ...call(process, "cwd", "process.cwd"),
    ...environment(process),
    ...constructed(platform, "WeakRef", () => false, "new WeakRef()"),
    ...constructed(platform, "FinalizationRegistry", () => false, "new FinalizationRegistry()"),
    ...local(String.prototype, "localeCompare", "localeCompare", 1),
    ...local(String.prototype, "toLocaleUpperCase", "toLocaleUpperCase", 0),
    ...local(String.prototype, "toLocaleLowerCase", "toLocaleLowerCase", 0),
    ...local(Number.prototype, "toLocaleString", "toLocaleString", 0),
    ...local(Array.prototype, "toLocaleString", "toLocaleString", 0),
    ...["toLocaleString", "toLocaleDateString", "toLocaleTimeString"]
      .flatMap((name) => local(Date.prototype, name, name, 0)),
    ...["Collator", "DateTimeFormat", "ListFormat", "NumberFormat", "PluralRules"]
      .flatMap((name) => constructed(Intl, name, hasLocale, `Intl.${name} without a locale`)),
  ];
}

function environment(process: object | undefined): ReadonlyArray<Trap> {
  if (!process || !("env" in process)) return [];
  return [{
    target: process,
    name: "env",
    replace: (_, complain) =>
      new Proxy({}, {
        get: (_, name) => complain(`process.env.${String(name)}`),
        has: (_, name) => complain(`process.env.${String(name)}`),
        ownKeys: () => complain("process.env"),
      }),
  }];
}
