/**
 * Planted bugs of the bytes: checksums, chains of frames, names, and what a newer program wrote.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const frame = "stores/file/format/frame.ts";
const segment = "stores/file/format/segment.ts";
const bodyCheck = "stores/file/format/body_check.ts";
const bodyCheckTest = "test/stores/file/format/body_check_test.ts";
const exactlySound =
  "the check of a body > takes of other bytes exactly those that are taken apart";
const frameTest = "test/stores/file/format/frame_test.ts";
const segmentTest = "test/stores/file/format/segment_test.ts";
const damage = "test/stores/file/damage_test.ts";

export const bugsOfBytes: ReadonlyArray<PlantedBug> = [
  {
    name: "believes a frame's header without its checksum",
    rule: "Frame: hcrc covers the header, so that its length is believed only when it is true",
    file: frame,
    edits: [[
      `  if (hcrc !== crc32(view, salt, at + 8, at + FRAME_HEADER_BYTES)) return undefined;\n`,
      ``,
    ]],
    caughtBy: { file: frameTest, test: "a frame > with any one bit turned over is none" },
  },
  {
    name: "believes a body without its checksum",
    rule: "Frame: a CRC of body and padding",
    file: frame,
    edits: [[
      `return bodyCrc === crc(view, salt, from, at + frameSize(header.bodySize));`,
      `return from >= 0 && bodyCrc >= 0;`,
    ]],
    caughtBy: { file: frameTest, test: "a frame > with any one bit turned over is none" },
  },
  {
    name: "takes a body that does not fill its frame",
    rule: "Verify: the body of a commit is one that can be taken apart",
    file: bodyCheck,
    edits: [[`return !reader.failed && reader.at === reader.end;`, `return !reader.failed;`]],
    caughtBy: { file: bodyCheckTest, test: exactlySound },
  },
  {
    name: "takes names that are not UTF-8",
    rule: "Verify: the body of a commit is one that can be taken apart",
    file: bodyCheck,
    edits: [[`reader.failed || isAsciiIn(`, `reader.failed || reader.at > 0 || isAsciiIn(`]],
    caughtBy: { file: bodyCheckTest, test: exactlySound },
  },
  {
    name: "verifies commits by their checksums alone",
    rule: "Verify: the body of a commit is one that can be taken apart",
    file: "stores/file/scan.ts",
    edits: [[
      `        if (!isBody(window, at, header.bodySize, header.flags)) failCommit(file, offset);\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/verifier_test.ts",
      test:
        "verify > tells a frame whose body is none, though all its checksums and hashes are right",
    },
  },
  {
    name: "salts no segment",
    rule: "Frame: both CRCs are seeded with the segment's random salt",
    file: "stores/file/append/plan.ts",
    edits: [[`salt: (a! | b! << 8 | c! << 16 | d! << 24) >>> 0,`, `salt: 0,`]],
    caughtBy: {
      file: "test/stores/file/run_linking_test.ts",
      test:
        "without a claim that would tell > no two segments have one salt, so that no frame of one is a frame of another",
    },
  },
  {
    name: "takes frames in any order",
    rule: "Frame: each names the hcrc of the frame before",
    file: segment,
    edits: [[` || header.previous !== hcrc || isSealed`, ` || isSealed`]],
    caughtBy: {
      file: "test/stores/file/format/scan_order_test.ts",
      test: "a frame with good checksums > is none that names another frame before it",
    },
  },
  {
    name: "takes frames of any position",
    rule: "Positions are dense",
    file: segment,
    edits: [[`    if (header.position !== position) {`, `    if (false) {`]],
    caughtBy: {
      file: "test/stores/file/format/scan_order_test.ts",
      test: "a frame with good checksums > is none of another position",
    },
  },
  {
    name: "reads on behind a seal",
    rule: "Seal: the last frame of a segment that was full",
    file: segment,
    edits: [[` || header.previous !== hcrc || isSealed`, ` || header.previous !== hcrc`]],
    caughtBy: {
      file: "test/stores/file/format/scan_order_test.ts",
      test: "a frame with good checksums > is none behind a seal",
    },
  },
  {
    name: "passes over a record with a bad body",
    rule: "The log ends at the first bad frame, whatever follows it",
    file: segment,
    edits: [[
      `    if (!isBodySound(view, at, header, salt, erased?.get(offset), crc)) {\n`,
      `    if (!isBodySound(view, at, header, salt, erased?.get(offset), crc)) {
      offset += size;
      hcrc = header.hcrc;
      position += header.events;
      continue;\n`,
    ]],
    caughtBy: {
      file: segmentTest,
      test: "a scan > ends at any bit that is turned over, at or before it",
    },
  },
  {
    name: "passes over a bad frame while it reads",
    rule: "No fault looks like the end of a stream",
    file: "stores/file/read/frame_reader.ts",
    edits: [[
      `      if (header === "bad") return failFrame(segment, next);\n`,
      `      if (header === "bad") {\n        next += 8;\n        continue;\n      }\n`,
    ]],
    caughtBy: {
      file: damage,
      test:
        "one flipped bit of a segment > never makes a reader tell something else than was written",
    },
  },
  {
    name: "takes a frame that was flushed with the end for evidence",
    rule: "Open 5: a frame that says that more than F was flushed",
    file: segment,
    edits: [[`header.durableTo > end`, `header.durableTo >= end`]],
    caughtBy: {
      file: segmentTest,
      test:
        "what stands behind the end of a log > is proof of damage exactly if a frame was written after the end was flushed",
    },
  },
  {
    name: "takes only the first bytes behind the end for all",
    rule: "Open 7: nothing but zeros follows",
    file: segment,
    edits: [[
      `for (let at = window.length; at > first; at--) {`,
      `for (let at = Math.min(first + 8, window.length); at > first; at--) {`,
    ]],
    caughtBy: {
      file: segmentTest,
      test:
        "what stands behind the end of a log > is proof of damage exactly if a frame was written after the end was flushed",
    },
  },
  {
    name: "believes a segment's header without its checksum",
    rule: "Segment header: a CRC of bytes 0..123",
    file: segment,
    edits: [[
      `  if (view.getUint32(124, true) !== crc32(view, 0, 0, 124)) return left(bad);\n`,
      ``,
    ]],
    caughtBy: {
      file: segmentTest,
      test:
        "a segment header > with any one bit turned over is bad, or unfinished if nothing is behind it",
    },
  },
  {
    name: "believes STORE without its checksum",
    rule: "STORE: a CRC of bytes 0..507",
    file: "stores/file/format/store_file.ts",
    edits: [[
      `  if (view.getUint32(508, true) !== crc32(view, 0, 0, 508)) return bad(508, "another checksum");\n`,
      ``,
    ]],
    caughtBy: {
      file: "test/stores/file/format/store_file_test.ts",
      test: "STORE with any one bit turned over, or cut anywhere, is none",
    },
  },
  {
    name: "passes over frames of a newer program",
    rule: "A sound frame of another type, or with another flag, is of a newer program: NewerFormat",
    file: frame,
    edits: [[
      `  return header.type >= FRAME_SEAL && header.type <= FRAME_MANIFEST && header.flags === 0;`,
      `  return header.type > FRAME_MANIFEST || header.flags === 0;`,
    ]],
    caughtBy: {
      file: "test/stores/file/opening_test.ts",
      test:
        "a store of a newer format > is told by a frame of a type that nobody knows yet; 16 to 31 are passed over",
    },
  },
  {
    name: "reads a segment of a newer format",
    rule: "A newer format is refused as NewerFormat",
    file: segment,
    edits: [[
      `  if (format > FORMAT_MAJOR) return left({ _tag: "NewerSegment", found: format });\n`,
      ``,
    ]],
    caughtBy: {
      file: segmentTest,
      test: "a segment header > of a newer format says so, whatever else it says",
    },
  },
  {
    name: "drops a byte order mark from a name",
    rule: "Names are what they are",
    file: "stores/file/format/bytes.ts",
    edits: [[`ignoreBOM: true`, `ignoreBOM: false`]],
    caughtBy: {
      file: "test/stores/file/limits_test.ts",
      test:
        "names > are what they are: no form of Unicode is made of another, nothing is dropped, nothing is magic",
    },
  },
  {
    name: "reads bytes that are no text as text",
    rule: "Decoders are fatal",
    file: "stores/file/format/bytes.ts",
    edits: [[`fatal: true`, `fatal: false`]],
    caughtBy: {
      file: "test/stores/file/format/bytes_test.ts",
      test: "text > that is not UTF-8 is none",
    },
  },
  {
    name: "uses the name of an index run twice",
    rule: "A name is never used twice: the last number of a derived file counts attempts",
    file: "stores/file/format/layout.ts",
    edits: [[
      `file.to === to) {\n      last = Math.max(last, file.attempt);`,
      `file.to === to) {\n      last = Math.max(last, file.attempt - 1);`,
    ]],
    caughtBy: {
      file: "test/stores/file/format/layout_test.ts",
      test: "an attempt comes after all of the same run, so no name is used twice",
    },
  },
  {
    name: "begins a segment for a commit that just fits",
    rule: "Append 6: a frame that does not fit begins a new segment",
    file: "stores/file/append/rolling.ts",
    edits: [[
      `SEAL_FRAME_BYTES > facts.segmentBytesMax`,
      `SEAL_FRAME_BYTES >= facts.segmentBytesMax`,
    ]],
    caughtBy: {
      file: "test/stores/file/append/rolling_test.ts",
      test: "a commit that just fits does not begin a segment",
    },
  },
  {
    name: "leaves no room for the seal",
    rule: "A segment always keeps room for its seal",
    file: "stores/file/append/rolling.ts",
    edits: [[`facts.frameBytes + SEAL_FRAME_BYTES >`, `facts.frameBytes >`]],
    caughtBy: {
      file: "test/stores/file/append/rolling_test.ts",
      test: "a commit that just fits does not begin a segment",
    },
  },
  {
    name: "begins an empty segment for a commit that is too large for any",
    rule: "A segment takes at least one commit, however large",
    file: "stores/file/append/rolling.ts",
    edits: [[`  if (facts.end === facts.begin) return false;\n`, ``]],
    caughtBy: {
      file: "test/stores/file/append/rolling_test.ts",
      test: "a segment takes at least one commit, however large",
    },
  },
];
