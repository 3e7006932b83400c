/**
 * The steps of a life, done to a store on a simulated disk.
 *
 * @module
 */
import * as O from "fp-ts/lib/Option.js";
import { isDeepStrictEqual } from "node:util";
import { matches, type Query } from "../../src/query.ts";
import type { Kept, ProjectionStore } from "../../src/projection_store.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { rots } from "../../stores/storage/simulated.ts";
import { appendAgain, appendCommits } from "./appending.ts";
import { isMarked } from "./attempt.ts";
import { promote, violate } from "./history.ts";
import { idOf } from "./judging.ts";
import { owned, readAll } from "./opening.ts";
import type { Step } from "./plan.ts";
import {
  as,
  cutPower,
  noteEnds,
  noteFault,
  noteLeftOpen,
  optionsFor,
  type Owner,
  tried,
  type World,
} from "./world.ts";

/** Does one step. */
export async function take(world: World, step: Step): Promise<void> {
  world.disk.tell(`step: ${step._tag}`);
  switch (step._tag) {
    case "Idle":
      await world.disk.idle(step.ms);
      return;
    case "Kill":
      world.owner?.process.kill();
      world.owner = undefined;
      return noteEnds(world);
    case "PowerCut":
      // A profile without power cuts is held to more; there a kill is all that happens.
      if (world.profile.troubles.includes("power cut")) return cutPower(world);
      return await take(world, { _tag: "Kill" });
    case "ForgetIndexes":
      return await forgetIndexes(world);
    default:
      break;
  }
  const owner = await owned(world);
  if (!owner) return;
  switch (step._tag) {
    case "Open":
      return;
    case "Append":
      return await appendCommits(world, owner, step.commits);
    case "AppendAgain":
      return await appendAgain(world, owner);
    case "Query":
      return await query(world, owner);
    case "Follow":
      return await follow(world, owner);
    case "Save":
      return await save(world, owner);
    case "Close":
      return await close(world, owner);
    case "Act":
      world.disk.tell(step.name);
      return await step.act(world, owner);
    case "Rot": {
      await close(world, owner);
      if (world.disk.isQuiet()) world.disk.rot(rots[step.nth % rots.length]!);
    }
  }
}

async function close(world: World, owner: Owner): Promise<void> {
  const closed = await tried(world, owner.process, "close", done(owner.store.close));
  if (world.owner === owner) world.owner = undefined;
  if (!closed && (!owner.process.isAlive() || owner.process.isPaused())) return noteEnds(world);
  noteLeftOpen(world, owner.process, "a close");
  owner.process.kill();
  if (!closed) return noteEnds(world);
  // Lies aside, all that was acknowledged is flushed now.
  promote(world.history, Infinity);
}

/** A task without a result, told from one that never came back. */
function done<F>(task: () => Promise<import("fp-ts/lib/Either.js").Either<F, void>>) {
  return async () => {
    const result = await task();
    return result._tag === "Left" ? result : { _tag: "Right", right: true } as const;
  };
}

async function forgetIndexes(world: World): Promise<void> {
  if (world.owner) await close(world, world.owner);
  if (!world.disk.isQuiet()) return;
  const process = world.disk.start();
  const { storage } = process;
  const remove = async (): Promise<void> => {
    for (const name of await storage.list()) {
      if (name.startsWith("index-")) await storage.remove(name);
    }
  };
  await as(world, process, remove().catch(() => undefined));
  process.kill();
  noteEnds(world);
}

// ---------------------------------------------------------------------------
// reading
// ---------------------------------------------------------------------------

const queries: ReadonlyArray<Query> = [
  { stream: "a-1" },
  { stream: "c" },
  { category: "a" },
  { types: ["T0", "T2"] },
  { tags: ["t1"] },
  [{ category: "b", types: ["T1"] }, { tags: ["t2"], stream: "a-2" }],
];

/** What an index says is what a look at every record says. */
async function query(world: World, owner: Owner): Promise<void> {
  const { history, draws, losses } = world;
  const all = await readAll(world, owner.process, owner.store, "read");
  if (!all) return;
  const wanted = draws.pick(queries);
  const direction = draws.pick(["forward", "backward"] as const);
  const range = { direction, pageRecordsMax: draws.pick([1, 3, 100]) };
  const found = await readAll(world, owner.process, owner.store, "query", wanted, range);
  // What was lost meanwhile was told, and stands in one of the two answers only.
  if (!found || world.losses > losses) return;
  const isWanted = matches(wanted);
  const right = all.filter((record) => isWanted(asMatchable(record)));
  if (direction === "backward") right.reverse();
  if (!isDeepStrictEqual(found, right)) {
    const what = `${JSON.stringify(wanted)} ${direction} finds ${ids(found)}, not ${ids(right)}`;
    violate(history, "I7 the index answers as the log does", what);
  }
  for (const stream of ["a-1", "c"]) {
    const info = await tried(world, owner.process, "stream info", owner.store.streamInfo(stream));
    if (!info || world.losses > losses) return;
    const told = O.toUndefined(info)?.version;
    let version = versionOf(stream, all);
    if (told !== version) {
      // A cut, or a commit, of which nobody knew whether it is stored has come to pass meanwhile.
      const later = await readAll(world, owner.process, owner.store, "read");
      if (!later || world.losses > losses) return;
      version = versionOf(stream, later);
    }
    if (told !== version) {
      const what = `the index has version ${told} of ${stream}, and the log ${version}`;
      violate(history, "I7 the index answers as the log does", what);
    }
  }
}

function versionOf(stream: string, records: ReadonlyArray<Recorded<Encoded>>): number | undefined {
  return records.filter((record) => record.stream === stream).at(-1)?.version;
}

function asMatchable({ stream, event: { type }, tags }: Recorded<Encoded>) {
  return { stream, type, tags };
}

function ids(records: ReadonlyArray<Recorded<Encoded>>): string {
  return `[${records.map(({ position }) => position).join(" ")}]`;
}

/** Another process reads on. What it has seen stays, and it sees all that is flushed. */
async function follow(world: World, owner: Owner): Promise<void> {
  const { followed, history } = world;
  // Where something is hidden, positions do not count what was seen.
  if ([...history.attempts.values()].some(isMarked)) return;
  const process = world.disk.start();
  const options = { ...optionsFor(world, process), mode: "readOnly" } as const;
  const opened = world.under.openFileStore(process.storage, options);
  const store = await tried(world, process, "open for reading", opened);
  const records = store && await readAll(world, process, store, "follow", {}, {
    after: followed.length,
  });
  if (records) {
    for (const record of records) {
      if (record.position !== followed.length + 1) {
        const what = `${followed.length} is followed by ${record.position}`;
        violate(history, "I10 a follower misses and repeats nothing", what);
      }
      followed.push(idOf(record));
    }
    promote(history, followed.length);
    judgeSight(world, owner);
  }
  if (store && process.isAlive() && !process.isPaused()) {
    await as(world, process, store.close());
  }
  process.kill();
  noteEnds(world);
}

/** In the mode `sync` what is acknowledged is flushed, and told to everybody. */
function judgeSight(world: World, owner: Owner): void {
  const isSync = (world.plan.options.durability ?? "sync") === "sync";
  if (!isSync || world.owner !== owner || !owner.process.isAlive()) return;
  for (const { id, standing, last } of world.history.attempts.values()) {
    if (standing !== "stored" || last <= world.followed.length) continue;
    const what = `${id} is acknowledged at ${last}, and a reader sees ${world.followed.length}`;
    violate(world.history, "I10 a follower misses and repeats nothing", what);
  }
}

// ---------------------------------------------------------------------------
// states
// ---------------------------------------------------------------------------

/**
 * The state that is kept. A first save that the power has cut off may have left noise, which cannot
 * be told from a state that is damaged: it is saved over, as whoever has a projection does.
 */
async function load(
  world: World,
  { process, store }: Owner,
  states: ProjectionStore,
): Promise<O.Option<Kept> | undefined> {
  const loaded = await as(world, process, states.load("view")());
  if (loaded === undefined) return undefined;
  if (loaded._tag === "Right") return loaded.right;
  const { left } = loaded;
  if (left._tag !== "Corrupt" || !world.saved.includes(0)) {
    noteFault(world, process, "load", left);
    return undefined;
  }
  const bookmark = await tried(world, process, "bookmark", store.bookmark(0));
  if (!bookmark) return undefined;
  const anew = { definition: "view 1", bookmark, state: {} };
  await tried(world, process, "save anew", states.save("view", anew, "any"));
  return undefined;
}

/** Looks at the state that is kept, and keeps one of the log as it is now. */
async function save(world: World, owner: Owner): Promise<void> {
  const { process, store } = owner;
  const states = world.under.fileStates(process.storage);
  const kept = await load(world, owner, states);
  if (!kept) return;
  const position = O.isSome(kept) ? kept.value.bookmark.position : 0;
  const mayBeLost = world.profile.name === "rot" || world.profile.name === "liar";
  if (!world.saved.includes(position) && !mayBeLost) {
    const what = `the state at ${position} is kept, and ${world.saved.join(" or ")} was saved`;
    violate(world.history, "I9 what is kept outside never runs ahead", what);
  }
  if (O.isSome(kept)) {
    const bookmark = await tried(world, process, "bookmark", store.bookmark(position));
    if (!bookmark) return;
    if (bookmark.hash !== kept.value.bookmark.hash && world.profile.name !== "liar") {
      const what = `the state at ${position} is of another history`;
      violate(world.history, "I9 what is kept outside never runs ahead", what);
    }
  }
  const head = await tried(world, process, "head", store.head);
  if (head === undefined) return;
  const bookmark = await tried(world, process, "bookmark", store.bookmark(head));
  if (!bookmark) return;
  promote(world.history, head);
  const revision = O.isSome(kept) ? kept.value.revision : 0;
  world.saved = [position, head];
  const state = { definition: "view 1", bookmark, state: { seen: head } };
  const saved = await tried(world, process, "save", states.save("view", state, revision));
  if (saved && O.isSome(saved)) world.saved = [head];
}
