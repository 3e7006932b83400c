/**
 * A process that measures one subject. It is asked by lines of JSON on its input and answers by lines
 * on its output, so that one subject's garbage is no other's pause. Arguments: the subject, its place.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Opened } from "./subject.ts";
import { subjects } from "./subjects/mod.ts";
import { appendMany, store, type Stored, workloads } from "./workload.ts";

/** What a child is asked. */
export type Question =
  | { readonly ask: "store"; readonly stored: Stored }
  | { readonly ask: "open" }
  | { readonly ask: "append"; readonly commits: number }
  | {
    readonly ask: "run";
    readonly workload: string;
    readonly milliseconds: number;
  };

/** What it answers. A subject that cannot do a workload has no count. */
export type Answer =
  | {
    readonly units?: number;
    readonly ms: number;
    readonly memoryBytes: number;
  }
  | { readonly error: string };

// What a subject prints is no answer.
console.log = console.error;

const [name, place = ""] = process.argv.slice(2);
const subject = subjects.find((one) => one.name === name);
if (!subject) throw new Error(`there is no subject ${name}`);
let opened: Opened | undefined;

async function answerTo(question: Question): Promise<Answer> {
  const begun = performance.now();
  const memoryBefore = process.memoryUsage().rss;
  opened ??= await subject!.open(place);
  const openedMs = performance.now() - begun;
  const memoryBytes = process.memoryUsage().rss - memoryBefore;
  if (question.ask === "open") return { ms: openedMs, memoryBytes };
  if (question.ask === "store") {
    await store(opened, question.stored);
    await opened.close();
    opened = undefined;
    return { ms: performance.now() - begun, memoryBytes };
  }
  if (question.ask === "append") {
    const { units, ms } = await appendMany(opened, question.commits);
    return { units, ms, memoryBytes };
  }
  const workload = workloads.find(({ id }) => id === question.workload);
  const count = await workload?.run(opened, question.milliseconds);
  return count ? { ...count, memoryBytes } : { ms: 0, memoryBytes };
}

for await (const line of createInterface({ input: process.stdin })) {
  // The parent wrote it.
  const question = JSON.parse(line) as Question;
  const answer = await answerTo(question).catch((cause: unknown): Answer => ({
    error: cause instanceof Error ? cause.stack ?? cause.message : String(cause),
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await opened?.close();
process.exit(0);
