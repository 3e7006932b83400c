/**
 * `leftfold import`: stores what lines of CloudEvents say.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import {
  explainImport,
  FaultError,
  importCloudEvents,
  type ImportProgress,
  type ImportReport,
} from "leftfold";
import { readingCold } from "../cold_tier.ts";
import { figure } from "../figure.ts";
import { type Input, inputFrom, inputFromStream } from "../input.ts";
import { withStore } from "../open_store.ts";
import { progressBar } from "../progress_bar.ts";
import type { ImportRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Runs it. */
export async function runImport(request: ImportRequest, world: World): Promise<ExitCode> {
  const { file, store: place, json } = request;
  const { signal } = world.interruption;
  // Before the store is opened: a name that is mistyped should not leave a store behind.
  const input = file === "-" ? await inputFromStream(world.stdin, signal) : await inputFrom(file);
  try {
    const report = await imported(request, input, world);
    await world.out.line(
      json ? JSON.stringify({ store: place, ...report }) : summary(input.name, place, report),
    );
    return 0;
  } finally {
    await input.forget();
  }
}

async function imported(
  { store: place, segmentBytesMax, durability, cold }: ImportRequest,
  input: Input,
  world: World,
): Promise<ImportReport> {
  const options = {
    mode: "create",
    ...(segmentBytesMax !== undefined && { segmentBytesMax }),
    ...(durability !== undefined && { durability }),
    ...await readingCold(cold, world.environment),
  } as const;
  const bar = progressBar(world.stderr);
  const onProgress = ({ phase, lines, linesTotal = lines }: ImportProgress): void =>
    // How many lines there are is known after the first reading; how many bytes, before.
    phase === "check"
      ? bar.show("Checking", input.bytesRead(), input.bytes)
      : bar.show("Storing", lines, linesTotal);
  const { value } = await withStore(place, options, world, async (store) => {
    const { lines } = input;
    const { signal } = world.interruption;
    const report = await importCloudEvents({ store, lines, signal, onProgress })().finally(bar.end);
    if (E.isRight(report)) return report.right;
    // An end by Ctrl-C is not told as a problem; but that nothing was stored is worth a word.
    if (report.left._tag === "Cancelled") await world.remark(explainImport(report.left));
    throw new FaultError(report.left);
  });
  return value;
}

function summary(name: string, place: string, report: ImportReport): string {
  const { lines, events, commits, added, repeated } = report;
  if (events === 0) return `${name} holds no event; nothing was added to ${place}`;
  const read = `${figure(events, "event")} in ${figure(commits, "commit")}, from ${
    figure(lines, "line")
  } of ${name}`;
  if (added === 0) return `Added nothing to ${place}: it has all of ${read}, already`;
  return repeated === 0
    ? `Added all to ${place}: ${read}`
    : `Added ${figure(added, "event")} to ${place}, which had ${figure(repeated)} already: ${read}`;
}
