/**
 * What the chain of SHA-256 costs: hashing alone, appends with and without it, and the first
 * appends to a large segment that was adopted, whose hash is made up in the background.
 *
 *     node --import tsx bench/chain.ts     npx deno run -A bench/chain.ts     npx bun bench/chain.ts
 *
 * Processor time is told beside the time that passes, because it says the same on a busy machine.
 *
 * @module
 */
import { type Commit, type Encoded, run } from "../mod.ts";
import { memoryStorage } from "../stores/storage/memory.ts";
import { directory } from "../stores/storage/node.ts";
import { type Durability, type FileStore, openFileStore } from "../stores/file/mod.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { countedStorage, readOf } from "./counted_storage.ts";

const MIB = 2 ** 20;
const rounds = 9;
const scratch = mkdtempSync(join(tmpdir(), "leftfold-chain-"));

function median(values: ReadonlyArray<number>): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function quantile(values: ReadonlyArray<number>, part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? NaN;
}

/** Milliseconds of the processor so far, on all threads of the process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the processor for a MiB that comes in parts of some size. */
function hashingMs(
  storage: { readonly sha256: ReturnType<typeof directory>["sha256"] },
  size: number,
): number {
  const part = new Uint8Array(size).fill(7);
  const times = Array.from({ length: rounds }, () => {
    const hash = storage.sha256();
    const start = cpuMs();
    for (let done = 0; done < 8 * MIB; done += size) hash.update(part);
    hash.digest();
    return (cpuMs() - start) / 8;
  });
  return median(times);
}

const text = "x".repeat(180);

function commitOf(nth: number): Commit<Encoded> {
  const event = {
    type: "Measured",
    schemaVersion: 1,
    data: { nth, text },
    tags: [],
  };
  return {
    writes: [{
      stream: `probe-${nth % 100}`,
      expected: "any",
      events: [{ event }],
    }],
  };
}

interface Cost {
  readonly commitsPerSecond: number;
  /** Of the processor, for a commit. */
  readonly cpuMicroseconds: number;
}

/** Appends with so many callers at a time. */
async function appending(
  store: FileStore,
  commits: number,
  callers: number,
): Promise<Cost> {
  let next = 0;
  const [start, cpu] = [performance.now(), cpuMs()];
  await Promise.all(Array.from({ length: callers }, async () => {
    while (next < commits) await run(store.append(commitOf(next++)));
  }));
  return {
    commitsPerSecond: commits / (performance.now() - start) * 1000,
    cpuMicroseconds: (cpuMs() - cpu) / commits * 1000,
  };
}

let made = 0;

async function costOf(
  chain: "sha256" | "none",
  durability: Durability,
  commits: number,
  callers: number,
): Promise<Cost> {
  const place = join(scratch, String(++made));
  const store = await run(
    openFileStore(directory(place), { chain, durability }),
  );
  const cost = await appending(store, commits, callers);
  await run(store.close);
  rmSync(place, { recursive: true });
  return cost;
}

async function measureAppends(): Promise<void> {
  const cases: ReadonlyArray<readonly [Durability, number, number]> = [
    ["sync", 1_000, 1],
    ["sync", 30_000, 256],
    ["os", 30_000, 256],
  ];
  for (const [durability, commits, callers] of cases) {
    const costs = { none: new Array<Cost>(), sha256: new Array<Cost>() };
    for (let round = 0; round < rounds; round++) {
      // In turn, so that what else the machine does hits both.
      const order = round % 2 === 0 ? ["none", "sha256"] as const : ["sha256", "none"] as const;
      for (const chain of order) {
        costs[chain].push(await costOf(chain, durability, commits, callers));
      }
    }
    const told = (["none", "sha256"] as const).map((chain) => {
      const rate = median(costs[chain].map((cost) => cost.commitsPerSecond));
      const cpu = median(costs[chain].map((cost) => cost.cpuMicroseconds));
      return {
        rate,
        cpu,
        text: `${rate.toFixed(0)} commits/s, ${cpu.toFixed(1)} us CPU each`,
      };
    });
    const [without, chained] = told;
    const ratios = costs.sha256.map((cost, at) => {
      return cost.commitsPerSecond / costs.none[at]!.commitsPerSecond;
    });
    console.log(
      `append, ${durability}, ${callers} callers: none ${without!.text}; sha256 ${
        chained!.text
      }; ` +
        `rate ratio ${median(ratios).toFixed(2)}, CPU ratio ${
          (chained!.cpu / without!.cpu).toFixed(2)
        }`,
    );
  }
}

/** Reopens a segment that is nearly full, appends to it, and rolls. */
async function measureAdoption(chain: "sha256" | "none"): Promise<void> {
  const place = join(scratch, String(++made));
  const filling = await run(
    openFileStore(directory(place), { chain, durability: "os" }),
  );
  await appending(filling, 180_000, 256);
  await run(filling.close);
  const { storage, readings, reset } = countedStorage(directory(place));
  reset();
  const start = performance.now();
  const store = await run(openFileStore(storage));
  const openMs = performance.now() - start;
  const { bytes } = readOf(readings(), (name) => name.startsWith("segment"));
  const times: number[] = [];
  for (let nth = 0; nth < 1_000; nth++) {
    const begin = performance.now();
    await run(store.append(commitOf(nth)));
    times.push(performance.now() - begin);
  }
  console.log(
    `adopt 50 MB, ${chain}: open ${openMs.toFixed(1)} ms, ${bytes} bytes of segments read; ` +
      `appends p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${
        quantile(times, 0.99).toFixed(2)
      }, ` +
      `longest ${quantile(times, 1).toFixed(1)}`,
  );
  await run(store.close);
  rmSync(place, { recursive: true });
}

const { bun, deno, node } = process.versions;
console.log(bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`);
for (const size of [256, 4096, 65_536, MIB]) {
  const [native, portable] = [
    hashingMs(directory(scratch), size),
    hashingMs(memoryStorage(), size),
  ];
  console.log(
    `SHA-256 in parts of ${size} bytes: ${native.toFixed(2)} ms a MiB with storage/node, ` +
      `${portable.toFixed(2)} with the portable one`,
  );
}
try {
  await measureAppends();
  for (const chain of ["none", "sha256"] as const) await measureAdoption(chain);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
