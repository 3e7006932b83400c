/**
 * Laws: property-test a domain model. `ARCHITECTURE.md` says how histories are made.
 *
 * @module
 */
export * from "./check_laws.ts";
export { arbitraryOf, type Overrides } from "./arbitrary_of.ts";
export { compositionLaws, type PartSpec } from "./combinator_laws.ts";
export * from "./coverage.ts";
export { evolutionLaws, type EvolutionSpec, type StoredVersion } from "./evolution_laws.ts";
export * from "./explore.ts";
export { codeOf } from "./code.ts";
export { processLaws, type ProcessSpec } from "./process_laws.ts";
export { systemLaws, type SystemSpec } from "./system_laws.ts";
export { refines } from "./decider/claims.ts";
export { codecLaws, type CodecSpec } from "./codec_laws.ts";
export { deciderLaws } from "./decider_laws.ts";
export type { DeciderSpec, Invariant } from "./decider_spec.ts";
export { hermetic, type Impurity } from "./hermetic.ts";
export * from "./history.ts";
export { interleave, logsOf } from "./interleave.ts";
export * from "./judgement.ts";
export * from "./law.ts";
export { lawOf, type Statement } from "./statement.ts";
export { walk, type Walkable, type WalkOptions } from "./walk.ts";
export { agrees, viewLaws } from "./view_laws.ts";
export type { ViewSpec } from "./view_spec.ts";
