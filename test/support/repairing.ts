/**
 * Stores that want a repair.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ok } from "../../stores/conformance/words.ts";
import { type LogPlace, planRepair, type Repair } from "../../stores/file/mod.ts";
import type { StoragePort } from "../../stores/file/storage.ts";
import { type Files, withFile } from "./disk.ts";

/** The same files but for some. */
export function without(files: Files, ...names: ReadonlyArray<string>): Files {
  return names.reduce((rest, name) => withFile(rest, name, undefined), files);
}

/** The plan for a store that wants a repair. */
export async function planned(disk: StoragePort, at?: LogPlace): Promise<Repair> {
  const plan = await ok(planRepair(disk, at ? { at } : {}));
  assert(plan._tag === "Repair", JSON.stringify(plan));
  return plan;
}

/** The positions that a plan leaves outside: from and to, or none. */
export function positionsIn({ positions }: Repair): ReadonlyArray<number> {
  return positions ? [positions.from, positions.to] : [];
}
