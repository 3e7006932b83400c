/**
 * The stored records that keep a conditional commit from being stored.
 *
 * @module
 */
import type { Commit } from "../../../src/event_store.ts";
import type { Encoded } from "../../../src/record.ts";
import { cutsOf } from "../cuts.ts";
import { isCut } from "../format/stream_cut.ts";
import type { Log } from "../log.ts";
import { streamsIn } from "../read/frame_reader.ts";
import { selectionOf } from "../read/selection.ts";
import { MATCHING_MAX } from "./verdict.ts";
import { forward, walkOf } from "../read/walk.ts";

/**
 * The first positions of records that match the condition of a commit, of those after `seen` that
 * can be read.
 */
export async function matchingStored(
  log: Log,
  commit: Commit<Encoded>,
  seen: number,
): Promise<ReadonlyArray<number>> {
  if (!commit.condition) return [];
  const { failIfEventsMatch } = commit.condition;
  const after = Math.max(seen, commit.condition.after ?? 0);
  const limit = log.readable;
  if (after >= limit.position) return [];
  const selection = selectionOf(failIfEventsMatch);
  const found: number[] = [];
  for await (const batch of forward(walkOf(log, selection), after, limit.position, limit)) {
    const cuts = await cutsOf(log, () => streamsIn(batch));
    for (const { header, body } of batch) {
      let position = header.position;
      for (const { stream, events, firstVersion } of body.streams) {
        for (let nth = 0; nth < events; nth++, position++) {
          const event = body.events[position - header.position]!;
          if (position <= after || isCut(cuts?.get(stream), firstVersion + nth)) continue;
          if (selection.matches({ stream, type: event.type, tags: event.tags })) {
            found.push(position);
          }
        }
      }
    }
    if (found.length >= MATCHING_MAX) break;
  }
  return found;
}
