/**
 * `leftfold verify`: looks at every byte of a store.
 *
 * @module
 */
import { run } from "leftfold";
import { directory } from "leftfold/storage/node";
import { type Verification, verifyStore } from "leftfold/stores/file";
import { outsideText, strayText, tornText, unusedText } from "../aside_text.ts";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { progressBar, watched } from "../progress_bar.ts";
import type { VerifyRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runVerify(
  { store: place, json, isDeep, anchor, cold }: VerifyRequest,
  { out, stderr, interruption, environment }: World,
): Promise<ExitCode> {
  const archives = await readingCold(cold, environment);
  const bar = progressBar(stderr);
  const found = await run(verifyStore(directory(place), {
    isDeep,
    ...archives,
    ...watched(bar, "Verifying", interruption),
    ...(anchor && { anchor }),
  })).finally(bar.end);
  const lines = json ? [JSON.stringify({ store: place, ...found })] : report(place, found);
  for (const line of lines) await out.line(line);
  return found.problems.length === 0 ? 0 : 1;
}

function report(place: string, found: Verification): ReadonlyArray<string> {
  const { segments, indexRuns, bytes, commits, records, problems } = found;
  const verdict = problems.length === 0 ? "sound" : figure(problems.length, "problem");
  return [
    `${place}: ${verdict}`,
    `  ${figure(records, "event")} in ${figure(commits, "commit")}, ${
      figure(segments, "segment")
    } and ${figure(indexRuns, "index run")}, ${figure(bytes, "byte")}`,
    ...(found.isAnchored ? ["  the history up to the anchor is the one that was anchored"] : []),
    ...problems.map(({ file, offset, wanted, found }) =>
      `  ${file}, byte ${offset}: wanted ${wanted}, found ${found}`
    ),
    ...found.torn.map((bytes) => `  ${tornText(bytes)}`),
    ...found.outside.map((bytes) => `  ${outsideText(bytes)}`),
    ...found.strays.map((name) => `  ${strayText(name)}`),
    ...found.unused.map((name) => `  ${unusedText(name)}`),
  ];
}
