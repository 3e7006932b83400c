/**
 * leftfold: event sourcing as pure functions, over a log file you can trust.
 *
 * The front door: every type, the constructors, and all that is not a combinator. The combinators
 * of deciders, views, processes and codecs stand behind their own names (`leftfold/decider`,
 * `/view`, `/process`, `/codec`), and so does each store and each storage.
 *
 * @module
 */
export {
  accept,
  type AnyDecider,
  type CommandOf,
  type Complaint,
  type Counterpart,
  type Decider,
  decider,
  type Decision,
  type EventIn,
  type Fits,
  type KeysOf,
  type Misfit,
  reject,
  type RejectionIn,
  type RejectionOf,
} from "./src/decision.ts";
export { type Adapter, replay } from "./src/decider.ts";
export type { AnyFunction, Frozen, Methods } from "./src/frozen.ts";
export {
  type AnyView,
  type EventFolded,
  type Instances,
  type Keyed,
  type KnownToAll,
  type Mergeable,
  type StateOf,
  type StatesOf,
  type View,
  view,
} from "./src/view.ts";
export {
  type AnyProcess,
  type CommandSent,
  type Drive,
  drive,
  type Driven,
  type Endless,
  type Process,
  processManager,
  type Refusal,
  type Timer,
  timer,
} from "./src/process.ts";
export {
  type AnyEventCodec,
  type AnySchema,
  became,
  type Before,
  type Checker,
  type CodecOptions,
  type Count,
  type EventCodec,
  eventCodec,
  type EventFrom,
  type EventOf,
  type Fields,
  type FreeOfType,
  type Ladder,
  type Maker,
  type RecordPolicy,
  type Retired,
  type Rung,
  type Schema,
  schema,
  type Shape,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
  type TaggedEventCodec,
  type TypeIn,
} from "./src/codec.ts";
export type * from "./src/stream.ts";
export { categoryOf } from "./src/stream.ts";
export type * from "./src/query.ts";
export type * from "./src/record.ts";
export type * from "./src/event_store.ts";
export type * from "./src/fault.ts";
export { explain } from "./src/explain.ts";
export { FaultError, run } from "./src/run.ts";
export { type Decided, describeSpecs, given, type SpecRunner } from "./src/spec.ts";
export {
  append,
  each,
  follow,
  type FollowOf,
  type HasStore,
  read,
  type ReadOf,
  records,
  type Resumable,
  type Typed,
} from "./src/read.ts";
export { type Change, fold, history, load, type Loaded, type Moment } from "./src/load.ts";
export { handler, handlerReader } from "./src/handler.ts";
export type {
  Accepted,
  CommandMetadata,
  Given,
  Handle,
  HandlerDefinition,
} from "./src/handling.ts";
export * from "./src/projection.ts";
export {
  type CloudEvent,
  parseCloudEvent,
  printCloudEvent,
  type Unreadable,
} from "./src/cloud_event.ts";
export * from "./src/interchange.ts";
