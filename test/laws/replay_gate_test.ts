import * as E from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { eventCodec, schema } from "../../src/codec.ts";
import { accept, decider, reject } from "../../src/decider.ts";
import { checkLaws } from "../../src/laws/check_laws.ts";
import { historyOf } from "../../src/laws/history.ts";
import { keyOf } from "../../src/laws/law.ts";
import { recordCorpus, recordedIn } from "../../src/laws/node.ts";
import { recordedAnew, recordedHistories } from "../../src/laws/recorded_corpus.ts";
import { fingerprintOf, streamsOfRecords } from "../../src/laws/recorded_stream.ts";
import { type GateSpec, replayGate } from "../../src/laws/replay_gate.ts";
import { append } from "../../src/read.ts";
import { run } from "../../src/run.ts";
import { memoryStore } from "../../stores/memory.ts";
import { orderSpec } from "../support/laws/order_spec.ts";
import { past, recordedSpec } from "../support/laws/planted/recorded.ts";

const scratch = mkdtempSync(join(tmpdir(), "leftfold-recorded-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const freshFolder = (): string => join(scratch, String(folders += 1));

type Booked = { readonly type: "Booked"; readonly seats: number };
type Show = GateSpec<number, Booked, { readonly seats: number }, string>;

const first = eventCodec({ Booked: schema(1, t.type({ seats: t.number })) });
const show: Show = {
  name: "show",
  decider: decider({
    initialState: { seats: 0 },
    decide: (seats: number, state) =>
      state.seats + seats > 5 ? reject("Full") : accept({ type: "Booked", seats }),
    evolve: (state: { readonly seats: number }, { seats }: Booked) => ({
      seats: state.seats + seats,
    }),
  }),
  codec: first,
};
const bookings = recordedHistories(show, { bookings: historyOf(show.decider, [2, 9, 3]) });
assert(E.isRight(bookings));
const recorded = bookings.right;

async function textsOf(spec: Show, corpus = recorded): Promise<ReadonlyArray<string>> {
  const outcome = await checkLaws(replayGate(spec, corpus))();
  return E.isLeft(outcome) ? outcome.left.failures.map(({ text }) => text) : [];
}

describe("the replay gate", () => {
  it("has a law for each stream, and one for what is kept; all hold of the code that recorded", async () => {
    const laws = replayGate(recordedSpec, past);
    assert.deepEqual(laws.map(keyOf), ["UP1/cancelled", "UP1/shipped", "UP9"]);
    assert(E.isRight(await checkLaws(laws)()));
  });

  it("tells the first difference: step, command, and where wanted and found part", async () => {
    const [text = "", ...more] = await textsOf({
      ...show,
      decider: {
        ...show.decider,
        decide: (seats, state) =>
          state.seats + seats > 20 ? reject("Full") : show.decider.decide(seats % 8, state),
      },
    });
    assert.deepEqual(more, []);
    assert.match(text, /^show breaks UP1\/bookings: /);
    assert.match(text, /^ {2}Given {2}{ type: "Booked", seats: 2 }\n {2}When {3}9$/m);
    assert.match(text, /step 2: the decision changed: number is answered otherwise\n/);
    assert.match(text, /wanted { rejected: "Full" }\n +found {2}{ accepted: \["Booked"\] }/);
  });

  it("takes a new version of an event for what it means, as long as the state is the same", async () => {
    const codec = eventCodec({
      Booked: schema(2, t.type({ seats: t.number }))
        .from(1, t.type({ seats: t.number }), ({ seats }) => ({ seats })),
    });
    assert.deepEqual(await textsOf({ ...show, codec }), []);
  });

  it("does not look at the order of fields", async () => {
    const decide: Show["decider"]["decide"] = (seats, state) =>
      state.seats + seats > 5 ? reject("Full") : accept({ seats, type: "Booked" });
    assert.deepEqual(await textsOf({ ...show, decider: { ...show.decider, decide } }), []);
  });

  it("accepts a change that is recorded anew, and keeps what was stored", async () => {
    const evolve: Show["decider"]["evolve"] = (state, { seats }) => ({
      seats: state.seats + 2 * seats,
    });
    const changed = { ...show, decider: { ...show.decider, evolve } };
    const [text = ""] = await textsOf(changed);
    assert.match(text, /step 1: the state changed: it is folded to another\n +at seats/);
    const anew = recordedAnew(changed, recorded, []);
    assert(E.isRight(anew));
    assert.deepEqual(await textsOf(changed, anew.right), []);
    assert.deepEqual(anew.right.manifest, recorded.manifest);
    assert.deepEqual(anew.right.streams.map(fingerprintOf), Object.values(recorded.manifest));
  });

  it("does not record what would break", () => {
    const evolve = (): never => {
      throw new Error("not today");
    };
    const broken = { ...show, decider: { ...show.decider, evolve } };
    const anew = recordedAnew(broken, recorded, []);
    assert.deepEqual(anew, E.left("bookings, step 1: evolve broke: it threw: not today"));
  });

  it("takes streams from a store, and holds events and states against them", async () => {
    const store = memoryStore();
    for (const [stream, seats] of [["show-a", 2], ["show-b", 1], ["show-a", 3]] as const) {
      const events = [{ event: first.make.Booked({ seats }) }];
      await run(append({ store, codec: first, writes: [{ stream, expected: "any", events }] }));
    }
    const page = await run(store.read({ category: "show" }, {}));
    const streams = streamsOfRecords(show, page.records);
    assert(E.isRight(streams));
    assert.deepEqual(
      streams.right.map(({ name, steps }) => [name, steps.map(({ state }) => state)]),
      [["show-a", [{ seats: 2 }, { seats: 5 }]], ["show-b", [{ seats: 1 }]]],
    );
    const corpus = recordedAnew(show, { streams: [], manifest: {} }, streams.right);
    assert(E.isRight(corpus));
    const decide: Show["decider"]["decide"] = () => reject("Closed");
    const closed = { ...show, decider: { ...show.decider, decide } };
    assert.deepEqual(await textsOf(closed, corpus.right), []);
    const evolve: Show["decider"]["evolve"] = (state) => state;
    const deaf = { ...show, decider: { ...show.decider, evolve } };
    assert.deepEqual((await textsOf(deaf, corpus.right)).length, 2);
  });
});

describe("recorded streams in a directory", () => {
  it("are the shortest history of each thing, at first, and hold from then on", async () => {
    const folder = freshFolder();
    const count = await run(recordCorpus(orderSpec, folder));
    assert(count > 20, `only ${count}`);
    const corpus = await run(recordedIn(folder));
    assert.equal(corpus.streams.length, count);
    assert(corpus.streams.some(({ name }) => name === "the event Refunded"));
    assert(E.isRight(await checkLaws(replayGate(orderSpec, corpus))()));
    // To record again changes no byte.
    const bytes = (): ReadonlyArray<string> =>
      readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const before = bytes();
    await run(recordCorpus(orderSpec, folder));
    assert.deepEqual(bytes(), before);
  });

  it("keep what was stored when they are recorded anew, and tell what was changed by hand", async () => {
    const folder = freshFolder();
    await run(recordCorpus(orderSpec, folder, past.streams));
    const [file = ""] = readdirSync(folder).filter((name) => name.startsWith("cancelled"));
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), text.replace('"price": 5', '"price": 6'));
    await run(recordCorpus(orderSpec, folder, []));
    const outcome = await checkLaws(replayGate(orderSpec, await run(recordedIn(folder))))();
    assert(E.isLeft(outcome));
    assert(outcome.left.failures.some(({ text }) => /"cancelled" was changed by hand/.test(text)));
  });

  it("name a file that cannot be read", async () => {
    for (
      const [name, text] of [["a.json", "{"], ["a.json", "{}"], ["manifest.json", "[]"], [
        "a.json",
        '{"name": "a", "steps": [{"events": [], "state": 1, "asked": {"command": 1}}]}',
      ]] as const
    ) {
      const folder = freshFolder();
      await run(recordCorpus(orderSpec, folder, past.streams));
      writeFileSync(join(folder, name), text);
      const found = await recordedIn(folder)();
      assert(E.isLeft(found), text);
      assert.equal(found.left.place, join(folder, name));
      assert(E.isLeft(await recordCorpus(orderSpec, folder)()), "it is not written over");
    }
  });
});
