/**
 * Schemas and their ladders: how data that was written under an older version is read today.
 *
 * Each rung has its shape. Old data is checked against the shape of the version it was written
 * under, and only then lifted, step by step, to the newest. Stored bytes never change.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { Frozen } from "./frozen.ts";
import { invariant } from "./invariant.ts";
import { type Checker, checkerOf, noData, type Shape } from "./shape.ts";
import type { Tag } from "./stream.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What the data of one type of event looks like, now and before. */
export interface Schema<Data, Oldest = Data, OldestVersion extends number = number>
  extends AnySchema {
  /** Never there; carries the type. */
  readonly data: Data;
  /**
   * The version before the oldest so far, its shape, and the step up from it. Newest first: that is
   * the shape one reads for.
   */
  readonly from: <Older>(
    version: Before<OldestVersion>,
    shape: Shape<Older>,
    up: (older: Frozen<Older>) => NoInfer<Oldest>,
  ) => Schema<Data, Older, Before<OldestVersion>>;
  /** The tags of an event, by which queries find it across streams. */
  readonly tags: (
    of: (data: Frozen<Data>) => ReadonlyArray<Tag>,
  ) => Schema<Data, Oldest, OldestVersion>;
}

/** What any schema fits. */
export interface AnySchema {
  readonly data: unknown;
  readonly ladder: Ladder;
}

/** The versions of a schema, and the tags of its events. */
export interface Ladder {
  readonly newest: number;
  /** Newest first, without gaps. */
  readonly rungs: readonly [Rung, ...ReadonlyArray<Rung>];
  readonly tagsOf: (data: unknown) => ReadonlyArray<Tag>;
}

/** One version: what its data looks like, and the step to the next one. */
export interface Rung {
  readonly checker: Checker<unknown>;
  readonly up: (older: unknown) => unknown;
}

/** 3 -> 2, 2 -> 1; there is none before 1. */
export type Before<N extends number> = number extends N ? number
  : Count<N> extends readonly [unknown, ...infer Rest extends readonly [unknown, ...unknown[]]]
    ? Rest["length"]
  : never;

/** A tuple of so many items: how a type counts. */
export type Count<N extends number, Acc extends ReadonlyArray<unknown> = readonly []> =
  Acc["length"] extends N ? Acc : Count<N, readonly [...Acc, unknown]>;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * The data of one type of event, at its newest version. Versions count from 1. Without a shape the
 * event has no data.
 *
 * Law (composition): reading data of version n equals lifting it to n + 1 and reading it as that.
 * The value that a step gives is not checked again: its type is.
 *
 * @example A name that became an object, and then got a field
 * ```ts
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { eventCodec, schema } from "leftfold";
 *
 * const codec = eventCodec({
 *   Booked: schema(3, t.type({ guest: t.type({ name: t.string, vip: t.boolean }) }))
 *     .from(2, t.type({ guest: t.type({ name: t.string }) }), ({ guest }) => ({ guest: { ...guest, vip: false } }))
 *     .from(1, t.type({ name: t.string }), ({ name }) => ({ guest: { name } })),
 * });
 * const [booked] = [codec.make.Booked({ guest: { name: "Ada", vip: true } })];
 * assert.deepEqual(booked, { type: "Booked", guest: { name: "Ada", vip: true } });
 * ```
 */
// deno-lint-ignore ban-types -- `{}` is meant: no field is known
export function schema<const Version extends number>(version: Version): Schema<{}, {}, Version>;
export function schema<const Version extends number, Data extends object>(
  version: Version,
  shape: Shape<Data>,
): Schema<Data, Data, Version>;
export function schema(version: number, shape?: Shape<object>): Schema<object> {
  invariant(
    Number.isSafeInteger(version) && version > 0,
    `schema(${version}): wanted a version from 1 on; count versions 1, 2, 3`,
  );
  const checker = shape === undefined ? noData : checkerOf(shape);
  return schemaOf(
    { newest: version, rungs: [{ checker, up: (data) => data }], tagsOf: () => [] },
  ) as unknown as Schema<object>; // `data` is in the type only
}

function schemaOf(ladder: Ladder): Omit<Schema<unknown, unknown>, "data"> {
  return {
    ladder,
    from: (version, shape, up) => {
      const wanted = ladder.newest - ladder.rungs.length;
      invariant(
        version === wanted && version > 0,
        `schema(${ladder.newest}).from(${version}): wanted version ${wanted}; go down by one, to 1 at most`,
      );
      // The step is given what its own shape has read.
      const rung = { checker: checkerOf(shape), up: up as Rung["up"] };
      return schemaOf({ ...ladder, rungs: [...ladder.rungs, rung] }) as never; // `data` as above
    },
    tags: (of) => schemaOf({ ...ladder, tagsOf: of as Ladder["tagsOf"] }) as never, // and as above
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Data of a version up to the newest, as the newest reads it; or what is wrong with it. */
export function lift(
  ladder: Ladder,
  version: number,
  stored: unknown,
): E.Either<ReadonlyArray<string>, unknown> {
  const place = ladder.newest - version;
  const rung = ladder.rungs[place];
  if (rung === undefined) {
    const oldest = ladder.newest - ladder.rungs.length + 1;
    return E.left([`schema version: wanted ${oldest} to ${ladder.newest}, found ${version}`]);
  }
  const read = rung.checker.read(stored);
  if (place === 0 || E.isLeft(read)) return read;
  let data = read.right;
  // Each of these rungs is there, since the one at `place` is.
  for (let at = place; at > 0; at--) data = (ladder.rungs[at] as Rung).up(data);
  return E.right(data);
}
