/**
 * Removing index files that are not in use: what a wider run stands for, what was never finished,
 * what is not sound, what belongs to no segment of the log.
 *
 * @module
 */
import type { Claim } from "../claims/held_claim.ts";
import { parseName } from "../format/layout.ts";
import type { Log } from "../log.ts";

/**
 * Removes all index files but those to keep, which are asked for when the names are known.
 *
 * A writer that was paused meanwhile may have a successor that uses others. So the names are listed
 * first, and then the claim is looked at: if there is no newer one, all that a successor makes has
 * a name that was not listed, because no name is used twice; and what it finds, it finds as it is
 * now, with the runs in use whole.
 */
export async function removeGarbage(
  log: Log,
  claim: Pick<Claim, "fenced">,
  keep: () => ReadonlySet<string>,
): Promise<void> {
  const names = await log.storage.list();
  if (await claim.fenced() === "fenced") return;
  const kept = keep();
  for (const name of names) {
    if (parseName(name)?.kind !== "index" || kept.has(name)) continue;
    // One that is held open elsewhere goes at another time: it is only garbage.
    try {
      await log.files.forget(name);
      await log.storage.remove(name);
    } catch (cause) {
      log.settings.observe({ _tag: "FileKept", file: name, cause });
    }
  }
}
