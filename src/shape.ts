/**
 * Shapes: what tells a value of a type from another. An io-ts codec, or any Standard Schema.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type * as t from "io-ts";
import { display, pathText, type Step } from "./display.ts";
import { differenceOf } from "./equality.ts";
import { invariant } from "./invariant.ts";
import { errorTexts, misfitIn } from "./io_ts_errors.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What tells a value of the type from another: an io-ts codec, or any (synchronous) Standard Schema. */
export type Shape<Data> = t.Type<Data, unknown, unknown> | StandardSchema<Data>;

/** What Zod, Valibot, ArkType and others have in common (standardschema.dev, version 1). */
export interface StandardSchema<Data> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Data> | Promise<StandardResult<Data>>;
    readonly types?: { readonly input: unknown; readonly output: Data } | undefined;
  };
}

/** The value, or what is wrong with it. */
export type StandardResult<Data> =
  | { readonly value: Data; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<StandardIssue> };

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** A shape made ready for use, in both directions. */
export interface Checker<Data> {
  /** From the stored form. What is wrong comes as sentences that begin with the place. */
  readonly read: (stored: unknown) => E.Either<ReadonlyArray<string>, Data>;
  /** To the stored form. */
  readonly write: (data: unknown) => E.Either<Misfit, unknown>;
}

/** Why a value is not of a shape. */
export interface Misfit {
  readonly path: ReadonlyArray<Step>;
  readonly why: string;
}

/** At most so many things that are wrong with one value are told. */
export const errorsMax = 16;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The checks of a shape. */
export function checkerOf<Data>(shape: Shape<Data>): Checker<Data> {
  return "~standard" in shape ? standardChecker(shape) : ioTsChecker(shape);
}

/** The checks of what has no data: anything is read, because nothing of it is looked at. */
export const noData: Checker<object> = {
  read: () => E.right({}),
  write: (data) => {
    // A Checker<object> is asked about the data of an event, which is an object.
    const [key, value] = Object.entries(data as object).find(([, field]) => field !== undefined) ??
      [];
    return key === undefined
      ? E.right({})
      : E.left({ path: [key], why: `wanted no field, found ${display(value)}` });
  },
};

function ioTsChecker<Data>(type: t.Type<Data, unknown, unknown>): Checker<Data> {
  return {
    read: (stored) => {
      const answer = type.decode(stored);
      return E.isRight(answer) ? answer : E.left(errorTexts(answer.left, errorsMax));
    },
    // `decode` would check the stored form; `is` checks the value itself, before it is encoded.
    write: (data) => type.is(data) ? E.right(type.encode(data)) : E.left(misfitIn(type, data)),
  };
}

/**
 * A Standard Schema has no encoder, so a value is stored as it is. It must therefore be one that the
 * validator gives back unchanged: what it would strip or turn into something else is refused on
 * write, because it would not be read again.
 */
function standardChecker<Data>(schema: StandardSchema<Data>): Checker<Data> {
  const { validate, vendor } = schema["~standard"];
  const validated = (value: unknown): StandardResult<Data> => {
    const result = validate(value);
    invariant(
      !(result instanceof Promise),
      `a validator of ${vendor} answered with a promise; a codec is synchronous: take a shape without asynchronous checks`,
    );
    return result;
  };
  return {
    read: (stored) => {
      const result = validated(stored);
      if (result.issues === undefined) return E.right(result.value);
      return E.left(result.issues.slice(0, errorsMax).map((issue) => sentence(misfitOf(issue))));
    },
    write: (data) => {
      const result = validated(data);
      if (result.issues !== undefined) {
        // A validator that refuses says why; one that does not is still a refusal.
        return E.left(misfitOf(result.issues[0] ?? { message: `was refused by ${vendor}` }));
      }
      const difference = differenceOf(data, result.value);
      if (difference === undefined) return E.right(data);
      const { path, left, right } = difference;
      const why = `would be read as ${display(right)}, found ${
        display(left)
      }; write what ${vendor} leaves as it is`;
      return E.left({ path, why });
    },
  };
}

function misfitOf(issue: StandardIssue): Misfit {
  const path = (issue.path ?? []).map((part) => {
    const key = typeof part === "object" ? part.key : part;
    return typeof key === "symbol" ? String(key) : key;
  });
  return { path, why: issue.message };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** A misfit in one sentence that begins with the place. */
export function sentence(misfit: Misfit): string {
  const place = pathText(misfit.path);
  return place === "" ? misfit.why : `${place}: ${misfit.why}`;
}
