/**
 * What the machine can do at all: the least work that stores or reads as much, without a store.
 *
 * @module
 */
import * as fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type SampleData, sampleEvent, sampleEvents } from "../sample.ts";
import type { Count, Subject } from "../subject.ts";

const fdatasync = promisify(fs.fdatasync);
const RECORD_BYTES = 400;
const EVENTS_READ = 100_000;
const STREAM_EVENTS = 100;

/** Writes into a new file, and flushes what it wrote. */
export const limitOfTheMachine: Subject = {
  name: "limit",
  durable: "flushed",
  open: (place) => {
    const file = fs.openSync(join(place, "limit.bin"), "w+");
    const lines = sampleEvents(0, EVENTS_READ).map((event) => JSON.stringify(event.data));
    const whole = sampleEvents(0, EVENTS_READ).map((event) => JSON.stringify(event));
    const dataFile = join(place, "data.ndjson");
    const wholeFile = join(place, "whole.ndjson");
    fs.writeFileSync(dataFile, lines.join("\n"));
    fs.writeFileSync(wholeFile, whole.join("\n"));
    const streamBytes = Buffer.byteLength(
      whole.slice(0, STREAM_EVENTS).join("\n"),
    );
    const written = fs.openSync(wholeFile, "r");
    let at = 0;
    const write = (bytes: Uint8Array): void => {
      at += fs.writeSync(file, bytes, 0, bytes.length, at);
    };
    const record = new Uint8Array(RECORD_BYTES).fill(120);
    const group = new Uint8Array(64 * RECORD_BYTES).fill(120);
    return Promise.resolve({
      direct: {
        "W1": timed(1, () => {
          write(record);
          fs.fdatasyncSync(file);
        }),
        "W2": timedLater(64, async () => {
          write(group);
          await fdatasync(file);
        }),
        "W3": timed(100, () => {
          const text = sampleEvents(at, 100).map((event) => JSON.stringify(event)).join("\n");
          write(Buffer.from(text));
          fs.fdatasyncSync(file);
        }),
        "W4": timed(EVENTS_READ, () => {
          let amount = 0;
          for (const line of fs.readFileSync(dataFile, "utf8").split("\n")) {
            // This program wrote it.
            amount += (JSON.parse(line) as SampleData).amount;
          }
          if (amount === 0) throw new Error("nothing was read");
        }),
        "W5": timed(1, () => {
          const bytes = Buffer.allocUnsafe(streamBytes);
          fs.readSync(written, bytes, 0, streamBytes, 0);
          let amount = 0;
          for (const line of bytes.toString().split("\n")) {
            // This program wrote it.
            amount += (JSON.parse(line) as { readonly data: SampleData }).data.amount;
          }
          if (amount === 0) throw new Error("nothing was read");
        }),
      },
      close: () => {
        fs.closeSync(file);
        fs.closeSync(written);
        return Promise.resolve();
      },
    });
  },
};

/** The same into space that is there already, filled with zeros. */
export const limitIntoZeros: Subject = {
  name: "limit, into zeros",
  durable: "flushed",
  open: (place) => {
    const file = fs.openSync(join(place, "zeros.bin"), "w+");
    const size = 64 * 2 ** 20;
    fs.writeSync(file, new Uint8Array(size), 0, size, 0);
    fs.fsyncSync(file);
    const record = Buffer.from(
      JSON.stringify(sampleEvent(1)).padEnd(RECORD_BYTES),
    );
    let at = 0;
    return Promise.resolve({
      direct: {
        "W1": timed(1, () => {
          fs.writeSync(file, record, 0, record.length, at);
          at = (at + record.length) % (size - record.length);
          fs.fdatasyncSync(file);
        }),
      },
      close: () => Promise.resolve(fs.closeSync(file)),
    });
  },
};

function timed(
  units: number,
  step: () => void,
): (milliseconds: number) => Promise<Count> {
  return timedLater(units, () => {
    step();
    return Promise.resolve();
  });
}

function timedLater(
  units: number,
  step: () => Promise<void>,
): (milliseconds: number) => Promise<Count> {
  return async (milliseconds) => {
    const begun = performance.now();
    let done = 0;
    do {
      await step();
      done += units;
    } while (performance.now() - begun < milliseconds);
    return { units: done, ms: performance.now() - begun };
  };
}
