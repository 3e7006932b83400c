import { describe, it } from "node:test";
import { describeConformance } from "../../../stores/conformance/mod.ts";
import type { FileStoreOptions } from "../../../stores/file/mod.ts";
import {
  fileSubject,
  inDirectory,
  inMemory,
  onSimulatedDisk,
} from "../../support/store_subjects.ts";

const runner = { describe, it };
const runs = 20;

describeConformance(fileSubject("a file store in a directory", inDirectory), runner, { runs });

describeConformance(
  fileSubject("a file store on a simulated disk", onSimulatedDisk, {}, "power"),
  runner,
  { runs },
);

const inMemoryWith = (
  name: string,
  options: FileStoreOptions,
  durability?: "close" | "process",
): void => {
  const subject = fileSubject(`a file store ${name}`, inMemory, options, durability);
  describeConformance(subject, runner, { runs });
};

inMemoryWith("in memory", {});
// Segments so small that nearly every commit begins one: all that is read is in index runs.
inMemoryWith("of tiny segments", { segmentBytesMax: 1024 });
inMemoryWith("of few terms", { activeTermsMax: 3 });
inMemoryWith("that flushes later", { durability: "os", flushMs: 1 });
// An acknowledgement promises nothing until the store is closed.
inMemoryWith("that promises nothing", { durability: "none", flushMs: 1 }, "close");
