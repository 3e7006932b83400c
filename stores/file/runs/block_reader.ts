/**
 * Brings parts of an index run: from the cache, or from its file, every block checked.
 *
 * @module
 */
import { failCorrupt } from "../attempt.ts";
import type { BlockCache } from "./block_cache.ts";
import { BLOCK_BYTES, checkBlock, PAYLOAD_BYTES, type Span } from "./index_block.ts";
import type { Lookup } from "./run_lookup.ts";
import type { Awaitable, ReadFile } from "../storage.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** The blocks of one run. A block that is not as it was written ends the operation as `Corrupt`. */
export interface BlockReader {
  /** Bytes of the payloads. */
  readonly span: (span: Span) => Awaitable<Uint8Array>;
  /** The same past the cache, for who reads much of the run once. */
  readonly pass: (span: Span) => Awaitable<Uint8Array>;
  /** Runs a lookup to its end: at once, if all that it asks for comes at once. */
  readonly answer: <Answer>(lookup: Lookup<Answer>) => Awaitable<Answer>;
}

/** What a reader needs to know of a run. */
export interface BlockSource {
  readonly file: ReadFile;
  readonly name: string;
  readonly seed: number;
  /** The number of the run in the cache. */
  readonly run: number;
  readonly cache: BlockCache;
}

/** The most blocks that one read brings: 1 MiB. */
const BLOCKS_IN_READ = 256;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

export function blockReader(source: BlockSource): BlockReader {
  const { cache, run } = source;
  const keep = (block: number, payload: Uint8Array): void => cache.set(run, block, payload);

  function partOf(
    { from, to }: Span,
    bring: (first: number, last: number) => Awaitable<Uint8Array>,
  ): Awaitable<Uint8Array> {
    const first = Math.floor(from / PAYLOAD_BYTES);
    const last = Math.floor(Math.max(from, to - 1) / PAYLOAD_BYTES);
    const start = first * PAYLOAD_BYTES;
    return andThen(bring(first, last), (bytes) => bytes.subarray(from - start, to - start));
  }
  const span = (wanted: Span): Awaitable<Uint8Array> => partOf(wanted, payloads);
  const pass = (wanted: Span): Awaitable<Uint8Array> =>
    partOf(wanted, (first, last) => loaded(source, first, last, () => undefined));

  /** The payloads of blocks, one after the other. */
  function payloads(first: number, last: number): Awaitable<Uint8Array> {
    if (first === last) {
      return cache.get(run, first) ?? loaded(source, first, last, keep);
    }
    const cached: Uint8Array[] = [];
    for (let block = first; block <= last; block++) {
      const payload = cache.get(run, block);
      if (payload === undefined) break;
      cached.push(payload);
    }
    if (cached.length === last - first + 1) return joined(cached);
    return loaded(source, first, last, keep);
  }

  function answer<Answer>(lookup: Lookup<Answer>, given?: Uint8Array): Awaitable<Answer> {
    let step = given === undefined ? lookup.next() : lookup.next(given);
    while (!step.done) {
      const bytes = span(step.value);
      if (bytes instanceof Promise) return bytes.then((later) => answer(lookup, later));
      step = lookup.next(bytes);
    }
    return step.value;
  }

  return { span, pass, answer };
}

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

/** Goes on with a result: at once if it is there, later if it is not. */
export function andThen<From, To>(
  value: Awaitable<From>,
  next: (value: From) => Awaitable<To>,
): Awaitable<To> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Reads blocks from the file, checks them, hands each to `keep`, and gives their payloads. */
function loaded(
  source: BlockSource,
  first: number,
  last: number,
  keep: (block: number, payload: Uint8Array) => void,
): Awaitable<Uint8Array> {
  if (last - first + 1 > BLOCKS_IN_READ) {
    const middle = first + BLOCKS_IN_READ;
    return andThen(
      loaded(source, first, middle - 1, keep),
      (head) => andThen(loaded(source, middle, last, keep), (tail) => joined([head, tail])),
    );
  }
  const bytes = new Uint8Array((last - first + 1) * BLOCK_BYTES);
  return andThen(fill(source.file, first * BLOCK_BYTES, bytes), (count) => {
    source.cache.countRead(last - first + 1, count);
    const payloads = new Uint8Array((last - first + 1) * PAYLOAD_BYTES);
    for (let block = first; block <= last; block++) {
      const at = (block - first) * BLOCK_BYTES;
      if (at + BLOCK_BYTES > count) {
        failCorrupt(
          source.name,
          block * BLOCK_BYTES,
          "a block of 4,096 bytes",
          "the end of the file",
        );
      }
      const wrong = checkBlock(bytes, at, block, source.seed);
      if (wrong !== undefined) {
        const sum = (crc: number): string => `CRC ${crc.toString(16).padStart(8, "0")}`;
        failCorrupt(source.name, block * BLOCK_BYTES, sum(wrong.wanted), sum(wrong.found));
      }
      const payload = bytes.subarray(at, at + PAYLOAD_BYTES);
      payloads.set(payload, (block - first) * PAYLOAD_BYTES);
      // A copy, so that one block in the cache does not keep a whole read in memory.
      keep(block, first === last ? payload : payload.slice());
    }
    return payloads;
  });
}

/** Reads until the bytes are full or the file ends, and gives how many there are. */
export function fill(file: ReadFile, at: number, into: Uint8Array, done = 0): Awaitable<number> {
  if (done === into.length) return done;
  return andThen(
    file.read(at + done, into.subarray(done)),
    (count) => count === 0 ? done : fill(file, at, into, done + count),
  );
}

function joined(parts: ReadonlyArray<Uint8Array>): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
