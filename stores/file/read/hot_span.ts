/**
 * Reads that leave out what is archived: how far one page of such a read goes.
 *
 * @module
 */

/** Positions: those after one, up to and with another. */
export interface Positions {
  readonly after: number;
  readonly until: number;
}

/** A part of a read in its direction: from a place between records to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The next part of a read that touches nothing cold, in its direction. It begins where the read does,
 * or behind the cold positions there; it ends where the read does, or before the next cold ones.
 * `cold` is in ascending order.
 */
export function hotSpan(cold: ReadonlyArray<Positions>, span: Span): Span {
  return span.from <= span.to ? hotForward(cold, span) : hotBackward(cold, span);
}

function hotForward(cold: ReadonlyArray<Positions>, { from, to }: Span): Span {
  let begin = from;
  for (const { after, until } of cold) {
    if (until <= begin) continue;
    if (after > begin) return { from: begin, to: Math.min(to, after) };
    begin = Math.min(to, until);
  }
  return { from: begin, to };
}

function hotBackward(cold: ReadonlyArray<Positions>, { from, to }: Span): Span {
  let begin = from;
  for (const { after, until } of [...cold].reverse()) {
    if (after >= begin) continue;
    if (until < begin) return { from: begin, to: Math.max(to, until) };
    begin = Math.max(to, after);
  }
  return { from: begin, to };
}
