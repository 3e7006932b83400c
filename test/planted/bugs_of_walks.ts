/**
 * Planted bugs of walking the log: which frames a page is made of, and where the next one begins.
 *
 * @module
 */
import type { PlantedBug } from "./planted_bug.ts";

const contract = "test/stores/file/contract_test.ts";

export const walkBugs: ReadonlyArray<PlantedBug> = [
  {
    name: "goes on behind the page before, wherever it ended",
    rule: "Where the last page ended is where the next begins, only if it is asked for from there",
    file: "stores/file/read/walk.ts",
    edits: [[`walk.ended?.position === position ? walk.ended`, `walk.ended ? walk.ended`]],
    caughtBy: {
      file: contract,
      test:
        "a file store in memory > pages forward meet, cover the range, and hold no more than asked",
    },
  },
  {
    name: "reads a frame over the one before it",
    rule: "Chosen frames: the bytes of a commit are its own as long as anyone may look at them",
    file: "stores/file/read/chosen_frames.ts",
    edits: [[`used = behind - base;`, `used = 0;`]],
    caughtBy: {
      file: "test/stores/file/read/chosen_frames_test.ts",
      test: "frames that lie apart > are told whole, 500 bytes between them, at once",
    },
  },
  {
    name: "forgets the frames it has read before one that cannot be read",
    rule: "What is sound before something that is not is given first",
    file: "stores/file/read/chosen_frames.ts",
    edits: [[`      if (at > index) break;\n      throw thrown;`, `      throw thrown;`]],
    caughtBy: {
      file: "test/stores/file/read/chosen_frames_test.ts",
      test: "what is sound is given first, and then it is told > that a frame cannot be read",
    },
  },
  {
    name: "begins a page backward where the place of its position is",
    rule:
      "A place is that of a frame with the position or of one before it, up to a stretch before",
    file: "stores/file/read/walk.ts",
    edits: [[`until: stretchEnd(place.offset)`, `until: place.offset + 8`]],
    caughtBy: {
      file: "test/stores/file/read/walk_test.ts",
      test: "pages backward > reads each frame about once, and misses none, in a run",
    },
  },
];
