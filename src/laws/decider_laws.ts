/**
 * The laws of deciders.
 *
 * @module
 */
import { invariantLaws } from "./decider/declared.ts";
import { replayLaws } from "./decider/replay.ts";
import { totalityLaws } from "./decider/totality.ts";
import type { DeciderSpec } from "./decider_spec.ts";
import type { Law } from "./law.ts";

/** All laws that a specification has the ingredients for. */
export function deciderLaws<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
): ReadonlyArray<Law> {
  return [...replayLaws(spec), ...totalityLaws(spec), ...invariantLaws(spec)];
}
