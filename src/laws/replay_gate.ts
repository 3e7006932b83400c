/**
 * The replay gate: what was recorded is decided, read and folded by the code of today as it was.
 *
 * The idea is that of Temporal's replay of workflow histories: before a version goes out, it is run
 * on the past of the ones before it.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { differenceOf } from "../equality.ts";
import { codeOf } from "./code.ts";
import { brokenBy } from "./failure.ts";
import { takeStep } from "./history.ts";
import { broken, type Finding, held, type Judgement } from "./judgement.ts";
import { typeOf } from "./label.ts";
import type { Law, LawName } from "./law.ts";
import type { RecordedCorpus } from "./recorded_corpus.ts";
import {
  fingerprintOf,
  foldedOn,
  readEvents,
  type RecordedSpec,
  type RecordedStep,
  type RecordedStream,
  storedEvents,
  writtenState,
} from "./recorded_stream.ts";
import type { Source } from "./source.ts";
import { attempted, type StoryLines, told } from "./story.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A decider and its like, whose past is held against it. */
export interface GateSpec<Command, Event, State, Rejection>
  extends RecordedSpec<Command, Event, State, Rejection> {
  readonly source?: Source;
}

/** What UP9 looks at: a stream as it is kept, and the fingerprint that it had. */
interface KeptFacts {
  readonly name: string;
  readonly stream?: RecordedStream;
  readonly fingerprint?: string;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * A law for each recorded stream: that the code of today decides, reads and folds it as the code did
 * that recorded it. What changed is told by its first difference. And a law for all of them: that
 * what was stored is still what is kept.
 *
 * `recordCorpus` of `leftfold/laws/node` keeps streams in a directory, and `recordedIn` reads them.
 * A change that is meant is accepted by recording anew: the facts of a stream stay, and what comes
 * of them is written as it is today.
 *
 * @example
 * ```ts
 * import * as E from "fp-ts/lib/Either.js";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { checkLaws, historyOf, recordedHistories, replayGate } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept({ amount }),
 *   evolve: (balance, event: { readonly amount: number }) => balance + event.amount,
 * });
 * const spec = { name: "account", decider: account };
 * const corpus = recordedHistories(spec, { "in and out": historyOf(account, [5, -5]) });
 * assert(E.isRight(corpus));
 * assert(E.isRight(await checkLaws(replayGate(spec, corpus.right))()));
 *
 * const stricter = { ...account, decide: (amount: number) => amount < 0 ? reject("Negative") : accept({ amount }) };
 * const outcome = await checkLaws(replayGate({ ...spec, decider: stricter }, corpus.right))();
 * assert(E.isLeft(outcome));
 * assert.match(outcome.left.failures[0]?.text ?? "", /step 2: the decision changed/);
 * ```
 */
export function replayGate<Command, Event, State, Rejection>(
  spec: GateSpec<Command, Event, State, Rejection>,
  { streams, manifest }: RecordedCorpus,
): ReadonlyArray<Law> {
  const names = new Set([...Object.keys(manifest), ...streams.map(({ name }) => name)]);
  const kept = [...names].map((name): KeptFacts => {
    const stream = streams.find((one) => one.name === name);
    const fingerprint = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
    return { name, ...stream && { stream }, ...fingerprint !== undefined && { fingerprint } };
  });
  return [
    ...streams.map((stream) =>
      lawOfCases<RecordedStream>({
        spec,
        id: "UP1",
        part: stream.name,
        title: "what was recorded is decided, read and folded as it was",
        why: "Whoever changes a rule wants to know which past it changes, before it is out.",
        cases: [stream],
        judge: (one) => judgeStream(spec, one),
        tell: (one, finding) => linesOfStream(spec, one, finding),
      })
    ),
    lawOfCases<KeptFacts>({
      spec,
      id: "UP9",
      title: "what was stored and recorded is kept as it was",
      why: "A fixture that follows the code holds nothing against it.",
      cases: kept,
      judge: judgeFacts,
      tell: ({ name }) => [["Given", `the stream ${JSON.stringify(name)} of the manifest`]],
    }),
  ];
}

// ---------------------------------------------------------------------------
// judging
// ---------------------------------------------------------------------------

function judgeStream<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  { steps }: RecordedStream,
): Judgement {
  let state = spec.decider.initialState;
  for (const [at, step] of steps.entries()) {
    const changed = (what: string, { words, ...rest }: Finding): Judgement =>
      broken(`step ${at + 1}: ${what} changed: ${words}`, { ...rest, step: at });
    const read = readEvents(spec, step.events);
    if (E.isLeft(read)) return changed("an event", { words: read.left });
    const again = storedAgain(spec, step, read.right);
    if (again) return changed("an event", again);
    const decided = decidedAgain(spec, state, step);
    if (decided) return changed("the decision", decided);
    const after = foldedOn(spec, state, read.right);
    if (E.isLeft(after)) return changed("the state", { words: after.left });
    state = after.right;
    const written = writtenState(spec, state);
    if (E.isLeft(written)) return changed("the state", { words: written.left });
    const difference = partOf(step.state, written.right);
    if (difference) {
      return changed("the state", { words: "it is folded to another", ...difference });
    }
  }
  return held;
}

/** How the events of a step are stored today, if that differs where the version is still the same. */
function storedAgain<Event>(
  spec: Pick<RecordedSpec<never, Event, never, never>, "codec">,
  { events: recorded }: RecordedStep,
  events: ReadonlyArray<Event>,
): Finding | undefined {
  const stored = storedEvents(spec, events);
  if (E.isLeft(stored)) return { words: stored.left };
  // What was lifted, split or dropped has other events today, and is told by the state.
  if (stored.right.length !== recorded.length) return undefined;
  for (const [nth, one] of recorded.entries()) {
    const today = stored.right[nth]!; // as many
    if (today.type !== one.type || today.schemaVersion !== one.schemaVersion) continue;
    const words = `${one.type} of version ${one.schemaVersion} is read and stored otherwise`;
    const difference = partOf(one.data, today.data);
    if (difference) return { words, ...difference };
  }
  return undefined;
}

/** What is decided today, if it differs. Events are compared as they are read, whatever their version. */
function decidedAgain<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  state: State,
  { asked }: RecordedStep,
): Finding | undefined {
  if (!asked) return undefined;
  // A command that was recorded; the types of a file are its writer's word.
  const step = takeStep(spec.decider, state, asked.command as Command);
  const command = typeOf(asked.command);
  if (step._tag === "Crashed") return { words: `to ${command}, ${step.in} broke: ${step.why}` };
  const { answer } = asked;
  if (answer._tag === "Rejected" || step._tag === "Rejected") {
    const wanted = answer._tag === "Rejected"
      ? { rejected: answer.rejection }
      : { accepted: answer.events.map(({ type }) => type) };
    const found = step._tag === "Rejected"
      ? { rejected: step.rejection }
      : { accepted: step.events.map(typeOf) };
    const difference = partOf(wanted, found);
    return difference && { words: `${command} is answered otherwise`, path: [], wanted, found };
  }
  const recorded = readEvents(spec, answer.events);
  if (E.isLeft(recorded)) return { words: recorded.left };
  const difference = partOf(recorded.right, step.events);
  return difference && { words: `${command} leads to other events`, ...difference };
}

function judgeFacts({ name, stream, fingerprint }: KeptFacts): Judgement {
  if (!stream) return broken(`the stream ${JSON.stringify(name)} is gone`);
  if (fingerprint === undefined) {
    return broken(`the stream ${JSON.stringify(name)} is not in the manifest: record it`);
  }
  const found = fingerprintOf(stream);
  return found === fingerprint
    ? held
    : broken(`what was stored of ${JSON.stringify(name)} was changed by hand`, {
      wanted: fingerprint,
      found,
    });
}

function partOf(
  wanted: unknown,
  found: unknown,
): Pick<Finding, "path" | "wanted" | "found"> | undefined {
  const difference = differenceOf(wanted, found);
  return difference &&
    { path: difference.path, wanted: difference.left, found: difference.right };
}

function linesOfStream<Command, Event, State, Rejection>(
  spec: RecordedSpec<Command, Event, State, Rejection>,
  { name, steps }: RecordedStream,
  { step: at = 0 }: Finding,
): StoryLines {
  const shown = ({ events }: RecordedStep): string =>
    attempted(() => {
      const read = readEvents(spec, events);
      return E.isLeft(read) ? codeOf(events) : read.right.map((one) => codeOf(one)).join("\n");
    });
  const given = steps.slice(0, at).filter(({ events }) => events.length > 0);
  const step = steps[at];
  if (!step) return told("Given", []);
  return [
    ["Stream", name],
    ...given.map((one): [string, string] => ["Given", shown(one)]),
    ...step.asked ? [["When", codeOf(step.asked.command)] as const] : [],
    ...step.events.length > 0 ? [["Then", shown(step)] as const] : [],
  ];
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

/** A law of these very cases: there is nothing to draw. */
function lawOfCases<Case>({ spec, cases, judge, tell, ...rest }: {
  readonly spec: { readonly name: string; readonly source?: Source };
  readonly id: string;
  readonly part?: string;
  readonly title: string;
  readonly why: string;
  readonly cases: ReadonlyArray<Case>;
  readonly judge: (one: Case) => Judgement;
  readonly tell: (one: Case, finding: Finding) => StoryLines;
}): Law {
  const name: LawName = { ...rest, family: "evolution", tier: "declared" };
  const { name: subject } = spec;
  return {
    ...name,
    subject,
    // A case that was printed, in a test.
    judge: (saved) => Promise.resolve(judge(saved as Case)),
    check: ({ source } = {}) => () => {
      for (const [casesBefore, one] of cases.entries()) {
        const judgement = judge(one);
        if (judgement._tag !== "Broken") continue;
        const sources = [spec.source, source].filter((place) => place !== undefined);
        const teller = {
          ...{ law: name, subject, maker: undefined, sources },
          // It is told of the case that it is given, which is this one.
          tell: (saved: unknown, finding: Finding) => tell(saved as Case, finding),
        };
        const origin = { casesBefore, shrinks: 0, replay: undefined };
        return Promise.resolve(E.left(brokenBy(teller, one, judgement.finding, origin)));
      }
      const { length } = cases;
      const known = { held: length, cases: length, skipped: new Map(), unable: undefined };
      return Promise.resolve(E.right({ law: name, subject, ...known, bound: 0, seed: 0 }));
    },
  };
}
