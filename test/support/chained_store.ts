/**
 * Small stores with a chain of SHA-256, their heads, and what verifying them has found.
 *
 * @module
 */
import { ok } from "../../stores/conformance/words.ts";
import { type Anchor, storeHead, type Verification, verifyStore } from "../../stores/file/mod.ts";
import { type ClosedStore, closedStore } from "./closed_store.ts";
import { diskOf, type Files } from "./disk.ts";
import { sampleCommit } from "./life_of_a_store.ts";

/** Three segments, of which two are sealed; commits of one and of two events. */
export function chainedStore(chain: "sha256" | "none" = "sha256"): Promise<ClosedStore> {
  const commits = ["one", "two", "three", "four", "five", "six", "seven"].map((id, nth) => {
    return sampleCommit(id, nth % 2 === 0 ? ["a-1"] : ["a-1", `b-${nth}`], 60);
  });
  return closedStore(commits, { segmentBytesMax: 1024, chain });
}

/** The head of a store that is closed. */
export async function headIn(files: Files, position?: number): Promise<Anchor> {
  const options = position === undefined ? {} : { position };
  return await ok(storeHead(await diskOf(files), options));
}

/** What verifying a store that is closed has found. */
export async function verified(files: Files, anchor?: Anchor): Promise<Verification> {
  return await ok(verifyStore(await diskOf(files), anchor ? { anchor } : {}));
}
