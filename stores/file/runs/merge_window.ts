/**
 * What a merge of index runs asks for, and windows on the sections of the runs that it reads: each
 * section from its start to its end, a part at a time.
 *
 * A merge is a generator that touches no storage. It asks for parts of its inputs and gives blocks
 * of its output, in the order of the file; who carries it out may pause it at every step.
 *
 * @module
 */
import { viewOf } from "../format/bytes.ts";
import { PAYLOAD_BYTES, type Span } from "./index_block.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** What a merge wants next. */
export type MergeStep =
  /** Payloads of one of its inputs, all of the span. They are given to the generator. */
  | { readonly _tag: "Read"; readonly input: number; readonly span: Span }
  /** Blocks of the output, which follow on those before. */
  | { readonly _tag: "Write"; readonly blocks: Uint8Array };

/** A merge under way. What is given after a write is not looked at. */
export type Merging<Value> = Generator<MergeStep, Value, Uint8Array>;

/** A part of a section that is in memory. Addresses are those of the payload row. */
export interface MergeWindow {
  readonly input: number;
  /** The end of the section. */
  readonly end: number;
  /** The address of the first byte. */
  from: number;
  bytes: Uint8Array;
  view: DataView;
}

/** So many blocks are read at once. */
const WINDOW_BLOCKS = 64;

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** A window on a section, with nothing in it yet. */
export function mergeWindow(input: number, section: Span): MergeWindow {
  const bytes = new Uint8Array(0);
  return { input, end: section.to, from: section.from, bytes, view: viewOf(bytes) };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Where an address is in the window, if so many bytes from it on are there; else below 0. */
export function placeIn(window: MergeWindow, address: number, size: number): number {
  const at = address - window.from;
  return at >= 0 && at + size <= window.bytes.length ? at : -1;
}

/** Moves a window, so that it begins at an address and holds so many bytes at least, if it can. */
export function* moveWindow(
  window: MergeWindow,
  address: number,
  size: number,
): Merging<void> {
  // Up to the end of a block, so that none but the first is read twice.
  const usual = (Math.floor(address / PAYLOAD_BYTES) + WINDOW_BLOCKS) * PAYLOAD_BYTES;
  const to = Math.min(window.end, Math.max(address + size, usual));
  window.bytes = yield { _tag: "Read", input: window.input, span: { from: address, to } };
  window.view = viewOf(window.bytes);
  window.from = address;
}
