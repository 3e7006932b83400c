/**
 * What the environment says of a run of the laws.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { LawsParams } from "./check_laws.ts";

/** What a run is for, and how many cases it draws of each law. */
export const profiles: Readonly<Record<string, number>> = { dev: 100, ci: 1_000, soak: 10_000 };

type Settings = Pick<LawsParams, "runs" | "seed" | "path" | "law">;

/**
 * Reads `LEFTFOLD_PROFILE` (`dev`, `ci` or `soak`: 100, 1,000 or 10,000 cases of each law),
 * `LEFTFOLD_RUNS` (the number of cases itself), `LEFTFOLD_SEED`, `LEFTFOLD_LAW` (only laws that are
 * called so) and `LEFTFOLD_PATH` (of a failure; it wants the law and the seed). What is empty counts
 * as not there. A mistake is told in a sentence.
 */
export function settingsIn(
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<string, Settings> {
  const said = (name: string): string | undefined => environment[name] || undefined;
  const profile = said("LEFTFOLD_PROFILE");
  if (profile !== undefined && !Object.hasOwn(profiles, profile)) {
    const known = Object.keys(profiles).join(", ");
    return E.left(`LEFTFOLD_PROFILE is "${profile}"; there are ${known}`);
  }
  const wrong = wrongNumber("LEFTFOLD_RUNS", said("LEFTFOLD_RUNS"), 1) ??
    wrongNumber("LEFTFOLD_SEED", said("LEFTFOLD_SEED"), -(2 ** 31));
  if (wrong !== undefined) return E.left(wrong);
  const [seed, path, law] = ["SEED", "PATH", "LAW"].map((name) => said(`LEFTFOLD_${name}`));
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) {
    return E.left(`LEFTFOLD_PATH is "${path}"; give numbers with colons, as a failure prints them`);
  }
  if (path !== undefined && (seed === undefined || law === undefined)) {
    return E.left(
      "LEFTFOLD_PATH leads through the cases of one law: give its LEFTFOLD_LAW and LEFTFOLD_SEED too",
    );
  }
  const runs = said("LEFTFOLD_RUNS") ?? (profile === undefined ? undefined : profiles[profile]);
  return E.right({
    ...runs === undefined ? {} : { runs: Number(runs) },
    ...seed === undefined ? {} : { seed: Number(seed) },
    ...path === undefined ? {} : { path },
    ...law === undefined ? {} : { law },
  });
}

function wrongNumber(name: string, text: string | undefined, least: number): string | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  const isRight = /^-?\d+$/.test(text) && number >= least && number < 2 ** 31;
  return isRight ? undefined : `${name} is "${text}"; give a whole number from ${least} on`;
}
