/**
 * What the laws cost: the kit of a decider, making a failure simple, and exploring.
 *
 *     npm run laws                         a hundred histories for each law
 *     npm run laws -- --runs 1000          more of them
 *     npx deno run -A bench/laws.ts        and on Bun: npx bun bench/laws.ts
 *
 * Processor time is told beside the time that passes, because it says the same on a busy machine.
 *
 * @module
 */
import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import {
  checkLaws,
  deciderLaws,
  explore,
  keyOf,
  type Law,
  strength,
  walk,
} from "../src/laws/mod.ts";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { parseArgs } from "node:util";
import { type LoanCommand, loanSpec } from "./loan.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seeds: { type: "string", default: "300" },
  },
});
const runs = Number(values.runs);
const seeds = Number(values.seeds);
const rounds = 7;

function quantile(all: ReadonlyArray<number>, part: number): number {
  return [...all].sort((a, b) => a - b)[Math.floor(part * (all.length - 1))] ??
    NaN;
}

/** A row of the table. */
function say(what: string, value: string): void {
  console.log(`${what.padEnd(52)}${value.padStart(28)}`);
}

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What a piece of work takes. */
async function costOf(work: () => unknown): Promise<Cost> {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1000 };
}

function costText({ ms, cpuMs }: Cost): string {
  return `${ms.toFixed(1)} ms (cpu ${cpuMs.toFixed(1)})`;
}

/** The middle one of several. */
function middle(costs: ReadonlyArray<Cost>): Cost {
  return {
    ms: quantile(costs.map(({ ms }) => ms), 0.5),
    cpuMs: quantile(costs.map(({ cpuMs }) => cpuMs), 0.5),
  };
}

// ---------------------------------------------------------------------------
// the kit
// ---------------------------------------------------------------------------

async function kit(): Promise<void> {
  const check = async (
    laws: ReadonlyArray<Law>,
    seed: number,
  ): Promise<void> => {
    const outcome = await checkLaws(laws, { runs, seed })();
    if (E.isLeft(outcome)) {
      throw new Error(outcome.left.failures.map(({ text }) => text).join("\n"));
    }
  };
  const laws = deciderLaws(loanSpec());
  say(
    `${laws.length} laws, ${runs} histories each, cold`,
    costText(await costOf(() => check(laws, 0))),
  );
  const warm: Cost[] = [];
  for (let seed = 1; seed <= rounds; seed++) {
    warm.push(await costOf(() => check(laws, seed)));
  }
  say("the same, warm", costText(middle(warm)));
  for (const law of laws) {
    const own: Cost[] = [];
    for (let seed = 1; seed <= rounds; seed++) {
      own.push(await costOf(() => check([law], seed)));
    }
    say(`  ${keyOf(law)}`, costText(middle(own)));
  }
  say("its strength", costText(await costOf(strength(loanSpec(), { runs }))));
}

// ---------------------------------------------------------------------------
// a failure
// ---------------------------------------------------------------------------

/** From the first history that breaks an invariant to the simplest that does. */
function shrinking(): void {
  const { invariants = {}, ...spec } = loanSpec(true);
  const holds = Object.values(invariants)[0]!;
  const costs: Cost[] = [];
  const judged: number[] = [];
  let shortest = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    let [count, countBefore] = [0, 0];
    let [begun, used] = [0, process.cpuUsage()];
    const sound = fc.property(walk(spec), (history) => {
      count += 1;
      const isSound = holds(history.final, history) === true;
      if (!isSound && begun === 0) {
        countBefore = count;
        [begun, used] = [performance.now(), process.cpuUsage()];
      }
      return isSound;
    });
    const { counterexample } = fc.check(sound, { seed, numRuns: 10_000 });
    const { user, system } = process.cpuUsage(used);
    costs.push({
      ms: performance.now() - begun,
      cpuMs: (user + system) / 1000,
    });
    judged.push(count - countBefore);
    // Apply, approve, pay out, repay too much.
    if (counterexample?.[0].steps.length === 4) shortest += 1;
  }
  say(`a failure, made simple: median of ${seeds}`, costText(middle(costs)));
  const most = quantile(judged, 0.95);
  say("histories judged for it", `${quantile(judged, 0.5)}, p95 ${most}`);
  say("of these, as short as can be", `${shortest} of ${seeds}`);
}

// ---------------------------------------------------------------------------
// exploring
// ---------------------------------------------------------------------------

async function exploring(): Promise<void> {
  const spec = loanSpec();
  const amounts = [1, 2, 3, 5, 8, 13, 21, 34];
  const menu: ReadonlyArray<LoanCommand> = [
    ...amounts.map((
      amount,
    ) => ({ type: "Apply", amount: 3 * amount } as const)),
    { type: "Approve" },
    { type: "Decline" },
    { type: "Withdraw" },
    { type: "PayOut" },
    ...amounts.map((amount) => ({ type: "Repay", amount } as const)),
    { type: "Remind" },
    { type: "WriteOff" },
  ];
  for (
    const [how, keyed] of [["", {}], ["with a key", {
      key: keyOfLoan,
    }]] as const
  ) {
    const costs: Cost[] = [];
    let [transitions, states] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      costs.push(
        await costOf(() => {
          ({ transitions, states } = explore(spec, {
            menu: () => menu,
            depth: 30,
            ...keyed,
          }));
        }),
      );
    }
    const cost = middle(costs);
    say(
      `explored ${how}: ${states} states, ${transitions} transitions`,
      costText(cost),
    );
    const perSecond = Math.round(transitions / cost.cpuMs) * 1000;
    say(
      "transitions per second of the processor",
      perSecond.toLocaleString("en"),
    );
  }
}

function keyOfLoan(
  { status, amount, repaid, reminders }: ReturnType<
    typeof loanSpec
  >["decider"]["initialState"],
): string {
  return `${status} ${amount} ${repaid} ${reminders}`;
}

await kit();
shrinking();
await exploring();
