/**
 * The input: lines of CloudEvents, from a file or from the generator, each read and checked.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import { isNonEmpty } from "fp-ts/lib/ReadonlyArray.js";
import type { ReadonlyNonEmptyArray } from "fp-ts/lib/ReadonlyNonEmptyArray.js";
import { type CloudEvent, type DecodeFault, explain, parseCloudEvent } from "leftfold";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type DeclarationEvent, declarationEvents } from "./events.ts";
import { generate } from "./generator.ts";
import type { Ended, Source } from "./settings.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A line of the input, as text, as a store takes it, and as the event that it is. */
export interface Entry {
  readonly line: string;
  readonly cloudEvent: CloudEvent;
  readonly event: DeclarationEvent;
}

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** All entries, in order; or the first line that is wrong, and why. */
export async function readInput(
  source: Source,
): Promise<E.Either<Ended, ReadonlyNonEmptyArray<Entry>>> {
  const lines = await linesOf(source);
  if (E.isLeft(lines)) return lines;
  const name = source._tag === "File" ? source.path : "the generated input";
  const entries: Array<Entry> = [];
  for (const [index, line] of lines.right.entries()) {
    if (line.trim() === "") continue;
    const entry = entryOf(line);
    if (E.isLeft(entry)) return problem(`${name}, line ${index + 1}: ${entry.left}`);
    entries.push(entry.right);
  }
  const read: ReadonlyArray<Entry> = entries;
  return isNonEmpty(read) ? E.right(read) : problem(`${name} holds no event`);
}

async function linesOf(source: Source): Promise<E.Either<Ended, ReadonlyArray<string>>> {
  if (source._tag === "Generated") return E.right(generate(source));
  try {
    const bytes = await readFile(source.path);
    // What begins like gzip is gzip, whatever its name.
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip ? await promisify(gunzip)(bytes) : bytes;
    return E.right(new TextDecoder("utf-8", { fatal: true }).decode(plain).split(/\r?\n/));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return problem(`Cannot read the input ${source.path}: ${why}`);
  }
}

function entryOf(line: string): E.Either<string, Entry> {
  const parsed = parseCloudEvent(line);
  if (E.isLeft(parsed)) {
    const { what, wanted, found } = parsed.left;
    return E.left(`${what} should be ${wanted}, but is ${found}`);
  }
  const event = eventOf(parsed.right);
  return E.isLeft(event)
    ? E.left(explain(event.left))
    : E.right({ line, cloudEvent: parsed.right, event: event.right });
}

/** Decodes the event by the codec of the domain, as a store would when it is read. */
function eventOf(
  { stream, recordedAt, proposed, commitId }: CloudEvent,
): E.Either<DecodeFault, DeclarationEvent> {
  const decoded = declarationEvents.decode({
    ...proposed,
    stream,
    recordedAt,
    commitId,
    schemaVersion: proposed.event.schemaVersion,
    version: 0,
    position: 0,
  });
  if (E.isLeft(decoded)) return decoded;
  const [event] = decoded.right;
  // The codec has no ladder and retires nothing, so one record is one event.
  if (event === undefined) throw new Error(`No event in a record of type ${proposed.event.type}`);
  return E.right(event);
}

function problem(text: string): E.Either<Ended, never> {
  return E.left({ text, exitCode: 1 });
}
