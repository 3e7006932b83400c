/**
 * All planted bugs, by what they are planted in.
 *
 * @module
 */
import type { Planted } from "../planted.ts";
import { brokenAlgebras } from "./algebras.ts";
import { overclaimingDeciders } from "./claims.ts";
import { brokenCodecs } from "./codecs.ts";
import { brokenCombinators } from "./combinators.ts";
import { impureDeciders, refoldedDeciders, unansweringDeciders } from "./deciders.ts";
import { brokenLadders } from "./ladders.ts";
import { brokenProcesses, brokenSystems } from "./processes.ts";
import { brokenRunners } from "./projections.ts";
import { noisyDeciders, storedDeciders, undeclaredDeciders } from "./stored_deciders.ts";
import { changedPasts } from "./recorded.ts";
import { brokenViews } from "./views.ts";

export const plantedBugs: ReadonlyArray<Planted> = [
  ...refoldedDeciders,
  ...impureDeciders,
  ...unansweringDeciders,
  ...storedDeciders,
  ...noisyDeciders,
  ...undeclaredDeciders,
  ...overclaimingDeciders,
  ...brokenViews,
  ...brokenRunners,
  ...brokenCodecs,
  ...brokenLadders,
  ...brokenProcesses,
  ...brokenSystems,
  ...brokenCombinators,
  ...changedPasts,
  ...brokenAlgebras,
];
