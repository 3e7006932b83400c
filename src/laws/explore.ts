/**
 * Exploring: every history of commands out of a menu, up to a length, each state met once.
 *
 * What is found is found with the fewest commands that lead there, because the search goes breadth
 * first. It says something of this menu only: a command that is not on it was never tried.
 *
 * @module
 */
import * as fc from "fast-check";
import type { DeciderSpec } from "./decider_spec.ts";
import { type History, historyOf, type Step, takeStep } from "./history.ts";
import { reasonOf, stateLabel, typeOf } from "./label.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What to explore. */
export interface ExploreOptions<Command, State> {
  /** The commands that are tried in a state. If left out, some are drawn from the specification. */
  readonly menu?: (state: State) => ReadonlyArray<Command>;
  /** The greatest number of commands in a row; 8 if left out. */
  readonly depth?: number;
  /** It ends when so many states were met; 100,000 if left out. */
  readonly statesMax?: number;
  /** Two states with one key are taken for the same; all of the state, as JSON, if left out. */
  readonly key?: (state: State) => string;
}

/** What was found. */
export interface Exploration<Command> {
  /** How many states were met. */
  readonly states: number;
  /** How many times a command was decided. */
  readonly transitions: number;
  /** The greatest number of commands that led to a state which was not met before. */
  readonly depth: number;
  /** Whether nothing was left to try: neither the depth nor the number of states has ended it. */
  readonly isComplete: boolean;
  /** What breaks, each with the fewest commands. */
  readonly broken: ReadonlyArray<Breach<Command>>;
  /** The types of events that happened, with the fewest commands that lead to each. */
  readonly events: ReadonlyMap<string, ReadonlyArray<Command>>;
  /** Types of the codec that never happened. */
  readonly deadEvents: ReadonlyArray<string>;
  /** The rejections that were met, with the fewest commands that lead to each. */
  readonly rejections: ReadonlyMap<string, ReadonlyArray<Command>>;
  /** From which label to which one, by which command. */
  readonly edges: ReadonlyArray<Edge>;
}

/** Something that breaks. */
export interface Breach<Command> {
  /** The invariant, or that the decider broke. */
  readonly what: string;
  readonly commands: ReadonlyArray<Command>;
}

/** A way from a state to a state, by their labels. */
export interface Edge {
  readonly from: string;
  readonly command: string;
  readonly to: string;
}

/** A state that was met, and how. */
interface Place<Command, State> {
  readonly state: State;
  readonly label: string;
  readonly depth: number;
  readonly by: Command | undefined;
  readonly from: Place<Command, State> | undefined;
}

const depthDefault = 8;
const statesMaxDefault = 100_000;
/** So many commands are drawn for a state if there is no menu. */
const drawnCommands = 12;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Explores a decider.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { explore } from "leftfold/laws";
 *
 * const door = decider({
 *   initialState: "shut",
 *   decide: (command: "open" | "shut", state) => command === state ? reject("Already") : accept(command),
 *   evolve: (_: "open" | "shut", event: "open" | "shut") => event,
 * });
 * const spec = { name: "door", decider: door, commands: () => fc.constantFrom("open" as const, "shut" as const) };
 * const { states, isComplete } = explore(spec, { menu: () => ["open", "shut"] as const });
 * assert.deepEqual([states, isComplete], [2, true]);
 * ```
 */
export function explore<Command, Event, State, Rejection>(
  spec: DeciderSpec<Command, Event, State, Rejection>,
  options: ExploreOptions<Command, State> = {},
): Exploration<Command> {
  const { decider } = spec;
  const menu = options.menu ?? menuOf(spec);
  const depthMax = options.depth ?? depthDefault;
  const statesMax = options.statesMax ?? statesMaxDefault;
  const keyOf = options.key ?? ((state: State) => JSON.stringify(state));
  const labelOf = spec.label ?? stateLabel;
  const notes = emptyNotes<Command>();
  const start: Place<Command, State> = {
    state: decider.initialState,
    label: labelOf(decider.initialState),
    depth: 0,
    by: undefined,
    from: undefined,
  };
  const seen = new Set([keyOf(start.state)]);
  const queue = [start];
  let transitions = 0;
  let isCut = false;
  for (let at = 0; at < queue.length; at++) {
    const place = queue[at]!;
    if (place.depth === depthMax) {
      isCut = true;
      continue;
    }
    for (const command of menu(place.state)) {
      transitions += 1;
      const step = takeStep(decider, place.state, command);
      note(notes, spec, place, step);
      if (step._tag !== "Accepted") continue;
      const label = labelOf(step.after);
      const edge = { from: place.label, command: typeOf(command), to: label };
      const name = `${edge.from}\n${edge.command}\n${edge.to}`;
      if (!notes.edges.has(name)) notes.edges.set(name, edge);
      const key = keyOf(step.after);
      if (seen.has(key)) continue;
      if (seen.size === statesMax) {
        isCut = true;
        continue;
      }
      seen.add(key);
      queue.push({ state: step.after, label, depth: place.depth + 1, by: command, from: place });
    }
  }
  return {
    states: seen.size,
    transitions,
    depth: queue[queue.length - 1]!.depth,
    isComplete: !isCut,
    broken: Array.from(notes.broken, ([what, commands]) => ({ what, commands })),
    events: notes.events,
    deadEvents: (spec.codec?.types ?? []).filter((type) => !notes.events.has(type)),
    rejections: notes.rejections,
    edges: [...notes.edges.values()],
  };
}

/** What is noted on the way, each by the fewest commands that lead to it. */
interface Notes<Command> {
  readonly events: Map<string, ReadonlyArray<Command>>;
  readonly rejections: Map<string, ReadonlyArray<Command>>;
  readonly broken: Map<string, ReadonlyArray<Command>>;
  readonly edges: Map<string, Edge>;
}

function emptyNotes<Command>(): Notes<Command> {
  return { events: new Map(), rejections: new Map(), broken: new Map(), edges: new Map() };
}

function note<Command, Event, State, Rejection>(
  { events, rejections, broken }: Notes<Command>,
  spec: DeciderSpec<Command, Event, State, Rejection>,
  place: Place<Command, State>,
  step: Step<Command, Event, State, Rejection>,
): void {
  const first = (where: Map<string, ReadonlyArray<Command>>, what: string): void => {
    if (!where.has(what)) where.set(what, [...wayTo(place), step.command]);
  };
  switch (step._tag) {
    case "Rejected":
      return first(rejections, reasonOf(step.rejection));
    case "Crashed":
      return first(broken, `${step.in} broke: ${step.why}`);
    case "Accepted":
      for (const event of step.events) first(events, typeOf(event));
      for (const what of breaches(spec, place, step.command, step.states)) first(broken, what);
  }
}

/** Commands that fit a state and some that do not, drawn once for each label. */
function menuOf<Command, Event, State, Rejection>(
  { commands, noise }: DeciderSpec<Command, Event, State, Rejection>,
): (state: State) => ReadonlyArray<Command> {
  const drawn = noise ? fc.sample(noise, { seed: 1, numRuns: drawnCommands }) : [];
  return (state) => [
    ...fc.sample(commands(state), { seed: 1, numRuns: drawnCommands }),
    ...drawn,
  ];
}

/** The commands that led to a place. */
function wayTo<Command, State>(place: Place<Command, State>): ReadonlyArray<Command> {
  const commands: Command[] = [];
  for (let at = place; at.from; at = at.from) commands.push(at.by!); // it came from somewhere
  return commands.reverse();
}

function breaches<Command, Event, State, Rejection>(
  { decider, invariants }: DeciderSpec<Command, Event, State, Rejection>,
  place: Place<Command, State>,
  command: Command,
  states: ReadonlyArray<State>,
): ReadonlyArray<string> {
  const found: string[] = [];
  let history: History<Command, Event, State, Rejection> | undefined;
  for (const [sentence, holds] of Object.entries(invariants ?? {})) {
    for (const state of states) {
      // Most invariants look at the state alone; the history is made for those that take it.
      if (holds.length > 1) history ??= historyOf(decider, [...wayTo(place), command]);
      const short = { initial: decider.initialState, steps: [], final: state };
      if (holds(state, history ?? short) !== true) found.push(sentence);
    }
  }
  return found;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * The states and the ways between them as a diagram of Mermaid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diagramOf } from "leftfold/laws";
 *
 * const edges = [{ from: "shut", command: "open", to: "open" }];
 * assert.equal(diagramOf({ edges }), 'stateDiagram-v2\n  state "shut" as s0\n  state "open" as s1\n  s0 --> s1: open');
 * ```
 */
export function diagramOf({ edges }: Pick<Exploration<unknown>, "edges">): string {
  const labels = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const nameOf = (label: string): string => `s${labels.indexOf(label)}`;
  const ways = new Map<string, Set<string>>();
  for (const { from, command, to } of edges) {
    const way = `${nameOf(from)} --> ${nameOf(to)}`;
    ways.set(way, (ways.get(way) ?? new Set()).add(command));
  }
  return [
    "stateDiagram-v2",
    ...labels.map((label) => `  state ${JSON.stringify(label)} as ${nameOf(label)}`),
    ...Array.from(ways, ([way, commands]) => `  ${way}: ${[...commands].join(", ")}`),
  ].join("\n");
}
