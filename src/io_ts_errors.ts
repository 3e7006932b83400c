/**
 * What io-ts says of a value that is not of a type, as places and reasons.
 *
 * @module
 */
import type * as t from "io-ts";
import { display, pathText, type Step } from "./display.ts";

/** What is wrong with a stored value, as sentences that begin with the place; at most `errorsMax`. */
export function errorTexts(errors: t.Errors, errorsMax: number): ReadonlyArray<string> {
  const texts = new Set<string>();
  for (const error of errors) {
    if (texts.size === errorsMax) break;
    const place = pathText(stepsOf(error.context));
    const wanted = error.context.at(-1)?.type.name ?? "another value";
    const why = error.message ?? `wanted ${wanted}, found ${display(error.value)}`;
    texts.add(place === "" ? why : `${place}: ${why}`);
  }
  return [...texts];
}

/** The keys on the way to the error. A member of a union or an intersection is a step in io-ts only. */
function stepsOf(context: t.Context): ReadonlyArray<Step> {
  return context.flatMap((entry, at): ReadonlyArray<Step> => {
    const outer = context[at - 1];
    if (outer === undefined) return [];
    const tag = tagOf(outer.type);
    if (tag === "UnionType" || tag === "IntersectionType") return [];
    return [Array.isArray(outer.actual) ? Number(entry.key) : entry.key];
  });
}

/**
 * The place nearest to the cause at which a value is not what its type says. `is` answers with yes
 * or no only, so the parts of io-ts's own combinators are asked one by one; within a type of another
 * make, or a union, the place is that type's.
 */
export function misfitIn(
  type: t.Mixed,
  value: unknown,
): { readonly path: ReadonlyArray<Step>; readonly why: string } {
  for (const [step, part, inner] of partsOf(type, value)) {
    if (part.is(inner)) continue;
    const { path, why } = misfitIn(part, inner);
    return { path: step === undefined ? path : [step, ...path], why };
  }
  return { path: [], why: `wanted ${type.name}, found ${display(value)}` };
}

type Part = readonly [step: Step | undefined, type: t.Mixed, value: unknown];

function partsOf(type: t.Decoder<unknown, unknown>, value: unknown): ReadonlyArray<Part> {
  // The tags are those of io-ts's own classes, and each has the fields that are read after it.
  const known = type as KnownType;
  switch (known._tag) {
    case "InterfaceType":
    case "StrictType":
      return isRecord(value) ? fieldsOf(known.props, value) : [];
    case "PartialType":
      return isRecord(value)
        ? fieldsOf(known.props, value).filter(([, , inner]) => inner !== undefined)
        : [];
    case "DictionaryType":
      return isRecord(value)
        ? Object.entries(value).map(([key, inner]) => [key, known.codomain, inner])
        : [];
    case "ArrayType":
    case "ReadonlyArrayType":
      return Array.isArray(value) ? value.map((inner, at) => [at, known.type, inner]) : [];
    case "TupleType":
      return Array.isArray(value) ? known.types.map((part, at) => [at, part, value[at]]) : [];
    case "IntersectionType":
      return known.types.map((part) => [undefined, part, value]);
    case "RefinementType":
    case "ExactType":
    case "ReadonlyType":
      return [[undefined, known.type, value]];
    default:
      return [];
  }
}

type KnownType =
  | { readonly _tag: "InterfaceType" | "StrictType" | "PartialType"; readonly props: t.Props }
  | { readonly _tag: "DictionaryType"; readonly codomain: t.Mixed }
  | {
    readonly _tag:
      | "ArrayType"
      | "ReadonlyArrayType"
      | "RefinementType"
      | "ExactType"
      | "ReadonlyType";
    readonly type: t.Mixed;
  }
  | { readonly _tag: "TupleType" | "IntersectionType"; readonly types: ReadonlyArray<t.Mixed> }
  | { readonly _tag?: undefined };

function fieldsOf(props: t.Props, value: Readonly<Record<string, unknown>>): ReadonlyArray<Part> {
  return Object.entries(props).map(([key, part]) => [key, part, value[key]]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function tagOf(type: t.Decoder<unknown, unknown>): string | undefined {
  // The types of io-ts carry a tag that their common interface does not show.
  return (type as KnownType)._tag;
}
