/** What a drawn fate lets happen, and what it never does. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type DiskCall,
  type DrawnFate,
  drawnFate,
  type FateOptions,
  generator,
  type Misfortune,
  type Operation,
  type Profile,
  profiles,
  type Struck,
  type Trouble,
} from "../../../../stores/storage/simulated.ts";

const operations: ReadonlyArray<Operation> = [
  "prepare",
  "list",
  "create",
  "openAppend",
  "openRead",
  "remove",
  "syncDirectory",
  "exists",
  "write",
  "datasync",
  "closeAppend",
  "size",
  "read",
  "closeRead",
];

const SEEDS = 300;
const CALLS = 800;
const defaults: FateOptions = { settles: () => true, endsMax: 3, pausesMax: 2 };

/** Calls of every kind, in an order of chance; every other flush is of the file that settles. */
function callsOf(seed: number): ReadonlyArray<DiskCall> {
  const draws = generator(seed);
  return Array.from({ length: CALLS }, (_, at) => {
    const operation = draws.pick(operations);
    const size = operation === "write" || operation === "read" ? draws.below(100) : 0;
    const name = draws.pick(["a.log", "a.claim"]);
    return { nth: at + 1, process: 1, operation, name, at: 0, size };
  });
}

interface Life {
  readonly drawn: DrawnFate;
  readonly calls: ReadonlyArray<DiskCall>;
}

function* livesOf(profile: Profile, options: FateOptions = defaults): Iterable<Life> {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const drawn = drawnFate(profile, generator(seed), options);
    const calls = callsOf(seed);
    for (const call of calls) drawn.fate(call);
    yield { drawn, calls };
  }
}

/** The kind of misfortune, from what it does to which call. */
function troubleOf({ _tag }: Misfortune, operation: Operation): Trouble {
  switch (_tag) {
    case "Killed":
      return "kill";
    case "PowerCut":
      return "power cut";
    case "Slow":
      return "slow";
    case "Paused":
      return "pause";
    case "ClockJumps":
      return "clock jump";
    case "Short":
      return "short write";
    case "FailsHalfWay":
      return "write error";
    case "Fills":
      return "full disk";
    case "FlushFails":
      return "flush error";
    case "BadSector":
      return "bad sector";
    case "Lies":
      return "lie";
    case "Fails":
      if (operation === "syncDirectory") return "flush error";
      return operation === "read" ? "read error" : "other error";
    case "FailsAfterwards":
      return "other error";
  }
}

/** What a misfortune does in particular, which has to be within what its call allows. */
function kindOf(misfortune: Misfortune, { operation, size }: DiskCall): string {
  switch (misfortune._tag) {
    case "Killed":
    case "FailsHalfWay":
      return partOf(misfortune.done, operation === "write" ? size : 1);
    case "PowerCut": {
      const { bytes, names } = misfortune.damage;
      assert.deepEqual([bytes, names], ["mixed", "mixed"]);
      return partOf(misfortune.done, operation === "write" ? size : 1);
    }
    case "Short":
      assert(misfortune.done < size);
      return partOf(misfortune.done, size);
    case "Fills":
      assert(misfortune.left >= 0 && misfortune.left < 4096);
      return "";
    case "FlushFails":
      return misfortune.cache;
    case "Slow":
      assert(misfortune.ms > 0);
      return misfortune.done;
    case "ClockJumps":
      return misfortune.ms < 0 ? "back" : "forward";
    case "Fails":
    case "FailsAfterwards":
      return misfortune.code;
    default:
      return "";
  }
}

function partOf(done: number, most: number): string {
  assert(done >= 0 && done <= most);
  if (done === 0) return "nothing";
  return done < most ? "some" : "all";
}

/** Which calls a misfortune has to do with; any, if it is not here. */
const onlyOf: Partial<Record<Misfortune["_tag"], ReadonlyArray<Operation>>> = {
  Short: ["write"],
  FailsHalfWay: ["write"],
  Fills: ["write"],
  FlushFails: ["datasync"],
  Lies: ["datasync", "syncDirectory"],
  BadSector: ["read"],
  FailsAfterwards: ["closeAppend", "closeRead"],
};

const isEnd = ({ misfortune: { _tag } }: Struck): boolean =>
  _tag === "Killed" || _tag === "PowerCut";
const isPause = ({ misfortune: { _tag } }: Struck): boolean => _tag === "Paused";

for (const profile of Object.values(profiles)) {
  describe(`a fate drawn of the profile ${profile.name}`, () => {
    test("has all its troubles, and no others, each where it can be", () => {
      const seen = new Set<Trouble>();
      for (const { drawn, calls } of livesOf(profile)) {
        for (const { nth, misfortune } of drawn.struck) {
          const { operation } = calls[nth - 1]!;
          const trouble = troubleOf(misfortune, operation);
          seen.add(trouble);
          assert(drawn.rates.has(trouble), `${trouble} is none of this life`);
          const only = onlyOf[misfortune._tag];
          assert(!only || only.includes(operation), `${misfortune._tag} befalls ${operation}`);
        }
      }
      assert.deepEqual([...seen].sort(), [...profile.troubles].sort());
    });

    test("has other troubles in each life, and lives in which nothing goes wrong", () => {
      const sets = new Set<string>();
      for (const { drawn } of livesOf(profile)) sets.add([...drawn.rates.keys()].join());
      assert(sets.size >= Math.min(30, 2 ** profile.troubles.length), `only ${sets.size}`);
    });

    test("is the same for the same seed", () => {
      const [one] = livesOf(profile);
      const [other] = livesOf(profile);
      assert.deepEqual(one!.drawn.struck, other!.drawn.struck);
    });
  });
}

describe("a drawn fate", () => {
  test("has each misfortune in each of its kinds, and within what the call allows", () => {
    const kinds = new Set<string>();
    for (const profile of [profiles["io-errors"], profiles.power]) {
      for (const { drawn, calls } of livesOf(profile)) {
        for (const { nth, misfortune } of drawn.struck) {
          kinds.add(`${misfortune._tag} ${kindOf(misfortune, calls[nth - 1]!)}`.trim());
        }
      }
    }
    const parts = ["nothing", "some", "all"];
    assert.deepEqual(
      [...kinds].sort(),
      [
        "BadSector",
        "Fills",
        "Paused",
        "Short some",
        "FailsAfterwards EIO",
        ...["back", "forward"].map((way) => `ClockJumps ${way}`),
        ...["EACCES", "EIO", "EMFILE", "ENOSPC"].map((code) => `Fails ${code}`),
        ...["keeps", "keeps a part", "reverts"].map((cache) => `FlushFails ${cache}`),
        ...["first", "last"].map((done) => `Slow ${done}`),
        ...["FailsHalfWay", "Killed", "PowerCut"].flatMap((tag) =>
          parts.map((it) => `${tag} ${it}`)
        ),
      ].sort(),
    );
  });

  test("ends and pauses at most so often", () => {
    for (const [endsMax, pausesMax] of [[0, 1], [1, 0], [3, 2]] as const) {
      let [endsSeen, pausesSeen] = [0, 0];
      for (const { drawn } of livesOf(profiles.power, { ...defaults, endsMax, pausesMax })) {
        const ends = drawn.struck.filter(isEnd).length;
        const pauses = drawn.struck.filter(isPause).length;
        assert(ends <= endsMax && pauses <= pausesMax, `${ends} ends, ${pauses} pauses`);
        endsSeen = Math.max(endsSeen, ends);
        pausesSeen = Math.max(pausesSeen, pauses);
      }
      assert.deepEqual([endsSeen, pausesSeen], [endsMax, pausesMax], "so often they come, too");
    }
  });

  test("ends and pauses nobody between a failed flush and the one that settles it", () => {
    const settles = ({ name }: DiskCall): boolean => name.endsWith(".claim");
    let [spared, after] = [0, 0];
    for (const { drawn, calls } of livesOf(profiles["io-errors"], { ...defaults, settles })) {
      const byCall = new Map(drawn.struck.map((one) => [one.nth, one]));
      let isUnsettled = false;
      let wasUnsettled = false;
      for (const call of calls) {
        const one = byCall.get(call.nth);
        if (one && (isEnd(one) || isPause(one))) {
          assert(!isUnsettled, `${one.misfortune._tag} at call ${call.nth}`);
          if (wasUnsettled) after += 1;
        }
        if (isUnsettled) spared += 1;
        if (one?.misfortune._tag === "FlushFails") isUnsettled = wasUnsettled = true;
        // A flush that something else befalls may not have been made.
        else if (!one && call.operation === "datasync" && settles(call)) isUnsettled = false;
      }
    }
    assert(spared > 1_000, `only ${spared} calls were in such moments`);
    assert(after > 10, `only ${after} ends and pauses came when they were over`);
  });
});
