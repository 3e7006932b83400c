/**
 * Laws: property-test a domain model.
 *
 * A specification is a value: a decider, a view, a process, a codec, a system of them, with what is
 * known of it. `deciderLaws` and its like turn it into laws; `describeLaws` makes tests of them for
 * any runner, and `checkLaws` an answer for a script.
 *
 * @module
 */
export {
  type AlgebraSpec,
  eqLaws,
  functorLaws,
  monoidLaws,
  ordLaws,
  semigroupLaws,
} from "./algebra_laws.ts";
export { arbitraryOf, type Overrides } from "./arbitrary_of.ts";
export {
  checkLaws,
  describeLaws,
  expectLaw,
  type LawFailures,
  type LawRunner,
  type LawsParams,
} from "./check_laws.ts";
export { codeOf } from "./code.ts";
export { codecLaws, type CodecSpec } from "./codec_laws.ts";
export { compositionLaws, type PartSpec } from "./combinator_laws.ts";
export type { Corpus, CorpusFault, LawOfSubject } from "./corpus.ts";
export {
  countCoverage,
  type Coverage,
  type CoverageCount,
  judgeShare,
  textOfCoverage,
} from "./coverage.ts";
export { deciderLaws } from "./decider_laws.ts";
export type { CoverageWanted, DeciderSpec, Invariant } from "./decider_spec.ts";
export { refines } from "./decider/claims.ts";
export { evolutionLaws, type EvolutionSpec, type StoredVersion } from "./evolution_laws.ts";
export {
  type Breach,
  diagramOf,
  type Edge,
  type Exploration,
  explore,
  type ExploreOptions,
} from "./explore.ts";
export { hermetic, type Impurity } from "./hermetic.ts";
export {
  type Accepted,
  commandsOf,
  type Crashed,
  eventsOf,
  type History,
  historyOf,
  type Rejected,
  type Step,
} from "./history.ts";
export { interleave, logsOf } from "./interleave.ts";
export { broken, type Finding, held, type Judgement, same, skipped, unable } from "./judgement.ts";
export * from "./law.ts";
export { minimise } from "./minimise.ts";
export { type RecordedCorpus, recordedHistories } from "./recorded_corpus.ts";
export {
  type RecordedAnswer,
  type RecordedEvent,
  type RecordedSpec,
  type RecordedStep,
  type RecordedStream,
  streamsOfRecords,
} from "./recorded_stream.ts";
export { type GateSpec, replayGate } from "./replay_gate.ts";
export { processLaws, type ProcessSpec } from "./process_laws.ts";
export {
  projectionLaws,
  type ProjectionPage,
  type ProjectionRunner,
  type ProjectionSpec,
} from "./projection_laws.ts";
export { showcase, type ShowcaseOptions, type Shown, textOfShowcase } from "./showcase.ts";
export type { LawsSource, Source, SourceOfTests, SpecSource } from "./source.ts";
export { type AtOnce, type Later, lawOf, type Statement, type StatementBase } from "./statement.ts";
export type { Story, StoryLines } from "./story.ts";
export { summaryOf } from "./summary.ts";
export {
  strength,
  type StrengthOptions,
  type StrengthReport,
  textOfStrength,
  viewStrength,
} from "./strength.ts";
export { systemLaws, type SystemSpec } from "./system_laws.ts";
export { agrees, viewLaws } from "./view_laws.ts";
export type { ViewSpec } from "./view_spec.ts";
export { reachable, walk, type Walkable, type WalkOptions } from "./walk.ts";
