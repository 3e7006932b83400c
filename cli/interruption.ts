/**
 * Ctrl-C, and a system's request to end.
 *
 * @module
 */
import { FaultError } from "leftfold";
import process from "node:process";

/** How a process is asked to end. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** Whether the command is to end early, and by what. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The first signal that came. */
  readonly by: () => EndSignal | undefined;
}

/** The exit codes by which a shell knows such an end: 128 and the signal's number. */
export const exitCodeOf: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** Listens for the life of the process. A second signal ends it at once, for whoever cannot wait. */
export function interruptionOf(): Interruption {
  const controller = new AbortController();
  let first: EndSignal | undefined;
  const listen = (signal: EndSignal): void => {
    process.on(signal, () => {
      if (first !== undefined) process.exit(exitCodeOf[signal]);
      first = signal;
      controller.abort();
    });
  };
  listen("SIGINT");
  listen("SIGTERM");
  return { signal: controller.signal, by: () => first };
}

/**
 * Waits for work that cannot be interrupted, or for the interruption, with the fault `Cancelled`.
 * Only for work that writes nothing: it is left where it is, and the process is about to end.
 */
export function unlessInterrupted<Value>(
  work: Promise<Value>,
  { signal }: Interruption,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new FaultError({ _tag: "Cancelled", stored: "no" }));
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
