import { describe, it } from "node:test";
import { describeConformance } from "../../../stores/conformance/mod.ts";
import {
  fileSubject,
  type FileSubjectOptions,
  inDirectory,
  inMemory,
  onSimulatedDisk,
  type Place,
} from "../../support/store_subjects.ts";

const runner = { describe, it };
const runs = 20;

const holdsAs = (name: string, place: () => Promise<Place>, options: FileSubjectOptions): void =>
  describeConformance(fileSubject(`a file store ${name}`, place, options), runner, { runs });

holdsAs("in a directory", inDirectory, {});
holdsAs("on a simulated disk", onSimulatedDisk, { survives: "power" });
holdsAs("in memory", inMemory, {});
// Segments so small that nearly every commit begins one: all that is read is in index runs.
holdsAs("of tiny segments", inMemory, { segmentBytesMax: 1024, archives: true });
holdsAs("of few terms", inMemory, { activeTermsMax: 3 });
holdsAs("that flushes later", inMemory, { durability: "os", flushMs: 1 });
// An acknowledgement promises nothing until the store is closed.
holdsAs("that promises nothing", inMemory, { durability: "none", flushMs: 1, survives: "close" });
