/**
 * The walk: histories that are drawn while the decider runs, so that each command fits the state
 * that it meets.
 *
 * A decider is pure, so a generator may run it. That is what reaches deep states: a payment is drawn
 * when there is something to pay, and of the right amount. Three sources are mixed: commands that
 * _fit_ the state, _noise_ that does not look at it, and _echoes_, which are earlier commands once
 * more. In each history some types of commands are switched off (swarm testing; Groce and others,
 * 2012), so that long runs of the others come up.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Decider } from "../decision.ts";
import { areEqual } from "../equality.ts";
import { type History, type Step, takeStep } from "./history.ts";
import { effectOf, typeOf } from "./label.ts";
import { randomness } from "./randomness.ts";
import {
  type Candidate,
  candidates,
  type Later,
  type Met,
  type Origin,
  type Part,
} from "./walk_shrink.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What it takes to walk: a decider, and commands for it. */
export interface Walkable<Command, Event, State, Rejection> {
  readonly decider: Decider<Command, Event, State, Rejection>;
  /**
   * Commands that fit a state. Put the simplest alternative first, and branch on the state instead
   * of filtering: what is filtered cannot be shrunk well.
   *
   * A decider that is broken reaches states that it should not. So bound what is drawn with a number
   * of the state: `fc.integer` never ends where a bound is beyond `Number.MAX_SAFE_INTEGER`.
   */
  readonly commands: (state: State) => fc.Arbitrary<Command>;
  /** Any command, whatever the state. If left out, those that fit the initial state. */
  readonly noise?: fc.Arbitrary<Command>;
}

/** How to walk. */
export interface WalkOptions {
  /** The greatest number of commands; 30 if left out. */
  readonly stepsMax?: number;
  /** The share of noise, from 0 to 1; 0.2 if left out. */
  readonly noise?: number;
  /** The share of echoes, from 0 to 1; 0.1 if left out. */
  readonly echo?: number;
  /** Whether types of commands are switched off; they are if left out. */
  readonly swarm?: boolean;
}

/** A command, and what it takes to make it simpler. */
type Drawn<Command> = Pick<Part<Command>, "command" | "context" | "arbitrary">;

const stepsMaxDefault = 30;
const noiseDefault = 0.2;
const echoDefault = 0.1;
/** So often a command of a type that is switched off is drawn anew, before it is taken after all. */
const swarmDraws = 5;
/** So often a command that has lost its effect is drawn again. */
const mendDraws = 12;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * States that a decider is in between two commands, to state laws of one's own about. What fails is
 * shrunk to a state that few and simple commands lead to.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import { accept, decider, reject } from "leftfold";
 * import { reachable } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept(amount),
 *   evolve: (balance, amount: number) => balance + amount,
 * });
 * const balances = reachable({
 *   decider: account,
 *   commands: (balance) => fc.integer({ min: -balance, max: 100 }),
 * });
 * fc.assert(fc.property(balances, (balance) => balance >= 0));
 * ```
 */
export function reachable<Command, Event, State, Rejection>(
  walkable: Walkable<Command, Event, State, Rejection>,
  options: WalkOptions = {},
): fc.Arbitrary<State> {
  return walk(walkable, options).map(({ final }) => final);
}

/**
 * Histories of a decider. What fails is shrunk to few and simple commands: whenever an earlier
 * command goes or becomes simpler, the later ones are derived again from their own randomness,
 * against the state that they now meet.
 *
 * @example
 * ```ts
 * import * as fc from "fast-check";
 * import assert from "node:assert/strict";
 * import { accept, decider, reject } from "leftfold";
 * import { walk } from "leftfold/laws";
 *
 * const account = decider({
 *   initialState: 0,
 *   decide: (amount: number, balance) => balance + amount < 0 ? reject("Overdrawn") : accept(amount),
 *   evolve: (balance, amount: number) => balance + amount,
 * });
 * const histories = walk({
 *   decider: account,
 *   commands: (balance) => fc.integer({ min: -balance, max: 100 }),
 * });
 * fc.assert(fc.property(histories, ({ final }) => final >= 0));
 * assert.equal(fc.sample(histories, 3).length, 3);
 * ```
 */
export function walk<Command, Event, State, Rejection>(
  walkable: Walkable<Command, Event, State, Rejection>,
  options: WalkOptions = {},
): fc.Arbitrary<History<Command, Event, State, Rejection>> {
  return new Walk(walkable, {
    stepsMax: options.stepsMax ?? stepsMaxDefault,
    noise: options.noise ?? noiseDefault,
    echo: options.echo ?? echoDefault,
    swarm: options.swarm ?? true,
  });
}

// fast-check knows an arbitrary by its class.
class Walk<Command, Event, State, Rejection>
  extends fc.Arbitrary<History<Command, Event, State, Rejection>> {
  readonly #walkable: Walkable<Command, Event, State, Rejection>;
  readonly #options: Required<WalkOptions>;

  constructor(
    walkable: Walkable<Command, Event, State, Rejection>,
    options: Required<WalkOptions>,
  ) {
    super();
    this.#walkable = walkable;
    this.#options = options;
  }

  override generate(
    random: fc.Random,
    biasFactor: number | undefined,
  ): fc.Value<History<Command, Event, State, Rejection>> {
    const length = random.nextInt(0, this.#options.stepsMax);
    const swarm = this.#options.swarm && random.nextInt(0, 1) === 1 ? random.nextInt() : undefined;
    const { decider } = this.#walkable;
    const parts: Part<Command>[] = [];
    const steps: Step<Command, Event, State, Rejection>[] = [];
    let state = decider.initialState;
    for (let nth = 0; nth < length; nth++) {
      // A part keeps the randomness that it was drawn from, so that it can be drawn again elsewhere.
      const origin = { random: random.clone(), biasFactor, swarm };
      const drawn = this.#drawn(random, origin, state, steps);
      if ("stuck" in drawn) return this.#value(parts, steps, state, drawn.stuck);
      const step = takeStep(decider, state, drawn.command);
      const { command, context, arbitrary } = drawn;
      parts.push({ command, context, arbitrary, origin, isPinned: false });
      steps.push(step);
      state = step.after;
      if (step._tag === "Crashed") break;
    }
    return this.#value(parts, steps, state);
  }

  override canShrinkWithoutContext(
    value: unknown,
  ): value is History<Command, Event, State, Rejection> {
    return typeof value === "object" && value !== null && "steps" in value &&
      Array.isArray(value.steps);
  }

  override shrink(
    value: History<Command, Event, State, Rejection>,
    context: unknown,
  ): fc.Stream<fc.Value<History<Command, Event, State, Rejection>>> {
    return new fc.Stream(this.#shrunk(value, context));
  }

  *#shrunk(
    value: History<Command, Event, State, Rejection>,
    context: unknown,
  ): Generator<fc.Value<History<Command, Event, State, Rejection>>, void, void> {
    const parts = partsIn<Command>(context) ?? this.#found(value.steps);
    const isAccepted = value.steps.map((step) => step._tag !== "Rejected");
    const simplifying = (at: number): fc.Arbitrary<Command> | undefined =>
      this.#simplifying(value.steps[at]!); // a step for each part
    const met = parts.map((part, at) => ({ ...part, effect: effectOf(value.steps[at]!) }));
    for (const candidate of candidates(met, isAccepted, simplifying)) {
      const rebuilt = this.#rebuilt(candidate);
      if (rebuilt) yield rebuilt;
    }
  }

  /** The parts of a history that was found and not drawn: each has randomness of its own from now. */
  #found(
    steps: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): ReadonlyArray<Part<Command>> {
    if (steps.length === 0) return [];
    const randoms = randomness(1, steps.length);
    return steps.map((step, at) => ({
      command: step.command,
      context: undefined,
      arbitrary: undefined,
      origin: { random: randoms[at]!, biasFactor: undefined, swarm: undefined },
      isPinned: true,
    }));
  }

  /** What makes a command simpler without having drawn it; none if the specification cannot. */
  #simplifying(
    { before, command }: Step<Command, Event, State, Rejection>,
  ): fc.Arbitrary<Command> | undefined {
    const { commands, noise } = this.#walkable;
    try {
      return [commands(before), noise].find((one) => one?.canShrinkWithoutContext(command));
    } catch {
      // The specification has no command for this state, which is a law of its own.
      return noise?.canShrinkWithoutContext(command) ? noise : undefined;
    }
  }

  /** The history of a candidate; none if drawing again has given the commands that were there. */
  #rebuilt(
    { kept, from, later }: Candidate<Command>,
  ): fc.Value<History<Command, Event, State, Rejection>> | undefined {
    const { decider } = this.#walkable;
    const parts: Part<Command>[] = [];
    const steps: Step<Command, Event, State, Rejection>[] = [];
    let state = decider.initialState;
    let isNew = later._tag === "Kept";
    for (const [nth, part] of kept.entries()) {
      const now = nth < from ? part : this.#again(part, later, state, steps);
      isNew ||= !areEqual(now.command, part.command);
      const step = takeStep(decider, state, now.command);
      parts.push(now);
      steps.push(step);
      state = step.after;
      if (step._tag === "Crashed") break;
    }
    return isNew ? this.#value(parts, steps, state) : undefined;
  }

  #value(
    parts: ReadonlyArray<Part<Command>>,
    steps: ReadonlyArray<Step<Command, Event, State, Rejection>>,
    final: State,
    stuck?: unknown,
  ): fc.Value<History<Command, Event, State, Rejection>> {
    const { initialState: initial } = this.#walkable.decider;
    const history = stuck === undefined
      ? { initial, steps, final }
      : { initial, steps, final, stuck };
    return new fc.Value(history, { parts });
  }

  /** A part for a state that has changed. */
  #again(
    part: Met<Command>,
    later: Later,
    state: State,
    earlier: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): Part<Command> {
    switch (later._tag) {
      case "Kept":
        return part;
      case "Bound":
        return this.#bound(part, state, earlier);
      case "Mended":
        return this.#mended(part, later, state, earlier);
    }
  }

  /** A part, drawn again for the state that it meets. */
  #bound(
    part: Part<Command>,
    state: State,
    earlier: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): Part<Command> {
    const { origin } = part;
    if (part.isPinned) return part;
    // Shrinking opens the swarm: a simpler story may need the types that were switched off.
    const open = { ...origin, swarm: undefined };
    const drawn = this.#drawn(origin.random.clone(), open, state, earlier);
    return "stuck" in drawn ? part : { ...part, ...drawn };
  }

  /** A part with the effect that it had: as it is, or drawn again until it has it. */
  #mended(
    part: Met<Command>,
    { all, salt }: Extract<Later, { readonly _tag: "Mended" }>,
    state: State,
    earlier: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): Part<Command> {
    const { decider } = this.#walkable;
    const hasEffect = (command: Command): boolean =>
      effectOf(takeStep(decider, state, command)) === part.effect;
    if (!all && hasEffect(part.command)) return part;
    const random = part.origin.random.clone();
    for (let skipped = 0; skipped < salt; skipped++) random.nextInt();
    const open = { ...part.origin, swarm: undefined };
    for (let draws = 0; draws < mendDraws; draws++) {
      const drawn = this.#drawn(random, open, state, earlier);
      if ("stuck" in drawn) return part;
      if (hasEffect(drawn.command)) return { ...part, ...drawn, isPinned: false };
    }
    return part;
  }

  /** A command for a state; or what the specification threw instead of giving one. */
  #drawn(
    random: fc.Random,
    origin: Pick<Origin, "biasFactor" | "swarm">,
    state: State,
    earlier: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): Drawn<Command> | { readonly stuck: unknown } {
    try {
      return this.#draw(random, origin, state, earlier);
    } catch (stuck) {
      return { stuck };
    }
  }

  #draw(
    random: fc.Random,
    { biasFactor, swarm }: Pick<Origin, "biasFactor" | "swarm">,
    state: State,
    earlier: ReadonlyArray<Step<Command, Event, State, Rejection>>,
  ): Drawn<Command> {
    const { noise, echo } = this.#options;
    const dice = random.nextInt(0, 999) / 1000;
    if (dice < echo && earlier.length > 0) {
      const { command } = earlier[random.nextInt(0, earlier.length - 1)]!;
      return { command, context: undefined, arbitrary: undefined };
    }
    const { commands, decider } = this.#walkable;
    const arbitrary = dice >= 1 - noise
      ? this.#walkable.noise ?? commands(decider.initialState)
      : commands(state);
    for (let draws = 1;; draws++) {
      const { value_: command, context } = arbitrary.generate(random, biasFactor);
      if (draws === swarmDraws || swarm === undefined || isOn(typeOf(command), swarm)) {
        return { command, context, arbitrary };
      }
    }
  }
}

/** Whether a type of commands is on in a history: by chance, about two of three are. */
function isOn(type: string, swarm: number): boolean {
  let hash = swarm;
  for (let at = 0; at < type.length; at++) {
    hash = Math.imul(hash ^ type.charCodeAt(at), 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % 3 !== 0;
}

function partsIn<Command>(context: unknown): ReadonlyArray<Part<Command>> | undefined {
  // fast-check hands back the context that was given with the value, or none.
  return (context as { readonly parts: ReadonlyArray<Part<Command>> } | undefined)?.parts;
}
