/**
 * Mutants: what somebody may have got wrong, made of what somebody got right.
 *
 * No source is touched: the functions are wrapped. Each mutant is called by what has changed, in the
 * names that the domain has for its events, commands and rejections.
 *
 * @module
 */
import { typeOf } from "../label.ts";

/** Something that differs from what it was made of in one place. */
export interface Mutant<Subject> {
  /** What has changed, as in `"Paid is ignored"`. */
  readonly change: string;
  readonly subject: Subject;
}

/** The field of an event that holds a number. */
interface NumberField {
  readonly type: string;
  readonly field: string;
}

/** What folds, as far as mutants are concerned. */
interface Folding<Event, State> {
  readonly evolve: (state: State, event: Event) => State;
  readonly initialState: State;
}

/** What may go wrong with a fold. */
export function evolveMutants<Event, State>(
  { evolve, initialState }: Folding<Event, State>,
  types: Iterable<string>,
): ReadonlyArray<Mutant<(state: State, event: Event) => State>> {
  return Array.from(types).flatMap((type) => {
    const instead = (
      change: string,
      f: (state: State, event: Event) => State,
    ): Mutant<(state: State, event: Event) => State> => ({
      change: `${type} ${change}`,
      subject: (state, event) => typeOf(event) === type ? f(state, event) : evolve(state, event),
    });
    return [
      instead("is ignored", (state) => state),
      instead("is folded twice", (state, event) => evolve(evolve(state, event), event)),
      instead("makes the story begin anew", (_, event) => evolve(initialState, event)),
    ];
  });
}

/** The fields of events that hold numbers. */
export function numberFields(events: Iterable<unknown>): ReadonlyArray<NumberField> {
  const found = new Map<string, NumberField>();
  for (const event of events) {
    if (typeof event !== "object" || event === null) continue;
    const type = typeOf(event);
    for (const [field, value] of Object.entries(event)) {
      const name = `${type}\n${field}`;
      if (typeof value === "number" && !found.has(name)) found.set(name, { type, field });
    }
  }
  return [...found.values()];
}

/** An event whose number is one more, if it is of the type that has it. */
export function withOneMore<Event>(event: Event, { type, field }: NumberField): Event {
  if (typeof event !== "object" || event === null || typeOf(event) !== type) return event;
  // An object may have the field, or not; it is looked at.
  const value = (event as Readonly<Record<string, unknown>>)[field];
  return typeof value === "number" ? { ...event, [field]: value + 1 } : event;
}
