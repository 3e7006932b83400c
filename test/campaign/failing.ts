/**
 * The loop of errors: in a script each call goes wrong once, and from then on, in every way in
 * which a call of its kind can. Then the trouble is over, the machine is started again, and the store
 * has to be what it promised.
 *
 * @module
 */
import {
  type DiskCall,
  type Fate,
  type Misfortune,
  profiles,
  simulatedDisk,
} from "../../stores/storage/simulated.ts";
import { afterwards, type Failure, partsOf } from "./exhaustive.ts";
import type { Script } from "./scripts.ts";
import { take } from "./steps.ts";
import { cutPower, isOver, type StoreUnderTest, type World, worldOn } from "./world.ts";

/** A way in which calls go wrong. */
interface Trouble {
  readonly name: string;
  /** What it does to a call; nothing if the call is not of its kind. */
  readonly of: (call: DiskCall) => Misfortune | undefined;
  readonly isLasting: boolean;
}

type Way = Pick<Trouble, "name" | "of">;

const ways: ReadonlyArray<Way> = [
  {
    name: "fails",
    of: ({ operation }) =>
      operation.startsWith("close")
        ? { _tag: "FailsAfterwards", code: "EIO" }
        : { _tag: "Fails", code: "EIO" },
  },
  {
    name: "fails after its work",
    of: ({ operation }) =>
      ["write", "datasync", "create", "syncDirectory", "remove"].includes(operation)
        ? { _tag: "FailsAfterwards", code: "EIO" }
        : undefined,
  },
  {
    name: "writes half and fails",
    of: ({ operation, size }) =>
      operation === "write" ? { _tag: "FailsHalfWay", done: size >> 1, code: "EIO" } : undefined,
  },
  {
    name: "writes half and says so",
    of: ({ operation, size }) =>
      operation === "write" && size > 1 ? { _tag: "Short", done: size >> 1 } : undefined,
  },
  {
    name: "finds no room",
    of: ({ operation }) =>
      operation === "write" || operation === "create"
        ? { _tag: "Fails", code: "ENOSPC" }
        : undefined,
  },
  ...(["keeps", "reverts", "keeps a part"] as const).map((cache): Way => ({
    name: `fails to flush, and the page cache ${cache}`,
    of: ({ operation }) => operation === "datasync" ? { _tag: "FlushFails", cache } : undefined,
  })),
];

const troubles: ReadonlyArray<Trouble> = ways.flatMap((way) => [
  { ...way, isLasting: false },
  { ...way, isLasting: true },
]);

/** What came of it. */
export interface Failed {
  readonly script: string;
  /** Calls, without any trouble. */
  readonly calls: number;
  /** Times that the script was lived. */
  readonly lives: number;
  readonly failures: ReadonlyArray<Failure>;
}

/** Lets each call of a script go wrong, or one of so many. */
export async function failEverywhere(
  script: Script,
  under: StoreUnderTest,
  stride: number,
): Promise<Failed> {
  const failures: Failure[] = [];
  let calls = 0;
  let lives = 0;
  await lived(script, under, () => void calls++);
  for (const [at, trouble] of troubles.entries()) {
    for (let nth = 1 + at % stride; nth <= calls; nth += stride) {
      let struck: DiskCall | undefined;
      const fate: Fate = (call) => {
        // A trouble that has no call of its kind to begin with is none.
        if (call.nth === nth && trouble.of(call)) struck = call;
        const goesWrong = call.nth === nth || (trouble.isLasting && call.nth > nth);
        return struck && goesWrong ? trouble.of(call) : undefined;
      };
      const world = await lived(script, under, fate);
      if (!struck) continue;
      lives += 1;
      if (world.history.violations.length === 0) continue;
      const { operation, name } = struck;
      const lasting = trouble.isLasting ? "from then on" : "once";
      const where = `${script.name}: call ${nth}, ${operation} ${name}, ${trouble.name} ${lasting}`;
      failures.push({ where, violations: world.history.violations });
    }
  }
  return { script: script.name, calls, lives, failures };
}

/** Lives a script while things go wrong, and then on in peace. */
async function lived(script: Script, under: StoreUnderTest, fate: Fate): Promise<World> {
  const disk = simulatedDisk({ seed: 1, fate });
  const world = worldOn(disk, partsOf(script, under, profiles["io-errors"]));
  for (const step of script.steps) {
    if (isOver(world)) break;
    await take(world, step);
  }
  disk.befall();
  disk.mend();
  world.isTroubled = false;
  world.owner?.process.kill();
  world.owner = undefined;
  if (!isOver(world)) cutPower(world);
  for (const step of [...script.first ?? [], ...afterwards]) {
    if (isOver(world)) break;
    await take(world, step);
  }
  return world;
}
