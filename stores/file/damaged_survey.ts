/**
 * Surveying a store that may be damaged: how far its log is sound, and what is known of the rest.
 *
 * It reads the log from the first segment on, every byte, because an index run would lead past
 * damage that it knows nothing of.
 *
 * @module
 */
import type { Corrupt } from "../../src/fault.ts";
import { followChain, type FoundSegment, headerIn, newestFirst } from "./chain.ts";
import type { ClaimFile } from "./claims/claim.ts";
import { isFailedFlushHere } from "./claims/flush_failed.ts";
import { type Files, readPart } from "./files.ts";
import { hex, isZero } from "./format/bytes.ts";
import { FRAME_COMMIT, FRAME_CUT, FRAME_MANIFEST } from "./format/frame.ts";
import { parseName, segmentName } from "./format/layout.ts";
import { decodeManifest, type Manifest } from "./format/manifest.ts";
import {
  scanStart,
  type ScanState,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from "./format/segment.ts";
import { HASH_NONE, HASH_SHA256, type StoreIdentity } from "./format/store_file.ts";
import { visitWholeFrames } from "./format/whole_frames.ts";
import { scanHashed } from "./hashed_scan.ts";
import { type LongWork, sizesOf, type Step, stepsOf } from "./long_work.ts";
import { baseOf, failMissing } from "./opening.ts";
import { SEGMENT_BYTES_DEFAULT, settingsOf } from "./options.ts";
import type { Places } from "./places.ts";
import { marksOf, missingSegment, standing } from "./recovery.ts";
import type { FoundRun, LeftOutside, LogPlace, RepairFacts, SoundPlace } from "./repair_plan.ts";
import { lookBehindEnd, type Passed, scanSegment } from "./scan.ts";
import { judgeEnd, scannedUntil } from "./segment_end.ts";
import type { Hashed } from "./segment_hash.ts";
import type { StoragePort } from "./storage.ts";
import { failNewer, lookForIdentity } from "./store_identity.ts";
import { foundSegments, readHeader, segmentsIn } from "./survey.ts";

const WINDOW_BYTES = 1024 * 1024;

/** What was found, for the plan and for whoever carries it out. */
export interface DamagedSurvey {
  readonly facts: RepairFacts;
  /** What the store is; if the file that says it is damaged or missing, as the segments tell it. */
  readonly identity: StoreIdentity;
  /** The sound part of the chain, up to the place where the log is to end. */
  readonly headers: ReadonlyArray<SegmentHeader>;
  /** That place in the last of them; none before the first segment. */
  readonly state: ScanState | undefined;
  /** The newest manifest behind that place: what it allowed to go may be gone. */
  readonly manifestBehind: Manifest | undefined;
}

/** Surveys a store, up to a place that was asked for or to the first damage. */
export async function surveyDamaged(
  storage: StoragePort,
  files: Files,
  places: Places,
  claims: ReadonlyArray<ClaimFile>,
  asked: LogPlace | undefined,
  work: LongWork,
): Promise<DamagedSurvey> {
  const { names, damaged, manifest: { floor } } = await places.list();
  const known = await identityOrNone(storage, files, names);
  const identity = known ?? await identityInSegments(storage, files, names);
  const found = await foundSegments(files, names, identity);
  const { sound, damage: broken, beyond } = followChain(found, floor.segment, damaged);
  const newest = [...sound, ...beyond.flatMap(headerIn)].at(-1);
  const standingClaims = standing(claims, newest);
  const marks = marksOf(standingClaims);
  const step = stepsOf(work, await sizesOf(files, names.filter(isSegment)));
  const read = await readSound({ storage, files, identity }, sound, marks, asked, step);
  const missing = missingSegment(marks, floor.segment, ({ number, epoch }) => {
    return sound.some((header) => header.number === number && header.epoch === epoch);
  });
  const damage = asked && !read.damage ? undefined : read.damage ?? broken ?? missing;
  const headers = sound.slice(0, read.segments);
  const last = headers.at(-1);
  const end: SoundPlace = {
    segment: last?.number ?? 0,
    offset: last ? read.state?.offset ?? 0 : 0,
    file: last ? segmentName(last.number, last.epoch) : "",
    position: last && read.state ? read.state.position - 1 : 0,
  };
  const behind = [
    ...sound.slice(Math.max(0, read.segments - 1)).map((header) => soundSegment(header)),
    ...beyond,
  ];
  const { outside, manifest } = await leftOutside(files, behind, end, step);
  const positionKnown = Math.max(
    end.position,
    ...marks.map(({ position }) => position),
    ...[...sound, ...beyond.flatMap(headerIn)].map(({ firstPosition }) => firstPosition - 1),
  );
  return {
    facts: {
      identity: known ? "sound" : names.some(isStoreFile) ? "damaged" : "missing",
      end,
      asked,
      damage,
      outside,
      positionKnown,
      runs: await foundRuns(storage, files, places, names, known),
      hasFlushFailed: isFailedFlushHere(
        // Whether their owners live does not matter here.
        standingClaims.map((claim) => ({ ...claim, isFinished: false })),
        await storage.owner.self(),
      ),
    },
    identity,
    headers,
    state: read.state,
    manifestBehind: manifest,
  };
}

// ---------------------------------------------------------------------------
// what the store is
// ---------------------------------------------------------------------------

async function identityOrNone(
  storage: StoragePort,
  files: Files,
  names: ReadonlyArray<string>,
): Promise<StoreIdentity | undefined> {
  const choice = await lookForIdentity(storage, files, names);
  switch (choice._tag) {
    case "Said":
      return choice.identity;
    case "Open":
      // Without any segment it is no damage: the next writer says what the store is.
      return choice.last ?? failMissing(storage);
    case "Damaged":
      return undefined;
    case "Newer":
      return failNewer(choice);
  }
}

/** What most segments say the store is. The key of its index is lost with the file. */
async function identityInSegments(
  storage: StoragePort,
  files: Files,
  names: ReadonlyArray<string>,
): Promise<StoreIdentity> {
  const counts = new Map<string, SegmentHeader[]>();
  // Of as many, the newest: an overtaken writer begins no more than one.
  for (const segment of segmentsIn(names).sort(newestFirst)) {
    const header = await readHeader(files, segment);
    if (header === "missing" || header._tag === "Left") continue;
    const id = hex(header.right.storeId);
    counts.set(id, [...counts.get(id) ?? [], header.right]);
  }
  const [headers = []] = [...counts.values()].sort((one, other) => other.length - one.length);
  return {
    storeId: headers[0]?.storeId ?? new Uint8Array(16),
    created: Math.min(...headers.map(({ created }) => created), storage.clock.now()),
    hashKey: storage.random(16),
    // The first segment has zeros in either mode, and a log goes on with a chain if it may.
    hashMode: headers.some(({ previous, chain }) => previous && isZero(chain))
      ? HASH_NONE
      : HASH_SHA256,
    segmentBytesMax: SEGMENT_BYTES_DEFAULT,
  };
}

// ---------------------------------------------------------------------------
// the sound part
// ---------------------------------------------------------------------------

interface SoundPart {
  /** How many segments of the chain it reaches into. */
  readonly segments: number;
  /** Where it ends in the last of them. */
  readonly state: ScanState | undefined;
  /** Why it ends there, if that is damage in a segment. Not looked for where it was asked for. */
  readonly damage: Corrupt | undefined;
}

async function readSound(
  log: Hashed,
  headers: ReadonlyArray<SegmentHeader>,
  marks: ReturnType<typeof marksOf>,
  asked: LogPlace | undefined,
  step: Step,
): Promise<SoundPart> {
  if (asked?.segment === 0) return { segments: 0, state: undefined, damage: undefined };
  let state: ScanState | undefined;
  for (const [at, header] of headers.entries()) {
    const neighbours = { successor: headers[at + 1], marks };
    const passed: Passed = (bytes) => step(bytes.length);
    const end = scannedUntil(header, neighbours) ?? Infinity;
    if (header.number === asked?.segment) {
      const until = Math.min(end, asked.offset);
      const scanned = { file: segmentName(header.number, header.epoch), salt: header.salt };
      const start = scanStart(header);
      const scan = await scanSegment(log.files, scanned, start, until, undefined, passed);
      // If this is not the place that was asked for, the plan says so.
      return { segments: at + 1, state: scan.state, damage: undefined };
    }
    const scan = await scanHashed(log, header, neighbours.successor, end, undefined, passed);
    const { damage } = await judgeEnd(log.files, header, scan, neighbours);
    // A hash does not tell which byte is another one, so none of the segment is believed.
    const isRewritten = damage?.offset === 0;
    state = isRewritten ? scanStart(header) : scan.state;
    if (damage) return { segments: at + 1, state, damage };
  }
  return { segments: headers.length, state, damage: undefined };
}

// ---------------------------------------------------------------------------
// the rest
// ---------------------------------------------------------------------------

function soundSegment(header: SegmentHeader): FoundSegment {
  const { number, epoch } = header;
  return { number, epoch, header: { _tag: "Right", right: header } };
}

function isStoreFile(name: string): boolean {
  return parseName(name)?.kind === "store";
}

function isSegment(name: string): boolean {
  return parseName(name)?.kind === "segment";
}

interface Behind {
  readonly outside: ReadonlyArray<LeftOutside>;
  readonly manifest: Manifest | undefined;
}

/** What the segments from the end on hold behind it. */
async function leftOutside(
  files: Files,
  segments: ReadonlyArray<FoundSegment>,
  end: SoundPlace,
  step: Step,
): Promise<Behind> {
  const outside: LeftOutside[] = [];
  let newest: Manifest | undefined;
  for (const segment of segments) {
    const file = segmentName(segment.number, segment.epoch);
    const from = segment.number === end.segment ? end.offset : 0;
    const [salt] = headerIn(segment).map((header) => header.salt);
    // Any salt will do: it is asked how far the bytes reach, not what they are evidence of.
    const { bytesTo } = await lookBehindEnd(files, { file, salt: salt ?? 0 }, from);
    if (bytesTo <= from) continue;
    const { manifest, ...counted } = salt === undefined
      ? nothingWhole
      : await countWhole(files, { file, salt }, Math.max(from, SEGMENT_HEADER_BYTES), end, step);
    newest = manifest ?? newest;
    outside.push({ file, from, to: bytesTo, ...counted });
  }
  return { outside, manifest: newest };
}

interface Whole {
  readonly commits: number;
  readonly cuts: number;
  readonly lastPosition: number;
  readonly manifest: Manifest | undefined;
}

const nothingWhole: Whole = { commits: 0, cuts: 0, lastPosition: 0, manifest: undefined };

/** The whole frames behind an offset: commits of positions that are not in the log, manifests. */
async function countWhole(
  files: Files,
  { file, salt }: { readonly file: string; readonly salt: number },
  from: number,
  end: SoundPlace,
  step: Step,
): Promise<Whole> {
  let { commits, cuts, lastPosition, manifest } = nothingWhole;
  let at = { offset: from, needed: WINDOW_BYTES };
  for (;;) {
    const base = at.offset;
    const size = Math.max(WINDOW_BYTES, at.needed);
    const window = await files.lend(file, (one) => readPart(one, base, size));
    if (window === "missing") break;
    const isLast = window.length < size;
    at = visitWholeFrames(window, base, base, salt, isLast, (header, bodyAt) => {
      if (header.position <= end.position) return;
      if (header.type === FRAME_MANIFEST) {
        manifest = decodeManifest(window.subarray(bodyAt, bodyAt + header.bodySize)) ?? manifest;
      }
      if (header.type === FRAME_CUT) cuts += 1;
      if (header.type !== FRAME_COMMIT) return;
      commits += 1;
      lastPosition = Math.max(lastPosition, header.position + header.events - 1);
    });
    step(at.offset - base);
    if (isLast) break;
  }
  return { commits, cuts, lastPosition, manifest };
}

async function foundRuns(
  storage: StoragePort,
  files: Files,
  places: Places,
  names: ReadonlyArray<string>,
  identity: StoreIdentity | undefined,
): Promise<ReadonlyArray<FoundRun>> {
  const runs: FoundRun[] = [];
  const open = identity && baseOf(storage, settingsOf({}), identity, files, places).openRun;
  for (const file of names) {
    if (parseName(file)?.kind !== "index") continue;
    const row = (await open?.(file))?.segments.at(-1);
    runs.push({ file, end: row && { segment: row.number, offset: row.endOffset } });
  }
  return runs;
}
