/**
 * The laws of evolution: what was written by an older program is read by today's.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import type { AnyEventCodec, EventCodec } from "../event_codec.ts";
import { explain } from "../explain.ts";
import type { Encoded } from "../record.ts";
import { codeOf } from "./code.ts";
import { placeIn } from "./fold_checks.ts";
import { hermetic } from "./hermetic.ts";
import { broken, firstBroken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { recordOf, storedAndRead } from "./stored_event.ts";
import { attempted } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A codec, and what older programs have written. */
export interface EvolutionSpec<Event> {
  /** What reports call it. */
  readonly name: string;
  readonly codec: EventCodec<Event>;
  /** Every type and version that a log may hold, the newest ones included. */
  readonly versions: ReadonlyArray<StoredVersion<Event>>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /**
   * The codec of an earlier release: what it reads of a record and writes again is read as the
   * record itself is.
   */
  readonly earlier?: AnyEventCodec;
  /**
   * The newest version of each type that was ever released, as the project keeps it under version
   * control. What is in it is never taken out.
   */
  readonly released?: Readonly<Record<string, number>>;
}

/** A type at a version, and the data that it had. */
export interface StoredVersion<Event> {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: fc.Arbitrary<unknown>;
  /** What a record of it means today, as somebody thought it out; it is not looked at if left out. */
  readonly means?: (data: never) => ReadonlyArray<Event>;
}

/** A record of one of the versions. */
interface EvolutionCase {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * All laws of evolution that the specification has the ingredients for.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { eventCodec, schema } from "leftfold";
 * import { checkLaws, evolutionLaws } from "leftfold/laws";
 *
 * const codec = eventCodec({
 *   Booked: schema(2, t.type({ seats: t.number })).from(1, t.type({}), () => ({ seats: 1 })),
 * });
 * const laws = evolutionLaws({
 *   name: "bookings",
 *   codec,
 *   versions: [
 *     { type: "Booked", schemaVersion: 1, data: fc.constant({}), means: () => [codec.make.Booked({ seats: 1 })] },
 *     { type: "Booked", schemaVersion: 2, data: fc.record({ seats: fc.nat(9) }) },
 *   ],
 *   released: { Booked: 2 },
 * });
 * assert(E.isRight(await checkLaws(laws)()));
 * ```
 */
export function evolutionLaws<Event>(spec: EvolutionSpec<Event>): ReadonlyArray<Law> {
  return [...readingLaws(spec), ...meaningLaws(spec), ...earlierLaws(spec), ...releasedLaws(spec)];
}

function readingLaws<Event>(spec: EvolutionSpec<Event>): ReadonlyArray<Law> {
  const { codec } = spec;
  return [
    evolutionLaw(spec, {
      id: "UP2",
      part: "total",
      tier: "core",
      title: "every version that a log may hold is read",
      why: "A record that cannot be read stops every stream and every projection that has it.",
    }, (one) => {
      const read = codec.decode(recordOf(encodedOf(one)));
      return E.isRight(read) ? held : broken(explain(read.left));
    }),
    evolutionLaw(spec, {
      id: "UP2",
      part: "platform",
      tier: "core",
      title: "reading an old version asks nothing of the platform",
      why: "A field that is filled in with the time of reading is another one each time.",
    }, (one) => {
      const asked = hermetic(() => codec.decode(recordOf(encodedOf(one))));
      if (E.isRight(asked)) return held;
      return broken(`${asked.left.what} was asked ${placeIn(asked.left.stack)}`);
    }),
    evolutionLaw(spec, {
      id: "UP2",
      part: "replay",
      tier: "core",
      title: "an old version is read as the same events each time",
      why: "What a step of the ladder makes up has to be made up the same again.",
    }, (one) => {
      const read = [1, 2].map(() => codec.decode(recordOf(structuredClone(encodedOf(one)))));
      return same(read[0], read[1], "read again, it is other events");
    }),
    evolutionLaw(spec, {
      id: "UP4",
      tier: "core",
      title: "what an old record has become is stored and read as that",
      why: "A stream that is copied or archived as today's events must not change by it.",
    }, (one) => {
      const read = codec.decode(recordOf(encodedOf(one)));
      if (E.isLeft(read)) return skipped("it cannot be read");
      return firstBroken(
        read.right.map((event): Judgement => {
          const again = storedAndRead(codec, event);
          if (E.isLeft(again)) return broken(again.left);
          return same([event], again.right, "stored as today's event, it is another one");
        }),
        "it became nothing",
      );
    }),
  ];
}

function meaningLaws<Event>(spec: EvolutionSpec<Event>): ReadonlyArray<Law> {
  const { codec, versions } = spec;
  return versions.flatMap(({ type, schemaVersion, means }) =>
    means === undefined ? [] : [
      evolutionLaw(spec, {
        id: "UP5",
        part: `${type} ${schemaVersion}`,
        tier: "declared",
        title: `${type} of version ${schemaVersion} means what was declared`,
        why: "A ladder compiles with two fields mixed up.",
      }, (one) => {
        if (one.type !== type || one.schemaVersion !== schemaVersion) {
          return skipped("it is another version");
        }
        const read = codec.decode(recordOf(encodedOf(one)));
        if (E.isLeft(read)) return broken(explain(read.left));
        // The data is drawn for this version.
        return same(means(one.data as never), read.right, "it is read as other events");
      }),
    ]
  );
}

function earlierLaws<Event>(spec: EvolutionSpec<Event>): ReadonlyArray<Law> {
  const { codec, earlier } = spec;
  if (!earlier) return [];
  return [
    evolutionLaw(spec, {
      id: "UP3",
      tier: "declared",
      title: "it makes no difference whether an earlier release has rewritten a record",
      why: "Some logs were copied under the last release, and some were not.",
    }, (one) => {
      const before = earlier.decode(recordOf(encodedOf(one)));
      if (E.isLeft(before)) return skipped("the earlier release does not read it");
      const direct = codec.decode(recordOf(encodedOf(one)));
      if (E.isLeft(direct)) return broken(explain(direct.left));
      const events: Event[] = [];
      for (const event of before.right) {
        const stored = earlier.encode(event as never); // what it has read itself
        if (E.isLeft(stored)) return skipped("the earlier release does not store it");
        const read = codec.decode(recordOf(stored.right));
        if (E.isLeft(read)) return broken(explain(read.left));
        events.push(...read.right);
      }
      return same(direct.right, events, "by way of the earlier release, it is other events");
    }),
  ];
}

function releasedLaws<Event>(spec: EvolutionSpec<Event>): ReadonlyArray<Law> {
  const { codec, released, versions } = spec;
  if (!released) return [];
  return [
    evolutionLaw(spec, {
      id: "UP7",
      tier: "declared",
      title: "every type that was released is still read, at every version up to its newest",
      why: "A name in a log stays there for as long as the log.",
    }, () => {
      const known = new Set([...codec.types, ...codec.retired ?? []]);
      for (const [type, newest] of Object.entries(released)) {
        if (!known.has(type)) return broken(`${type} was released, and is not known any more`);
        for (let version = 1; version <= newest; version++) {
          const isThere = versions.some((one) => {
            return one.type === type && one.schemaVersion === version;
          });
          if (!isThere) return broken(`${type} of version ${version} is not among the versions`);
        }
      }
      return held;
    }),
  ];
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

function evolutionLaw<Event>(
  spec: EvolutionSpec<Event>,
  name: Omit<LawName, "family">,
  judge: (one: EvolutionCase) => Judgement,
): Law {
  const law: LawName = { ...name, family: "evolution" };
  const cases = spec.versions.map(({ type, schemaVersion, data }) =>
    fc.record({ type: fc.constant(type), schemaVersion: fc.constant(schemaVersion), data })
  );
  return lawOf<EvolutionCase>({
    ...law,
    subject: spec.name,
    cases: fc.oneof(...cases),
    judge,
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as EvolutionCase,
    tell: (one) => [
      ["Given", `${one.type} of version ${one.schemaVersion}: ${codeOf(one.data)}`],
      ["When", "it is read"],
      ["Then", attempted(() => readOf(spec.codec, one))],
    ],
    maker: "evolutionLaws",
    source: spec.source,
  });
}

/** What a codec reads of a record, as code. */
function readOf<Event>(codec: EventCodec<Event>, one: EvolutionCase): string {
  const read = codec.decode(recordOf(encodedOf(one)));
  return E.isLeft(read) ? explain(read.left) : codeOf(read.right);
}

function encodedOf({ type, schemaVersion, data }: EvolutionCase): Encoded {
  return { type, schemaVersion, data, tags: [] };
}
