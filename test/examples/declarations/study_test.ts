import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { describe, it, test } from "node:test";
import { isNonEmpty } from "fp-ts/lib/ReadonlyArray.js";
import type { ReadonlyNonEmptyArray } from "fp-ts/lib/ReadonlyNonEmptyArray.js";
import { exportCloudEvents, replay } from "leftfold";
import { memoryStates, memoryStore } from "leftfold/stores/memory";
import { commandOf, declaration } from "../../../examples/declarations/decider.ts";
import { breaches } from "../../../examples/declarations/deciding.ts";
import { type Entry, readInput } from "../../../examples/declarations/input.ts";
import { ofDecisions, ofHistory, strangerIn } from "../../../examples/declarations/origin.ts";
import { differing, published, rateOf } from "../../../examples/declarations/rejection_rates.ts";
import { report } from "../../../examples/declarations/report.ts";
import type { Source } from "../../../examples/declarations/settings.ts";
import { carryOut, type Findings, type Study } from "../../../examples/declarations/study.ts";

async function entriesOf(source: Source): Promise<ReadonlyNonEmptyArray<Entry>> {
  const input = await readInput(source);
  assert(input._tag === "Right");
  return input.right;
}

function studyOf(entries: ReadonlyArray<Entry>): Study {
  assert(isNonEmpty(entries));
  let seconds = 0;
  return {
    entries,
    past: memoryStore(),
    decided: memoryStore(),
    states: memoryStates(),
    seconds: () => seconds += 1,
    onProgress: () => {},
  };
}

async function carriedOut(study: Study): Promise<Findings> {
  const findings = await carryOut(study);
  assert(findings._tag === "Right");
  return findings.right;
}

async function exported(store: Study["past"]): Promise<ReadonlyArray<string>> {
  const lines: Array<string> = [];
  for await (const line of exportCloudEvents({ store })) lines.push(line);
  return lines;
}

const generated: Source = { _tag: "Generated", seed: 3, declarations: 400 };

describe("the main job on generated declarations", () => {
  it("imports the history as it was", async () => {
    const study = studyOf(await entriesOf(generated));
    const { imported } = await carriedOut(study);
    assert.equal(imported.result.added, study.entries.length);
    assert.deepEqual(await exported(study.past), study.entries.map(({ line }) => line));
  });

  it("accepts, rejects and skips what the decider alone would", async () => {
    const study = studyOf(await entriesOf(generated));
    const { result } = (await carriedOut(study)).verdict;
    const wanted = decidedOneByOne(study.entries);
    assert.deepEqual(
      [result.accepted, result.broken.map(({ eventId }) => eventId), result.untried],
      [wanted.accepted, wanted.broken, wanted.untried],
    );
    assert.equal((await exported(study.decided)).length, wanted.accepted);
    assert(wanted.broken.length > 0 && wanted.untried > 0, "the input should have broken rules");
    const sum = breaches(result).reduce((so, { count }) => so + count, 0);
    assert.equal(sum, wanted.broken.length);
  });

  it("adds nothing when it is run again, and finds the same", async () => {
    const study = studyOf(await entriesOf(generated));
    const first = await carriedOut(study);
    const before = [await exported(study.past), await exported(study.decided)];
    const second = await carriedOut(study);
    assert.deepEqual([await exported(study.past), await exported(study.decided)], before);
    assert.deepEqual(second.imported.result.repeated, study.entries.length);
    assert.equal(second.verdict.result.repeated, first.verdict.result.accepted);
    assert.deepEqual(second.verdict.result.broken, first.verdict.result.broken);
    assert.equal(second.ratesFrom, study.entries.length);
    assert.deepEqual(
      [second.rates, second.days, second.then, second.now],
      [first.rates, first.days, first.then, first.now],
    );
  });

  it("goes on where a part of the input ended", async () => {
    const entries = await entriesOf(generated);
    const whole = await carriedOut(studyOf(entries));
    const study = studyOf(entries);
    await carriedOut({ ...study, entries: studyOf(entries.slice(0, 500)).entries });
    const rest = await carriedOut(study);
    assert.equal(rest.imported.result.added, entries.length - 500);
    assert.equal(rest.ratesFrom, 500);
    assert.deepEqual(
      [rest.rates, rest.now, rest.verdict.result.broken],
      [whole.rates, whole.now, whole.verdict.result.broken],
    );
  });

  it("tells a past moment as a log that ended there would", async () => {
    const entries = await entriesOf(generated);
    const { then } = await carriedOut(studyOf(entries));
    const early = entries.filter(({ cloudEvent }) => cloudEvent.recordedAt <= then.at);
    const { now } = await carriedOut(studyOf(early));
    assert.deepEqual(then.work, now.work);
    assert(early.length < entries.length);
  });

  it("prints a report of at most 80 columns, without a claim about a published table", async () => {
    const lines = report(await carriedOut(studyOf(await entriesOf(generated))));
    for (const line of lines) assert(line.length <= 80, line);
    assert(lines.includes("Rejections by role"));
    assert(!lines.join("\n").includes("published"));
  });
});

describe("a store", () => {
  it("belongs to the input that filled it, and to no other", async () => {
    const entries = await entriesOf(generated);
    const study = studyOf(entries);
    assert.equal(await strangerIn(study.past, entries, ofHistory), undefined);
    await carriedOut(study);
    assert.equal(await strangerIn(study.past, entries, ofHistory), undefined);
    assert.equal(await strangerIn(study.decided, entries, ofDecisions), undefined);

    // The same ids: only a look at the whole event tells.
    const others = await entriesOf({ ...generated, seed: 4 });
    assert.equal((await strangerIn(study.past, others, ofHistory))?.position, 1);
    assert.equal((await strangerIn(study.decided, others, ofDecisions))?.position, 1);
    const later = entries.map((entry) => ({ ...entry, cloudEvent: anHourLater(entry) }));
    assert.equal((await strangerIn(study.past, later, ofHistory))?.position, 1);
    assert.equal((await strangerIn(study.decided, later, ofDecisions))?.position, 1);
    // A log that has gone on behind its input.
    const last = await strangerIn(study.past, entries.slice(0, -1), ofHistory);
    assert.equal(last?.position, entries.length);
  });
});

function anHourLater({ cloudEvent }: Entry): Entry["cloudEvent"] {
  return { ...cloudEvent, recordedAt: new Date(cloudEvent.recordedAt.getTime() + 3_600_000) };
}

function decidedOneByOne(entries: ReadonlyArray<Entry>) {
  const states = new Map<string, typeof declaration.initialState | "stopped">();
  const broken: Array<string> = [];
  let accepted = 0;
  let untried = 0;
  for (const { event, cloudEvent: { stream, proposed } } of entries) {
    const state = states.get(stream) ?? declaration.initialState;
    if (state === "stopped") {
      untried += 1;
      continue;
    }
    const decision = declaration.decide(commandOf(event), state);
    if (decision._tag === "Left") {
      broken.push(proposed.id);
      states.set(stream, "stopped");
    } else {
      accepted += 1;
      states.set(stream, replay(declaration)(decision.right, state));
    }
  }
  return { accepted, untried, broken };
}

const data = process.env["LEFTFOLD_DATA"];

test("the real log gives the published table, exactly", {
  skip: data === undefined && "LEFTFOLD_DATA does not say where the real log is",
}, async () => {
  const path = join(data ?? "", "domestic-declarations.ndjson.gz");
  const study = studyOf(await entriesOf({ _tag: "File", path }));
  const findings = await carriedOut(study);
  const { rates, imported, verdict, days } = findings;
  assert.deepEqual([imported.result.added, verdict.result.declarations], [55_628, 10_357]);
  assert.deepEqual(rateOf(rates, "ADMINISTRATION"), { approved: 8061, rejected: 936 });
  assert.deepEqual(rateOf(rates, "PRE_APPROVER"), { approved: 685, rejected: 86 });
  assert.deepEqual(rateOf(rates, "BUDGET OWNER"), { approved: 2747, rejected: 57 });
  assert.deepEqual(rateOf(rates, "SUPERVISOR"), { approved: 9999, rejected: 286 });
  assert.deepEqual(differing(rates, published.rates), []);
  assert.deepEqual([rateOf(rates, "EMPLOYEE").rejected, rateOf(rates, "MISSING").rejected], [
    1350,
    89,
  ]);
  assert.equal(days.length, 9911);

  const rules = breaches(verdict.result).map(({ rule, count }) => [rule, count]);
  assert.deepEqual(rules, [
    ["CheckedBeforeDecided", 1518],
    ["TakenBackFirst", 17],
    ["ApprovedBeforePaid", 1],
  ]);
  const lines = report(findings);
  assert(lines.includes("  exactly the table that bptlab/bpi-challenge-2020 published"));
  for (const line of lines) assert(line.length <= 80, line);
});
