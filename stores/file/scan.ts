/**
 * Scanning a segment file: feeds the pure scan with windows of the file.
 *
 * @module
 */
import { fail, failCorrupt } from "./attempt.ts";
import { addBodyTerms } from "./runs/commit_terms.ts";
import { type Files, readFully } from "./files.ts";
import { isBody } from "./format/body_check.ts";
import { viewOf } from "./format/bytes.ts";
import {
  type BodyCrcs,
  FRAME_COMMIT,
  FRAME_CUT,
  FRAME_HEADER_BYTES,
  FRAME_MANIFEST,
  type FrameHeader,
  readFrameHeader,
} from "./format/frame.ts";
import { segmentName } from "./format/layout.ts";
import { decodeManifest, emptyManifest, type Manifest } from "./format/manifest.ts";
import type { MemoryTerms } from "./runs/memory_terms.ts";
import {
  type Behind,
  FORMAT_MAJOR,
  lookBehind,
  scanStart,
  type ScanState,
  type ScanStop,
  scanWindow,
  type SegmentHeader,
  type Visit,
} from "./format/segment.ts";
import { decodeCut, type StreamCut } from "./format/stream_cut.ts";

const WINDOW_BYTES = 1024 * 1024;

/** Where a scan came to its end. */
export interface ScanEnd {
  readonly state: ScanState;
  /** Why it did not go on, or nothing if it reached `until`. */
  readonly why: string | undefined;
}

/**
 * What a scan finds goes to these terms, or is only checked and counted, or only the places of
 * manifests are wanted, or nothing.
 */
export type ScanInto = MemoryTerms | Checked | Manifests | undefined;

/** Counts the commits whose frames and bodies are sound. Other frames are looked at as well. */
export interface Checked {
  commits: number;
}

/** Told of manifest frames alone. */
export interface Manifests {
  readonly addManifest: (offset8: number) => void;
}

/**
 * Shown the bytes of the frames that were passed, in order; those of a seal alone. They are gone when
 * the call returns: the next bytes of the file take their place.
 */
export type Passed = (bytes: Uint8Array) => void;

/** Scans frames up to the offset `until`, or up to the first that is none. */
export async function scanSegment(
  files: Files,
  segment: { readonly file: string; readonly salt: number },
  from: ScanState,
  until: number,
  into: ScanInto,
  passed?: Passed,
): Promise<ScanEnd> {
  let state = from;
  let wanted = WINDOW_BYTES;
  // One for all windows: a new one for each would be zeroed first, and be garbage after.
  const buffer: ScanBuffer = { bytes: new Uint8Array(0) };
  while (state.offset < until) {
    const size = Math.min(wanted, until - state.offset);
    const { bytes: window, erased } = await bytesAt(
      files,
      segment.file,
      state.offset,
      size,
      buffer,
    );
    const base = state.offset;
    const visit = into ? visitOf(into, segment.file, window) : () => undefined;
    const { crc32 } = files;
    const stop: ScanStop = scanWindow(window, base, state, segment.salt, visit, erased, crc32);
    state = stop.state;
    if (passed && state.offset > base) {
      const sealAt = state.isSealed ? state.lastOffset : state.offset;
      passed(window.subarray(0, sealAt - base));
      if (state.isSealed) passed(window.subarray(sealAt - base, state.offset - base));
    }
    if (stop._tag === "End") return { state, why: stop.why };
    if (stop._tag === "Unknown") {
      // A sound frame that only a newer program understands: nothing behind it can be trusted.
      const { file } = segment;
      return fail({
        _tag: "NewerFormat",
        stored: "no",
        file,
        known: FORMAT_MAJOR,
        found: stop.found,
      });
    }
    if (window.length < size || base + size >= until) {
      const inside = base + window.length - state.offset;
      return { state, why: inside === 0 ? undefined : `${inside} bytes of an unfinished frame` };
    }
    wanted = Math.max(WINDOW_BYTES, stop.needed);
  }
  return { state, why: undefined };
}

/** What is done with frames whose bodies stand in a window of the file. */
function visitOf(
  into: MemoryTerms | Checked | Manifests,
  file: string,
  window: Uint8Array,
): Visit {
  if ("commits" in into) return checkingInto(into, file, window);
  const terms = "addCut" in into ? into : undefined;
  return (header, offset, at) => {
    switch (header.type) {
      case FRAME_COMMIT: {
        if (!terms) return;
        const { position, events, time, bodySize: size, flags } = header;
        const frame = { offset8: offset / 8, position, events, time };
        if (addBodyTerms(terms, frame, { bytes: window, from: at, size, flags })) return;
        return failCommit(file, offset);
      }
      case FRAME_CUT:
        return terms?.addCut(cutIn(bodyAt(window, header, at), { file, offset }), offset / 8);
      case FRAME_MANIFEST:
        // Looked at, so that a damaged one is told here.
        manifestIn(bodyAt(window, header, at), { file, offset });
        return into.addManifest(offset / 8);
    }
  };
}

function checkingInto(checked: Checked, file: string, window: Uint8Array): Visit {
  return (header, offset, at) => {
    switch (header.type) {
      case FRAME_COMMIT:
        if (!isBody(window, at, header.bodySize, header.flags)) failCommit(file, offset);
        checked.commits += 1;
        return;
      case FRAME_CUT:
        return void cutIn(bodyAt(window, header, at), { file, offset });
      case FRAME_MANIFEST:
        return void manifestIn(bodyAt(window, header, at), { file, offset });
    }
  };
}

function bodyAt(window: Uint8Array, { bodySize }: FrameHeader, at: number): Uint8Array {
  return window.subarray(at, at + bodySize);
}

function failCommit(file: string, offset: number): never {
  return failCorrupt(file, offset, "a commit", "a body that is none");
}

/** Where a frame is. */
interface FrameOf {
  readonly file: string;
  readonly offset: number;
}

/** The stream cut in the body of a sound frame. */
export function cutIn(body: Uint8Array, { file, offset }: FrameOf): StreamCut {
  const cut = decodeCut(body);
  return cut ?? failCorrupt(file, offset, "a stream cut", "a body that is none");
}

/** The manifest in the body of a sound frame. */
export function manifestIn(body: Uint8Array, { file, offset }: FrameOf): Manifest {
  const manifest = decodeManifest(body);
  return manifest ?? failCorrupt(
    file,
    offset,
    "a manifest as this version writes it",
    "a sound frame with another content, perhaps of another version",
  );
}

/**
 * The newest manifest frame of a segment, up to an offset, looked for in its file; that of a segment
 * which has other frames only is empty, and a segment without a frame has none.
 */
export async function manifestOnDisk(
  files: Files,
  header: SegmentHeader,
  until: number = Infinity,
): Promise<Manifest | undefined> {
  const segment = { file: segmentName(header.number, header.epoch), salt: header.salt };
  let newest = 0;
  const into = { addManifest: (offset8: number): void => void (newest = offset8) };
  const { state } = await scanSegment(files, segment, scanStart(header), until, into);
  if (newest === 0) return state.lastOffset === 0 ? undefined : emptyManifest;
  const offset = newest * 8;
  const { bytes: head } = await bytesAt(files, segment.file, offset, FRAME_HEADER_BYTES);
  const frame = readFrameHeader(viewOf(head), 0, segment.salt);
  if (!frame) {
    return failCorrupt(segment.file, offset, "the manifest that was just read", "other bytes");
  }
  const { bytes } = await bytesAt(
    files,
    segment.file,
    offset + FRAME_HEADER_BYTES,
    frame.bodySize,
  );
  return manifestIn(bytes, { file: segment.file, offset });
}

/** Looks at what stands behind the end of a log, up to the end of the file. */
export async function lookBehindEnd(
  files: Files,
  segment: { readonly file: string; readonly salt: number },
  end: number,
): Promise<Behind> {
  let behind: Behind = { bytesTo: 0, evidence: undefined };
  // Windows overlap by the size of a frame header, so that none is cut in two.
  for (let at = end;; at += WINDOW_BYTES - 64) {
    const { bytes: window } = await bytesAt(files, segment.file, at, WINDOW_BYTES);
    behind = lookBehind(window, at, end, segment.salt, behind);
    // Also behind evidence: how far the bytes reach is told to whoever repairs the store.
    if (window.length < WINDOW_BYTES) return behind;
  }
}

/** A part of a segment, and which bodies in it are not what their headers say. */
interface SegmentBytes {
  readonly bytes: Uint8Array;
  readonly erased: BodyCrcs | undefined;
}

/** Where a window is read into: as large as the largest so far. */
interface ScanBuffer {
  bytes: Uint8Array;
}

async function bytesAt(
  files: Files,
  name: string,
  at: number,
  size: number,
  buffer: ScanBuffer = { bytes: new Uint8Array(0) },
): Promise<SegmentBytes> {
  const window = await files.lend(name, async (file) => {
    // A buffer of the window's size would be mostly zeros for a small file.
    const there = Math.max(0, Math.min(size, await file.size() - at));
    if (buffer.bytes.length < there) buffer.bytes = new Uint8Array(there);
    const into = buffer.bytes.subarray(0, there);
    return { bytes: into.subarray(0, await readFully(file, at, into)), erased: file.erased };
  });
  return window === "missing" ? failCorrupt(name, 0, "a segment file", "no such file") : window;
}
