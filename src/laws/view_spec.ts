/**
 * The specification of a view: what the laws of views are checked with.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Shape } from "../shape.ts";
import type { View } from "../view.ts";
import type { Judgement } from "./judgement.ts";
import type { Law, LawName } from "./law.ts";
import type { Source } from "./source.ts";
import { lawOf } from "./statement.ts";
import { linesOfLog } from "./story.ts";
import { withoutStretches } from "./walk_shrink.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A view, logs for it, and what is claimed of it. Only the first three are needed. */
export interface ViewSpec<Event, State> {
  /** What reports call it. */
  readonly name: string;
  readonly view: View<Event, State>;
  /** Logs as they may come: `logsOf` takes them from a decider, `interleave` from several. */
  readonly logs: fc.Arbitrary<ReadonlyArray<Event>>;
  /** Where this specification is exported: then a printed test can import it. */
  readonly source?: Source;
  /** How its state is written down: then a fold may stop there and go on later. */
  readonly state?: Shape<State>;
  /** What holds of every state, after every event. A text says what is wrong. */
  readonly invariants?: Readonly<
    Record<string, (state: State, events: ReadonlyArray<Event>) => boolean | string>
  >;
  /** Events that do not concern it, and therefore change nothing. */
  readonly ignores?: (event: Event) => boolean;
  /** An event that comes twice in a row counts once. */
  readonly countsOnce?: boolean;
  /** The streams of events, if their order between streams makes no difference. */
  readonly streamOf?: (event: Event) => string;
  /** The state of two stretches together, from the state of each. */
  readonly merge?: (earlier: State, later: State) => State;
  /** What it is asked for, if states that differ may answer alike; the whole state if left out. */
  readonly answer?: (state: State) => unknown;
}

/** A log, and a number that a law draws: a place, a choice. */
interface ViewCase<Event> {
  readonly events: ReadonlyArray<Event>;
  readonly choice: number;
}

const choiceMax = 10_000;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** What a log is without some of its events, and with a smaller choice. */
function* simplerLogs<Event>(
  { events, choice }: ViewCase<Event>,
): Generator<ViewCase<Event>, void, void> {
  for (const { left } of withoutStretches(events)) yield { events: left, choice };
  for (let less = choice >> 1; less < choice; less += (choice - less + 1) >> 1) {
    yield { events, choice: less };
  }
}

/** A law of views, of one of them. One that is apart is not among `viewLaws`. */
export function viewLaw<Event, State>(
  spec: ViewSpec<Event, State>,
  name: Omit<LawName, "family">,
  judge: (events: ReadonlyArray<Event>, choice: number) => Judgement,
  { isApart = false }: { readonly isApart?: boolean } = {},
): Law {
  const law: LawName = { ...name, family: "view" };
  return lawOf<ViewCase<Event>>({
    ...law,
    subject: spec.name,
    cases: fc.record({ events: spec.logs, choice: fc.nat(choiceMax) }),
    judge: ({ events, choice }) => judge(events, choice),
    save: (one) => one,
    // What was saved by this law, by hand or in a file; a wrong one breaks the law at once.
    restore: (saved) => saved as ViewCase<Event>,
    simpler: simplerLogs,
    tell: ({ events }, finding) => linesOfLog(spec.view, events, finding),
    maker: isApart ? undefined : "viewLaws",
    source: spec.source,
  });
}
