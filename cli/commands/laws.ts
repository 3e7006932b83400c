/**
 * `leftfold laws`: checks the laws that a file exports.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { FaultError } from "leftfold";
import type { Law, LawFailure, LawReport, LawsParams } from "leftfold/laws";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { LawsRequest } from "../request.ts";
import type { ExitCode, World } from "../world.ts";

/** Laws, and the name under which their file exports them. */
interface Exported {
  readonly name: string;
  readonly laws: ReadonlyArray<Law>;
}

type Kit = typeof import("leftfold/laws");

/** What came of all of them, as `checkLaws` has it. */
interface Checked {
  readonly _tag: "LawFailures";
  readonly failures: ReadonlyArray<LawFailure>;
  readonly reports: ReadonlyArray<LawReport>;
}

/** Runs it. */
export async function runLaws(request: LawsRequest, world: World): Promise<ExitCode> {
  const { file, json } = request;
  const kit = await loadKit(file);
  const params = await paramsOf(request);
  const groups = askedFor(file, exportedLaws(file, await load(file)), params.law, kit);
  const reports: LawReport[] = [];
  const failures: LawFailure[] = [];
  for (const { name, laws } of groups) {
    const source = { from: `./${basename(file)}`, laws: name };
    for (const law of laws) {
      // A law waits for nothing: here the process hears of Ctrl-C.
      await setImmediate();
      if (world.interruption.signal.aborted) {
        throw new FaultError({ _tag: "Cancelled", stored: "no" });
      }
      const outcome = await kit.checkLaws([law], { ...params, source })();
      if (E.isLeft(outcome)) failures.push(...outcome.left.failures);
      else reports.push(...outcome.right);
    }
  }
  const checked: Checked = { _tag: "LawFailures", failures, reports };
  const answer = json
    ? printed(file, checked)
    : [kit.summaryOf(E.left(checked), params.seed), ...failures.map(({ text }) => text)].join(
      "\n\n",
    );
  await world.out.line(answer);
  return failures.length === 0 ? 0 : 1;
}

// ---------------------------------------------------------------------------
// the file
// ---------------------------------------------------------------------------

/** The kit is loaded only here: the other commands do without fast-check. */
async function loadKit(file: string): Promise<Kit> {
  try {
    return await import("leftfold/laws");
  } catch (cause) {
    if (codeOf(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw unchecked(file, "the laws want fast-check: npm install --save-dev fast-check@4");
  }
}

async function paramsOf({ file, runs, seed, path, law, corpus }: LawsRequest): Promise<LawsParams> {
  const { fromEnvironment } = await import("leftfold/laws/node");
  let said: LawsParams;
  try {
    said = fromEnvironment(corpus === undefined ? {} : { corpus });
  } catch (cause) {
    throw unchecked(file, textOf(cause));
  }
  return {
    ...said,
    ...runs === undefined ? {} : { runs },
    // One for all laws, so that all can be checked again as they were.
    seed: seed ?? said.seed ?? randomInt(2 ** 31),
    ...path === undefined ? {} : { path },
    ...law === undefined ? {} : { law },
  };
}

async function load(file: string): Promise<object> {
  const place = resolve(file);
  if (!existsSync(place)) throw unchecked(file, "there is no such file");
  try {
    const loaded: unknown = await import(pathToFileURL(place).href);
    return loaded as object; // a module's namespace is one
  } catch (cause) {
    if (codeOf(cause) === "ERR_UNKNOWN_FILE_EXTENSION" && /\.[mc]?tsx?$/.test(file)) {
      throw unchecked(
        file,
        "this Node does not read TypeScript; use Node 22.18 or newer, Deno or Bun, or put " +
          "`NODE_OPTIONS=--import=tsx` before the command",
      );
    }
    throw unchecked(file, `it cannot be loaded: ${textOf(cause)}`);
  }
}

/** The laws in what a file exports, each of them once. */
function exportedLaws(file: string, exported: object): ReadonlyArray<Exported> {
  const seen = new Set<Law>();
  const groups = Object.entries(exported).flatMap(([name, value]): ReadonlyArray<Exported> => {
    const laws = (Array.isArray(value) ? value.filter(isLaw) : [])
      .filter((law) => !seen.has(law));
    for (const law of laws) seen.add(law);
    return laws.length === 0 ? [] : [{ name, laws }];
  });
  if (groups.length > 0) return groups;
  const names = Object.keys(exported).join(", ") || "nothing";
  throw unchecked(
    file,
    `it exports no laws, but ${names}; export them, as in "export const laws = deciderLaws(...)"`,
  );
}

/** Those that are called so; all of them if no name is given. */
function askedFor(
  file: string,
  groups: ReadonlyArray<Exported>,
  name: string | undefined,
  { isCalled, keyOf }: Kit,
): ReadonlyArray<Exported> {
  if (name === undefined) return groups;
  const asked = groups.map((group) => {
    return { ...group, laws: group.laws.filter((law) => isCalled(law, name)) };
  });
  if (asked.some(({ laws }) => laws.length > 0)) return asked;
  const known = [...new Set(groups.flatMap(({ laws }) => laws.map(keyOf)))];
  throw unchecked(file, `no law is called ${name}; there are ${known.join(", ")}`);
}

function isLaw(value: unknown): value is Law {
  return typeof value === "object" && value !== null &&
    "id" in value && typeof value.id === "string" &&
    "subject" in value && typeof value.subject === "string" &&
    "check" in value && typeof value.check === "function" &&
    "judge" in value && typeof value.judge === "function";
}

// ---------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------

/** The answer for a program: what is known of each law. */
function printed(file: string, { failures, reports }: Checked): string {
  const name = ({ law, subject }: LawReport | LawFailure): object => {
    const { id, part, title } = law;
    return { subject, id, part, title };
  };
  return JSON.stringify({
    file,
    held: reports.map((report) => {
      const { held, cases, bound, seed, unable } = report;
      return { ...name(report), held, cases, bound, seed, unable };
    }),
    failed: failures.map((failure) => {
      const replay = failure._tag === "LawBroken" ? failure.replay : undefined;
      return { ...name(failure), why: failure._tag, ...replay, text: failure.text };
    }),
  });
}

function unchecked(file: string, why: string): Error {
  return new FaultError({ _tag: "LawsUnchecked", file, why });
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}

function textOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n")[0] ?? text;
}
