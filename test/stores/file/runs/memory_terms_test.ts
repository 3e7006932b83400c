import { describe, test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { type MemoryTerms, memoryTerms } from "../../../../stores/file/runs/memory_terms.ts";
import {
  addFrames,
  awkwardNames,
  frames,
  keyed,
  type ModelTerm,
  type SampleFrame,
} from "../../../support/index_samples.ts";

const start = { segment: 1, offset: 128 };

function termsOf(list: ReadonlyArray<SampleFrame>): MemoryTerms {
  const terms = memoryTerms(start, keyed);
  addFrames(terms, new Map(), list);
  return terms;
}

/** Everything that terms answer, as plain data. */
function seen(terms: MemoryTerms): unknown {
  return {
    terms: Array.from(terms.terms(), ({ kind, name, firstVersion, events, frames }) => {
      const { length, offsets8, events: counts } = terms.postings(kind, name)!;
      return { kind, name, firstVersion, events, frames, length, offsets8, counts };
    }),
    commits: [...terms.commitIds()],
    marks: [...terms.marks()],
    sparse: terms.sparse(),
    lastPosition: terms.lastPosition,
    maxTime: terms.maxTime,
    count: terms.termCount,
    postings: terms.postingCount,
  };
}

describe("terms in memory", () => {
  test("answer as a map of all frames would", () => {
    fc.assert(fc.property(frames, (list) => {
      const terms = memoryTerms(start, keyed);
      const model = new Map<string, ModelTerm>();
      addFrames(terms, model, list);
      assert.equal(terms.termCount, model.size);
      for (const { kind, name, firstVersion, events, frames } of model.values()) {
        const found = terms.postings(kind, name)!;
        assert.deepEqual(Array.from(found.offsets8), [...frames.keys()]);
        assert.deepEqual(Array.from(found.events), [...frames.values()]);
        assert.equal(found.length, frames.size);
        if (kind === "stream") assert.deepEqual(terms.head(name), { firstVersion, events });
      }
      for (const { commitId, offset8 } of list) {
        if (commitId !== undefined) assert.equal(terms.commit(commitId), offset8);
      }
      assert.deepEqual(
        Array.from(terms.streams(), ({ name }) => name).sort(),
        [...model.values()].filter(({ kind }) => kind === "stream").map(({ name }) => name).sort(),
      );
    }));
  });

  test("know nothing that was not added", () => {
    const terms = memoryTerms(start, keyed);
    terms.add("stream", "a", 16, 1, 1);
    assert.equal(terms.postings("tag", "a"), undefined);
    for (const name of awkwardNames.filter((name) => name !== "a")) {
      assert.equal(terms.head(name), undefined, name);
      assert.equal(terms.commit(name), undefined, name);
    }
  });

  test("give back what a cut takes, exactly", () => {
    fc.assert(fc.property(frames, fc.nat(), fc.boolean(), (list, at, isAsked) => {
      const kept = list.length === 0 ? 0 : at % (list.length + 1);
      const cutAt = list[kept]?.offset8 ?? 2 ** 31;
      const terms = termsOf(list);
      // Lists that were laid out before must not show what was cut.
      if (isAsked) seen(terms);
      terms.cut(cutAt);
      assert.deepEqual(seen(terms), seen(termsOf(list.slice(0, kept))));
      const position = list.slice(0, kept).reduce((sum, { events }) => sum + events, 1);
      const again = memoryTerms(start, keyed);
      const model = new Map<string, ModelTerm>();
      addFrames(again, model, list.slice(0, kept));
      addFrames(terms, new Map(model), list.slice(kept), position);
      assert.deepEqual(seen(terms), seen(termsOf(list)));
    }));
  });

  test("give lists that stay as they are", () => {
    const terms = memoryTerms(start, keyed);
    terms.add("type", "Opened", 16, 1);
    terms.add("type", "Opened", 20, 2);
    const before = terms.postings("type", "Opened")!;
    terms.add("type", "Opened", 20, 3);
    terms.add("type", "Opened", 30, 1);
    const after = terms.postings("type", "Opened")!;
    terms.cut(20);
    terms.add("type", "Opened", 24, 9);
    assert.deepEqual([Array.from(before.offsets8), Array.from(before.events)], [[16, 20], [1, 2]]);
    assert.deepEqual([Array.from(after.offsets8), Array.from(after.events)], [[16, 20, 30], [
      1,
      5,
      1,
    ]]);
    const now = terms.postings("type", "Opened")!;
    assert.deepEqual([Array.from(now.offsets8), Array.from(now.events)], [[16, 24], [1, 9]]);
  });

  test("are the same in one piece and in two", () => {
    fc.assert(fc.property(frames, fc.nat(), (list, at) => {
      const split = list.length === 0 ? 0 : at % (list.length + 1);
      const model = new Map<string, ModelTerm>();
      const first = memoryTerms(start, keyed);
      addFrames(first, model, list.slice(0, split));
      const position = list.slice(0, split).reduce((sum, { events }) => sum + events, 1);
      const later = memoryTerms({ segment: 1, offset: (list[split]?.offset8 ?? 16) * 8 }, keyed);
      addFrames(later, model, list.slice(split), position);
      first.append(later);
      const whole = termsOf(list);
      assert.deepEqual(first.sparse(), whole.sparse());
      for (const { kind, name } of whole.terms()) {
        assert.deepEqual(first.postings(kind, name), whole.postings(kind, name));
        assert.deepEqual(first.head(name), whole.head(name));
      }
      assert.equal(first.termCount, whole.termCount);
      assert.deepEqual([...first.commitIds()], [...whole.commitIds()]);
      assert.deepEqual([first.lastPosition, first.maxTime], [whole.lastPosition, whole.maxTime]);
    }));
  });

  test("say where a scan begins for a position and for a time", () => {
    fc.assert(fc.property(frames, (list) => {
      const terms = termsOf(list);
      let position = 1;
      let greatest = 0;
      for (const { offset8, events, time } of list) {
        assert.deepEqual(terms.sparseFor(position)?.offset8, offset8);
        assert.deepEqual(terms.sparseFor(position + events - 1)?.offset8, offset8);
        // The first commit that is later than all before it is found by the time before.
        if (time > greatest) assert.equal(terms.sparseForTime(greatest)?.offset8, offset8);
        greatest = Math.max(greatest, time);
        position += events;
      }
      assert.equal(terms.sparseFor(0), undefined);
      assert.equal(terms.sparseForTime(greatest), undefined);
    }));
  });

  test("keep one sparse row for each 16 KiB that has a frame", () => {
    const terms = memoryTerms(start, keyed);
    for (let at = 0; at < 10_000; at++) {
      terms.addCommit(undefined, { offset8: 16 + at * 7, position: at + 1, events: 1, time: 0 });
    }
    const stretches = Math.ceil((16 + 9_999 * 7) / 2048);
    assert.equal(terms.sparse().length, stretches);
    assert.deepEqual(terms.sparse()[1]!.offset8, 16 + 291 * 7);
  });

  test("refuse frames out of order, and a cut into what a run holds", () => {
    const terms = memoryTerms(start, keyed);
    terms.add("stream", "a", 20, 1, 1);
    assert.throws(() => terms.add("stream", "b", 19, 1, 1), /log order/);
  });

  test("count above 32 bits", () => {
    const terms = memoryTerms(start, keyed);
    terms.add("type", "Opened", 16, 2 ** 32 - 1);
    terms.add("type", "Opened", 24, 2 ** 32 - 1);
    terms.add("type", "Opened", 2 ** 32 - 1, 5);
    const [term] = terms.terms();
    assert.equal(term?.events, 2 ** 33 + 3);
    assert.deepEqual(Array.from(terms.postings("type", "Opened")!.offsets8), [16, 24, 2 ** 32 - 1]);
  });
});
