import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accept, decider, reject } from "../../src/decider.ts";
import { historyOf } from "../../src/laws/history.ts";
import type { LawName } from "../../src/laws/law.ts";
import { linesOfHistory, linesOfLog, textOfStory } from "../../src/laws/story.ts";

const account = decider({
  initialState: { cents: 0 },
  decide: (cents: number, state) => {
    if (cents === 13) throw new Error("unlucky");
    return state.cents + cents < 0 ? reject("Overdrawn") : accept({ type: "Moved", cents });
  },
  evolve: (
    state: { readonly cents: number },
    event: { readonly type: "Moved"; readonly cents: number },
  ) => {
    if (event.cents === 7) throw new Error("seven");
    return { cents: state.cents + event.cents };
  },
});

const law: LawName = {
  id: "DE16",
  part: "it is small",
  family: "decider",
  tier: "declared",
  title: "it is small",
  why: "It was declared.",
};

describe("a story", () => {
  it("is cut at the step that breaks the law, and tells what differs, and where", () => {
    const finding = { words: "not so", step: 2, path: ["cents"], wanted: 1, found: { a: 2n } };
    const lines = linesOfHistory(historyOf(account, [5, -9, 3, 1]), finding);
    const text = textOfStory({ law, subject: "account", lines, finding, test: "a test\n\nof two" });
    assert.equal(
      text,
      [
        "account breaks DE16/it is small: it is small",
        "  It was declared.",
        "",
        '  Given  { type: "Moved", cents: 5 }',
        "  When   3",
        '  Then   { type: "Moved", cents: 3 }',
        "  State  before { cents: 5 }",
        "         after  { cents: 8 }",
        "  But    not so",
        "         at cents",
        "         wanted 1",
        "         found  { a: 2n }",
        "",
        "  Paste as a test",
        "",
        "    a test",
        "",
        "    of two",
      ].join("\n"),
    );
  });

  it("tells a rejection, a crash, and a history of nothing", () => {
    const told = (commands: ReadonlyArray<number>): unknown =>
      linesOfHistory(historyOf(account, commands)).map((line) => line.join(" "))
        .filter((line) => !line.startsWith("State"));
    assert.deepEqual(told([-1]), ["Given nothing", "When -1", 'Then rejected: "Overdrawn"']);
    assert.deepEqual(told([13]), [
      "Given nothing",
      "When 13",
      "Then decide broke: it threw: unlucky",
    ]);
    assert.deepEqual(told([]), ["Given nothing"]);
  });

  it("of a log shows the state before and after an event, also where the fold breaks", () => {
    const events = [1, 7, 2].map((cents) => ({ type: "Moved" as const, cents }));
    const told = (step: number): unknown =>
      linesOfLog(account, events, { words: "", step }).map((line) => line.join(" "));
    assert.deepEqual(told(0), [
      "Given nothing",
      'When { type: "Moved", cents: 1 }',
      "State before { cents: 0 }",
      "State after  { cents: 1 }",
    ]);
    assert.deepEqual(told(1), [
      'Given { type: "Moved", cents: 1 }',
      'When { type: "Moved", cents: 7 }',
      "State before { cents: 1 }",
      "State after  it threw: seven",
    ]);
  });
});
