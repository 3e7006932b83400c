/**
 * What a university really did, as cases that any law of deciders judges.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as NEA from "fp-ts/lib/ReadonlyNonEmptyArray.js";
import { countCoverage, type History, historyOf, walk } from "leftfold/laws";
import type { Declaration } from "../../declarations/declaration.ts";
import { commandOf, declaration } from "../../declarations/decider.ts";
import type { DeclarationEvent } from "../../declarations/events.ts";
import { readInput } from "../../declarations/input.ts";
import type { Command, Rejection } from "../../declarations/rules.ts";
import type { Ended, Source } from "../../declarations/settings.ts";
import { declarationSpec } from "./laws.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A declaration's way through the house, as commands. */
export type Way = ReadonlyArray<Command>;

type Past = History<Command, DeclarationEvent, Declaration, Rejection>;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** The way of each declaration of a log, the real one or one that was made up. */
export async function waysIn(source: Source): Promise<E.Either<Ended, ReadonlyArray<Way>>> {
  return pipe(
    await readInput(source),
    E.map((entries) => {
      const byDeclaration = NEA.groupBy(({ event }: typeof entries[number]) => event.declarationId);
      return Object.values(byDeclaration(entries)).map((steps) =>
        steps.map(({ event }) => commandOf(event))
      );
    }),
  );
}

/** The ways as cases, which each law judges before it draws any. */
export function casesOf(ways: ReadonlyArray<Way>): ReadonlyArray<unknown> {
  // Where a law draws a place beside the history, this is it.
  return ways.map((commands, extra) => ({ commands, extra }));
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Which steps and which objections are in real ways, and in none of so many that are drawn. */
export function neverDrawn(ways: ReadonlyArray<Way>, drawn: number): ReadonlyArray<string> {
  const real = namesIn(ways.map((way) => historyOf(declaration, way)));
  const walks = namesIn(fc.sample(walk(declarationSpec), { seed: 1, numRuns: drawn }));
  return [...real].filter((name) => !walks.has(name));
}

function namesIn(histories: ReadonlyArray<Past>): ReadonlySet<string> {
  const count = countCoverage();
  for (const history of histories) count.add(history);
  const { transitions, rejections } = count.coverage();
  return new Set([...transitions.keys(), ...rejections.keys()]);
}
