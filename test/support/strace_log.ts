/**
 * What `strace -f -y` tells, read into calls, and whether a commit was durable when it was
 * acknowledged.
 *
 * @module
 */

/** A call to the system. Lines are those of the trace: a call that took a while has two. */
export interface Call {
  readonly name: string;
  /** The name of the file behind its first argument, without the folder; or a path's in it. */
  readonly file: string;
  readonly words: string;
  readonly result: number;
  readonly begins: number;
  readonly ends: number;
}

/** The calls of a trace, in the order of their ends. */
export function callsIn(trace: string): ReadonlyArray<Call> {
  const calls: Call[] = [];
  const begun = new Map<string, { readonly words: string; readonly line: number }>();
  for (const [line, text] of trace.split("\n").entries()) {
    const [, pid = "", rest = ""] = /^(\d+)\s+(.*)$/.exec(text) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest);
    if (unfinished) {
      begun.set(pid, { words: unfinished[1] ?? "", line });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const before = resumed ? begun.get(pid) : undefined;
    const words = resumed ? `${before?.words ?? ""}${resumed[1] ?? ""}` : rest;
    const call = callOf(words, before?.line ?? line, line);
    if (call) calls.push(call);
  }
  return calls;
}

function callOf(words: string, begins: number, ends: number): Call | undefined {
  const [, name, result] = /^(\w+)\(.*\)\s+= (-?\d+)/.exec(words) ?? [];
  if (name === undefined || result === undefined) return undefined;
  const path = /^\w+\(\d+<([^>]*)>/.exec(words)?.[1] ?? /"([^"]*)"/.exec(words)?.[1] ?? "";
  return { name, file: path.split("/").at(-1) ?? "", words, result: Number(result), begins, ends };
}

/**
 * What is missing before an acknowledgement: all bytes of the commit written to a segment, then a
 * flush of that file that succeeded, then a look whether another writer has claimed the store, and
 * only then the word. Nothing if nothing is.
 */
export function missingBefore(
  calls: ReadonlyArray<Call>,
  said: { readonly before: string; readonly word: string },
  bytes: number,
): string | undefined {
  const from = calls.find((call) => says(call, said.before));
  const acknowledged = calls.find((call) => says(call, said.word));
  if (!from || !acknowledged) return `the process did not say "${said.before}" and "${said.word}"`;
  const between = calls.filter(({ begins, ends }) =>
    begins > from.ends && ends < acknowledged.begins
  );
  const writes = between.filter(({ name, file }) =>
    /^p?writev?(64)?$/.test(name) && isSegment(file)
  );
  const written = writes.reduce((sum, { result }) => sum + result, 0);
  if (written < bytes) return `${written} bytes were written to a segment, and not ${bytes}`;
  const lastWrite = Math.max(...writes.map(({ ends }) => ends));
  const flush = between.find(({ name, file, result, begins }) => {
    return name === "fdatasync" && isSegment(file) && result === 0 && begins > lastWrite;
  });
  if (!flush) return "no flush of the segment lies between its last write and the acknowledgement";
  const look = between.find(({ name, file, result, begins }) => {
    return /stat|access/.test(name) && file === "writer-0000000002.claim" && result === -1 &&
      begins > flush.ends;
  });
  return look ? undefined : "nobody looked for a newer claim after the flush";
}

function says({ name, words }: Call, word: string): boolean {
  return /^writev?$/.test(name) && words.includes(`(1<`) && words.includes(`"${word}\\n"`);
}

function isSegment(file: string): boolean {
  return file.startsWith("segment-");
}
