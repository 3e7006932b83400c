/**
 * The laws of event codecs.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import type { EventCodec } from "../event_codec.ts";
import { explain } from "../explain.ts";
import type { Encoded } from "../record.ts";
import { codeOf } from "./code.ts";
import { placeIn } from "./fold_checks.ts";
import { hermetic } from "./hermetic.ts";
import { broken, held, type Judgement, same, skipped } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { recordOf, storedAndRead } from "./stored_event.ts";
import { mutated } from "./mutated_document.ts";
import { attempted } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A codec, events for it, and what is known of it. Only the first three are needed. */
export interface CodecSpec<Event> {
  /** What reports call it. */
  readonly name: string;
  readonly codec: EventCodec<Event>;
  readonly events: fc.Arbitrary<Event>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /** What a reader makes of a field that it does not know; it is not looked at if left out. */
  readonly extraFields?: "ignored" | "refused";
}

/** An event, and numbers that a law draws: what is done to its document. */
interface CodecCase<Event> {
  readonly event: Event;
  readonly choices: ReadonlyArray<number>;
}

/** The longest that a fault's sentence may be, in characters. */
const sentenceMax = 2_000;

// ---------------------------------------------------------------------------
// the laws
// ---------------------------------------------------------------------------

/**
 * All laws of a codec.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import * as E from "fp-ts/lib/Either.js";
 * import * as t from "io-ts";
 * import assert from "node:assert/strict";
 * import { eventCodec, schema } from "leftfold";
 * import { checkLaws, codecLaws } from "leftfold/laws";
 *
 * const codec = eventCodec({ Booked: schema(1, t.type({ seats: t.number })) });
 * const events = fc.nat(9).map((seats) => codec.make.Booked({ seats }));
 * assert(E.isRight(await checkLaws(codecLaws({ name: "bookings", codec, events }))()));
 * ```
 */
export function codecLaws<Event>(spec: CodecSpec<Event>): ReadonlyArray<Law> {
  return [...wayBack(spec), ...reading(spec), ...naming(spec), ...extraFields(spec)];
}

function wayBack<Event>(spec: CodecSpec<Event>): ReadonlyArray<Law> {
  const { codec } = spec;
  return [
    codecLaw(spec, {
      id: "K1",
      tier: "core",
      title: "an event is read as it was stored",
      why: "What a command decided is what every later state is folded from.",
    }, ({ event }) => {
      const read = storedAndRead(codec, event);
      if (E.isLeft(read)) return broken(read.left);
      return same([event], read.right, "it is read as another event");
    }),
    codecLaw(spec, {
      id: "K2",
      tier: "core",
      title: "what is stored is JSON, and loses nothing",
      why: "NaN, a date and a set are silently something else once they were text.",
    }, ({ event }) =>
      withStored(spec, event, ({ data }) => {
        const text: string | undefined = JSON.stringify(data);
        if (text === undefined) return broken("what is stored is no JSON");
        return same(data, JSON.parse(text), "as JSON, it is something else");
      })),
    codecLaw(spec, {
      id: "K6",
      tier: "core",
      title: "an event that was read is stored as the same bytes",
      why: "A commit that is sent again is known by its bytes.",
    }, ({ event }) =>
      withStored(spec, event, (stored) => {
        const read = codec.decode(recordOf(throughText(stored)));
        if (E.isLeft(read)) return skipped("it cannot be read");
        const [again] = read.right.map((one) => codec.encode(one));
        if (!again || E.isLeft(again)) return broken("what was read cannot be stored again");
        const [first, second] = [stored, again.right].map((one) => JSON.stringify(one));
        return first === second
          ? held
          : broken("stored again, it is other bytes", { wanted: first, found: second });
      })),
  ];
}

function reading<Event>(spec: CodecSpec<Event>): ReadonlyArray<Law> {
  const { codec } = spec;
  return [
    codecLaw(spec, {
      id: "K3",
      tier: "core",
      title: "whatever is read, it is an event or a fault",
      why: "A log holds what other programs and other years have written.",
    }, ({ event, choices }) =>
      withStored(spec, event, (stored) => {
        const document = { ...stored, data: mutated(throughText(stored).data, choices) };
        return decodedOrThrown(codec, document)
          ? held
          : broken(`decode threw for ${codeOf(document.data)}`);
      })),
    codecLaw(spec, {
      id: "K4",
      tier: "core",
      title: "what can be read can be stored, and reads the same",
      why: "A reader may be tolerant; what it makes of a document is then what counts.",
    }, ({ event, choices }) =>
      withStored(spec, event, (stored) => {
        const document = { ...stored, data: mutated(throughText(stored).data, choices) };
        const read = decodedOrThrown(codec, document);
        if (!read) return skipped("decode threw");
        if (E.isLeft(read)) return skipped("the document is refused");
        for (const one of read.right) {
          const again = storedAndRead(codec, one);
          if (E.isLeft(again)) {
            return broken(`what was read of ${codeOf(document.data)}: ${again.left}`);
          }
          const judgement = same([one], again.right, "read again, it is another event");
          if (judgement._tag === "Broken") return judgement;
        }
        return held;
      })),
    codecLaw(spec, {
      id: "K8",
      tier: "core",
      title: "what is refused is told with its place, in a sentence",
      why: "Whoever mends a document at night wants to know where, and not to read a stack.",
    }, ({ event, choices }) =>
      withStored(spec, event, (stored) => {
        const document = { ...stored, data: mutated(throughText(stored).data, choices) };
        const read = decodedOrThrown(codec, document);
        if (!read) return skipped("decode threw");
        if (E.isRight(read)) return skipped("the document is read");
        const text = explain(read.left);
        if (text.length > sentenceMax) return broken(`the sentence has ${text.length} characters`);
        return text.includes(stored.type) ? held : broken(`the sentence names no type: ${text}`);
      })),
    codecLaw(spec, {
      id: "K9",
      tier: "core",
      title: "encode and decode ask nothing of the platform",
      why: "A default that is the time of reading is another one each time.",
    }, ({ event }) => {
      const asked = hermetic(() => storedAndRead(codec, event));
      if (E.isRight(asked)) return held;
      return broken(`${asked.left.what} was asked ${placeIn(asked.left.stack)}`);
    }),
  ];
}

function naming<Event>(spec: CodecSpec<Event>): ReadonlyArray<Law> {
  const { codec } = spec;
  return [
    codecLaw(spec, {
      id: "K7",
      tier: "core",
      title: "an event is stored under a type that the codec says it writes",
      why: "A store is asked by these types: what is stored under another is never read.",
    }, ({ event }) =>
      withStored(spec, event, ({ type }) => {
        if (new Set(codec.types).size < codec.types.length) {
          return broken(`the types are not distinct: ${codec.types.join(", ")}`);
        }
        return codec.types.includes(type)
          ? held
          : broken(`it is stored as ${type}, which is none of ${codec.types.join(", ")}`);
      })),
    codecLaw(spec, {
      id: "UP8",
      tier: "core",
      title: "a version that is newer than known is a fault, never a guess",
      why: "An old program that is still running reads what the new one has written.",
    }, ({ event, choices }) =>
      withStored(spec, event, (stored) => {
        const schemaVersion = stored.schemaVersion + 1 + (choices[0] ?? 0) % 5;
        const read = codec.decode(recordOf({ ...stored, schemaVersion }));
        if (E.isLeft(read)) {
          return read.left._tag === "NewerSchema"
            ? held
            : broken(`it is the fault ${read.left._tag}, and not NewerSchema`);
        }
        // `newer: "skip"` reads it as nothing, which is no guess either.
        return read.right.length === 0
          ? held
          : broken(`version ${schemaVersion} is read as if it were known`);
      })),
  ];
}

function extraFields<Event>(spec: CodecSpec<Event>): ReadonlyArray<Law> {
  const { codec, extraFields: policy } = spec;
  if (!policy) return [];
  return [
    codecLaw(spec, {
      id: "K5",
      tier: "declared",
      title: `a field that is not known is ${policy}`,
      why: "A newer program adds fields without asking the older ones.",
    }, ({ event }) =>
      withStored(spec, event, (stored) => {
        const { data } = throughText(stored);
        if (typeof data !== "object" || data === null) return skipped("it has no fields");
        const more = { ...stored, data: { ...data, aFieldOfTomorrow: 1 } };
        const read = codec.decode(recordOf(more));
        if (policy === "refused") return E.isLeft(read) ? held : broken("it is read all the same");
        if (E.isLeft(read)) return broken(`it is refused: ${explain(read.left)}`);
        const plain = codec.decode(recordOf({ ...stored, data }));
        if (E.isLeft(plain)) return skipped("it cannot be read at all");
        return same(plain.right, read.right, "with the field, it is read as another event");
      })),
  ];
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

/** A law of codecs, of one of them. */
function codecLaw<Event>(
  spec: CodecSpec<Event>,
  name: Omit<LawName, "family">,
  judge: (one: CodecCase<Event>) => Judgement,
): Law {
  const law: LawName = { ...name, family: "codec" };
  return lawOf<CodecCase<Event>>({
    ...law,
    subject: spec.name,
    cases: fc.record({
      event: spec.events,
      choices: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }),
    }),
    judge,
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as CodecCase<Event>,
    tell: ({ event }) => [
      ["Given", codeOf(event)],
      ["When", "it is stored"],
      ["Then", attempted(() => storedOf(spec.codec, event))],
    ],
    maker: "codecLaws",
    source: spec.source,
  });
}

/** What a codec stores of an event, as code. */
function storedOf<Event>(codec: EventCodec<Event>, event: Event): string {
  const stored = codec.encode(event);
  return E.isLeft(stored) ? explain(stored.left) : codeOf(stored.right);
}

function withStored<Event>(
  { codec }: CodecSpec<Event>,
  event: Event,
  judge: (stored: Encoded) => Judgement,
): Judgement {
  const encoded = codec.encode(event);
  return E.isLeft(encoded) ? skipped("it cannot be stored") : judge(encoded.right);
}

/** What is read of a document; nothing if `decode` threw, which is the subject of one law alone. */
function decodedOrThrown<Event>(
  codec: EventCodec<Event>,
  document: Encoded,
): ReturnType<EventCodec<Event>["decode"]> | undefined {
  try {
    return codec.decode(recordOf(document));
  } catch {
    return undefined;
  }
}

/** As a store gives it back: what is not JSON is lost. */
function throughText(stored: Encoded): Encoded {
  const data: unknown = JSON.parse(JSON.stringify(stored.data) ?? "null");
  return { ...stored, data };
}
