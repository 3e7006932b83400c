/**
 * What happened on a simulated disk, as lines that a person reads and as a hash that two runs
 * compare.
 *
 * @module
 */
import { newMixer } from "./mixer.ts";
import type { DiskCall, Misfortune } from "./misfortune.ts";

/** Takes down what happens. */
export interface Trace {
  readonly called: (call: DiskCall, misfortune: Misfortune | undefined) => void;
  readonly told: (line: string) => void;
  /** Nothing, unless lines are wanted. */
  readonly lines: ReadonlyArray<string>;
  /** Of all calls, in order, with what became of them. Equal for equal runs on every runtime. */
  readonly hash: () => string;
}

/** A trace; its lines are kept only if they are wanted, because most runs are never looked at. */
export function traceOf(wantsLines: boolean): Trace {
  const lines: string[] = [];
  const known = new Map<string, number>();
  const { mix, lanes } = newMixer();
  const mixText = (text: string): void => {
    let hash = known.get(text);
    if (hash === undefined) {
      hash = text.length;
      for (let at = 0; at < text.length; at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      }
      known.set(text, hash);
    }
    mix(hash);
  };
  const told = (line: string): void => {
    mixText(line);
    if (wantsLines) lines.push(line);
  };
  return {
    called: (call, misfortune) => {
      mix(call.process);
      mixText(call.operation);
      mixText(call.name);
      mix(call.at);
      mix(call.size);
      if (wantsLines) lines.push(lineOf(call));
      if (misfortune) told(`      ${JSON.stringify(misfortune)}`);
    },
    told,
    lines,
    hash: () => lanes().map((lane) => lane.toString(16).padStart(8, "0")).join(""),
  };
}

function lineOf({ nth, process, operation, name, at, size }: DiskCall): string {
  const bytes = operation === "write" || operation === "read" ? ` ${at}+${size}` : "";
  return `${String(nth).padStart(5)} process ${process}: ${operation} ${name}${bytes}`;
}
