/**
 * `npm start`: the travel-expense example on a file store.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import type { ReadonlyNonEmptyArray } from "fp-ts/lib/ReadonlyNonEmptyArray.js";
import { explainImport, FaultError, type ImportFault, run } from "leftfold";
import process from "node:process";
import { type Entry, readInput } from "./input.ts";
import { ofDecisions, ofHistory, strangerIn, type TraceOf } from "./origin.ts";
import { closeStores, onDisk, type OpenStore, openStores, type Stores } from "./places.ts";
import { progressBar } from "./progress.ts";
import { report, reportOnDisk } from "./report.ts";
import { type Ended, nameOf, readSettings, type Settings } from "./settings.ts";
import { carryOut } from "./study.ts";
import { figure } from "./text.ts";

process.exitCode = await main(process.argv.slice(2));

/** Runs it, prints, and gives the exit code: 0 fine, 1 a problem was found, 2 wrong use. */
async function main(args: ReadonlyArray<string>): Promise<number> {
  const settings = readSettings(args);
  const ended = E.isLeft(settings) ? settings : await runExample(settings.right);
  if (E.isRight(ended)) {
    print(process.stdout, ended.right.join("\n"));
    return 0;
  }
  const { text, exitCode } = ended.left;
  print(exitCode === 0 ? process.stdout : process.stderr, text);
  return exitCode;
}

async function runExample(
  settings: Settings,
): Promise<E.Either<Ended, ReadonlyArray<string>>> {
  const input = await readInput(settings.source);
  if (E.isLeft(input)) return input;
  const opened = await openStores(settings.store);
  if (E.isLeft(opened)) return opened;
  const stores = opened.right;
  const stop = (): void => {
    // What is acknowledged is on disk already; a clean close spares the next open a scan.
    void closeStores(stores)().finally(() => process.exit(130));
  };
  process.once("SIGINT", stop);
  try {
    const told = await fillAndTell(settings, input.right, stores);
    if (E.isLeft(told)) return told;
    await run(closeStores(stores));
    const disk = [await run(onDisk(stores.past)), await run(onDisk(stores.decided))];
    return E.right([...told.right, ...reportOnDisk(disk)]);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return E.left({ text: error.message, exitCode: 1 });
  } finally {
    // Closed already if all went well. If not, there is a fault to tell, and one is enough.
    await closeStores(stores)();
    process.removeListener("SIGINT", stop);
  }
}

async function fillAndTell(
  { source, store }: Settings,
  entries: ReadonlyNonEmptyArray<Entry>,
  { past, decided, states }: Stores,
): Promise<E.Either<Ended, ReadonlyArray<string>>> {
  const refused = await strange(past, entries, ofHistory) ??
    await strange(decided, entries, ofDecisions);
  if (refused !== undefined) return E.left({ text: refused, exitCode: 1 });

  const before = await run(past.store.head);
  const bar = progressBar(process.stderr);
  const findings = await carryOut({
    entries,
    past: past.store,
    decided: decided.store,
    states,
    seconds: () => performance.now() / 1000,
    onProgress: bar.show,
  }).finally(bar.end);
  if (E.isLeft(findings)) return E.left({ text: whyNot(findings.left, past), exitCode: 1 });

  const from = source._tag === "File" ? source.path : `a seed: ${nameOf(source)}`;
  return E.right([
    `Travel-expense declarations: ${figure(entries.length)} events, from ${from}`,
    before === 0
      ? `  into a new store in ${store}`
      : `  into the store in ${store}, which has ${figure(before)} events already`,
    ...report(findings.right),
  ]);
}

/** Why a store is refused; nothing if it is empty or holds this input. */
async function strange(
  { folder, store }: OpenStore,
  entries: ReadonlyArray<Entry>,
  traceOf: TraceOf,
): Promise<string | undefined> {
  const stranger = await strangerIn(store, entries, traceOf);
  return stranger === undefined
    ? undefined
    : `The store in ${folder} holds something else: its event ` +
      `${JSON.stringify(stranger.id)} at position ${stranger.position} is not one of this input; ` +
      "choose another folder with --store";
}

/** Why the import ended. The id of a commit is made from the id of its event, so it tells another input. */
function whyNot(fault: ImportFault, { folder }: OpenStore): string {
  return fault._tag === "ImportStopped" && fault.cause._tag === "IdempotencyMismatch"
    ? `The store in ${folder} holds something else: it has an event of the same id as line ` +
      `${fault.line} of the input, and another content; choose another folder with --store`
    : explainImport(fault);
}

function print(stream: NodeJS.WriteStream, text: string): void {
  // A reader that has seen enough (`| head`) closes the pipe; that is no error.
  stream.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  stream.write(`${text}\n`);
}
