/**
 * Opening the store of a life, and reading it: each writer that opens it settles what is there.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as O from "fp-ts/lib/Option.js";
import type { EventStore, Page, Pages } from "../../src/event_store.ts";
import type { ReadFault } from "../../src/fault.ts";
import type { Query, Range } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import type { SimulatedProcess } from "../../stores/storage/simulated.ts";
import { noteLost, violate } from "./history.ts";
import { idOf, judge, mayBeHidden } from "./judging.ts";
import {
  as,
  cutPower,
  fell,
  isOver,
  noteEnds,
  noteFault,
  noteLeftOpen,
  optionsFor,
  type Owner,
  tried,
  USABLE,
  type World,
} from "./world.ts";

/** The owner of the store; opens it if there is none. */
export async function owned(world: World): Promise<Owner | undefined> {
  // Whoever was killed in the background is not the owner any more.
  if (world.owner && !world.owner.process.isAlive()) {
    world.owner = undefined;
    noteEnds(world);
  }
  for (let tries = 0; !world.owner && tries < OPENS_MAX && !isOver(world); tries++) {
    await open(world);
  }
  return world.owner;
}

/** So often an open is tried before something else is. Each may be killed. */
const OPENS_MAX = 4;

async function open(world: World): Promise<void> {
  const process = world.disk.start();
  world.processes += 1;
  const number = world.processes;
  const store = await tried(
    world,
    process,
    "open",
    world.under.openFileStore(process.storage, {
      ...optionsFor(world, process),
      observe: (happening) => {
        if (happening._tag !== "Lost") return;
        world.losses += 1;
        noteLost(world.history, number, happening.after);
      },
    }),
  );
  if (!store) {
    // After a failed flush only a restart of the machine lets the store be opened.
    if (process.isAlive() && !process.isPaused()) {
      noteLeftOpen(world, process, "an open that failed");
      process.kill();
      if (world.profile.name === "io-errors") cutPower(world);
    }
    return;
  }
  world.recoveries += 1;
  const records = await readAll(world, process, store, "read after open");
  if (!records) {
    if (process.isAlive() && !process.isPaused()) process.kill();
    return;
  }
  world.disk.tell(`opened with ${records.length} records`);
  if (!isCurrent(world, process)) return;
  judge(world.history, records);
  judgeFollowed(world, records);
  world.owner = { process, number, store };
}

function isCurrent(world: World, process: SimulatedProcess): boolean {
  if (process.isAlive() && !process.isPaused()) return true;
  fell(world, process, process.isAlive() ? { _tag: "Paused" } : { _tag: "Died" });
  return false;
}

function judgeFollowed(world: World, records: ReadonlyArray<Recorded<Encoded>>): void {
  const { followed, history } = world;
  const known = new Map(records.map((record) => [record.position, idOf(record)]));
  for (const [at, id] of followed.entries()) {
    const found = known.get(at + 1);
    if (found === id || (found === undefined && mayBeHidden(history, at + 1, at + 2))) continue;
    if (!history.forgivesLoss) {
      const what = `position ${at + 1} was followed as ${id}, and is ` +
        `${found ?? "gone"}`;
      violate(history, "I10 a follower misses and repeats nothing", what);
    }
    followed.length = at;
    return;
  }
}

/** Every record that matches, or nothing if they cannot be had. */
export async function readAll(
  world: World,
  process: SimulatedProcess,
  store: EventStore,
  what: string,
  query: Query = {},
  range: Range = {},
): Promise<ReadonlyArray<Recorded<Encoded>> | undefined> {
  const records: Recorded<Encoded>[] = [];
  let rest: Pages<Encoded, ReadFault> | undefined = store.read(query, range);
  for (let pages = 0; rest; pages++) {
    const { losses } = world;
    const result: E.Either<ReadFault, Page<Encoded, ReadFault>> | undefined = await as(
      world,
      process,
      rest(),
    );
    if (result === undefined) return undefined;
    if (E.isLeft(result)) {
      // What a failed flush has taken from under a read was told as lost.
      const isLost = result.left._tag === "Corrupt" && world.losses > losses;
      if (!isLost) noteFault(world, process, what, result.left);
      return undefined;
    }
    const page: Page<Encoded, ReadFault> = result.right;
    records.push(...page.records);
    if (pages > 1_000) {
      violate(world.history, USABLE, `${what}: a read never ends`);
      return undefined;
    }
    rest = O.toUndefined(page.next);
  }
  return records;
}
