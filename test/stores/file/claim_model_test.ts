/**
 * Explores every order in which two or three processes can claim, write, pause, wake, fail, roll,
 * adopt, pin, remove claims, close and die, and shows that each rule of the protocol is needed.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { allRules, type Rules, successors } from "../../support/claim_model.ts";
import { keyOf, type Process, violation, type World } from "../../support/claim_world.ts";

const isSoak = process.env["LEFTFOLD_SOAK"] === "1";
const more = isSoak ? 1 : 0;

// ---------------------------------------------------------------------------
// where an exploration starts
// ---------------------------------------------------------------------------

const opener: Process = {
  step: "list",
  then: "publish",
  epoch: 0,
  seen: [],
  segment: 0,
  segmentEpoch: 0,
  base: 0,
  offset: 0,
  frame: "",
  removable: [],
  opensLeft: 1,
  appendsLeft: 1,
  rollsLeft: 0,
};

/** A writer of epoch 1 with one acknowledged frame. */
const writer: Process = {
  ...opener,
  step: "serve",
  epoch: 1,
  segment: 1,
  segmentEpoch: 1,
  offset: 1,
  opensLeft: 0,
};

/** An opener whose list was taken when there was nothing. */
const lateOpener: Process = { ...opener, step: "create", epoch: 1, opensLeft: more };

const empty: World = {
  claims: [],
  segments: [],
  processes: [],
  acknowledged: [],
  refused: [],
  exposed: [],
  errorsLeft: 0,
  deathsLeft: 0,
  wrong: "",
};

const first = { number: 1, epoch: 1, previousEpoch: 0, previousEnd: 0, frames: ["a"] } as const;
const owned = {
  epoch: 1,
  owner: 0,
  state: "running",
  segment: 1,
  segmentEpoch: 1,
  flushed: 1,
} as const;

/** A store of one segment, whose writer is process 0. */
const running: World = {
  ...empty,
  claims: [owned],
  segments: [first],
  acknowledged: [[1, "a"]],
  exposed: ["a"],
};

/** A process that has come and gone, and pinned segment 1 in passing. */
const gone = { owner: -1, state: "released", segment: 2, segmentEpoch: 2, flushed: 0 } as const;
const second = { number: 2, epoch: 2, previousEpoch: 1, previousEnd: 1, frames: [] } as const;

const scenarios = {
  "two find an empty place": {
    ...empty,
    processes: [{ ...opener, opensLeft: 2, rollsLeft: more }, { ...opener, opensLeft: 2 }],
    errorsLeft: more,
    deathsLeft: 1,
  },
  "three find an empty place": {
    ...empty,
    processes: [
      { ...opener, appendsLeft: more },
      { ...opener, appendsLeft: more },
      isSoak ? opener : { ...lateOpener, appendsLeft: 0 },
    ],
  },
  "two wait behind a writer": {
    ...running,
    processes: [writer, { ...opener, appendsLeft: more }, opener],
    deathsLeft: more,
  },
  "one waits behind a writer that rolls and fails": {
    ...running,
    processes: [{ ...writer, appendsLeft: 1 + more, rollsLeft: 1 }, { ...opener, rollsLeft: more }],
    errorsLeft: 1 + more,
    deathsLeft: 1,
  },
  "two find what a writer has left": {
    ...running,
    claims: [{ ...owned, owner: -1, state: "released" }],
    processes: [opener, { ...opener, appendsLeft: 1 + more }],
    errorsLeft: more,
    deathsLeft: 1,
  },
  "a writer sleeps through two owners, and an opener has an old list": {
    ...running,
    claims: [owned, { ...gone, epoch: 2 }, { ...gone, epoch: 3 }],
    segments: [first, second],
    processes: [writer, opener, { ...lateOpener, appendsLeft: more }],
    deathsLeft: 1,
  },
  "the first claims are gone, and an opener has an old list": {
    ...running,
    claims: [{ ...gone, epoch: 3 }, { ...gone, epoch: 4, owner: 0, state: "running" }],
    segments: [first, second],
    processes: [
      { ...writer, epoch: 4, segment: 2, segmentEpoch: 2, base: 1, offset: 0 },
      { ...lateOpener, opensLeft: 1 },
      ...(isSoak ? [opener] : []),
    ],
    deathsLeft: 1,
  },
} as const satisfies Readonly<Record<string, World>>;

// ---------------------------------------------------------------------------
// the exploration
// ---------------------------------------------------------------------------

/** Where an exploration ends that is not finished. The ones of the gate are finished long before. */
const STATES_MAX = 300_000;

interface Explored {
  readonly states: number;
  readonly isComplete: boolean;
  /** The shortest way to something wrong. */
  readonly found: string | undefined;
}

/** Every world that can be reached, nearest first, up to the first one that is wrong in that way. */
function explore(start: World, rules: Rules, way: RegExp = /./): Explored {
  interface Reached {
    readonly world: World;
    readonly event: string;
    readonly from: Reached | undefined;
  }
  const parts = new WeakMap<object, string>();
  const seen = new Set([keyOf(start, parts)]);
  const queue: Array<Reached> = [{ world: start, event: "start", from: undefined }];
  for (let at = 0; at < queue.length; at++) {
    const reached = queue[at]!;
    const wrong = violation(reached.world, reached.from?.world);
    if (wrong !== undefined && way.test(wrong)) {
      const events: Array<string> = [];
      for (let one: Reached | undefined = reached; one; one = one.from) events.unshift(one.event);
      return {
        states: seen.size,
        isComplete: false,
        found: `${wrong}, after ${events.join(", ")}`,
      };
    }
    if (seen.size > STATES_MAX) return { states: seen.size, isComplete: false, found: undefined };
    for (const [event, world] of successors(reached.world, rules)) {
      const key = keyOf(world, parts);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ world, event, from: reached });
    }
  }
  return { states: seen.size, isComplete: true, found: undefined };
}

describe("with all rules, nothing goes wrong when", () => {
  for (const [name, start] of Object.entries(scenarios)) {
    it(name, (t) => {
      const { states, isComplete, found } = explore(start, allRules);
      t.diagnostic(`${states} states${isComplete ? "" : " and more"}`);
      assert.equal(found, undefined);
      assert(isSoak || isComplete);
    });
  }
});

const twoOwners = /was acknowledged at \d+, where the log has/;

/** What goes wrong without a rule, and where. */
const needed: Readonly<Record<keyof Rules, readonly [keyof typeof scenarios, RegExp]>> = {
  checkAfterWrite: ["two find an empty place", twoOwners],
  adoptByNewestClaim: ["two find what a writer has left", twoOwners],
  epochInSegmentName: ["two find an empty place", /taken from its rightful owner/],
  neverTruncate: ["one waits behind a writer that rolls and fails", /ends before its successor/],
  listAgain: ["the first claims are gone, and an opener has an old list", twoOwners],
  leaveTheFile: ["two wait behind a writer", twoOwners],
  pairRule: ["a writer sleeps through two owners, and an opener has an old list", twoOwners],
  checkBeforeWatermark: ["two find an empty place", /a false verdict "corrupt"/],
};

describe("something goes wrong without the rule", () => {
  for (const [rule, [scenario, wrong]] of Object.entries(needed)) {
    it(rule, (t) => {
      const rules = { ...allRules, [rule]: false };
      const { states, found } = explore(scenarios[scenario], rules, wrong);
      t.diagnostic(`${states} states: ${found}`);
      assert.match(String(found), wrong);
    });
  }
});
