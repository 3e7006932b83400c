import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import * as t from "io-ts";
import { keyOf, type Law, processLaws } from "leftfold/laws";
import { laws as accessControl } from "../../examples/domains/access_control/laws.ts";
import { laws as bankAccount } from "../../examples/domains/bank_account/laws.ts";
import { laws as order } from "../../examples/domains/order/laws.ts";
import { root } from "../gate/files.ts";
import { plantedBugs } from "../support/laws/planted/catalogue.ts";

/** What a page says of a law. */
interface Entry {
  readonly page: string;
  readonly key: string;
  readonly text: string;
}

const folder = join(root, "docs/laws");
const entries: ReadonlyArray<Entry> = readdirSync(folder)
  .filter((page) => page.endsWith(".md") && page !== "README.md")
  .flatMap((page) =>
    readFileSync(join(folder, page), "utf8").split(/^## /m).slice(1).map((part) => {
      const [key = "", ...lines] = part.split("\n");
      return { page, key, text: lines.join(" ").replace(/\s+/g, " ").trim() };
    })
  );

/** A process that does nothing, with all that a specification can have. */
const idle = processLaws({
  name: "idle",
  process: { initialState: 0, evolve: (count) => count, react: () => [], resume: () => [] },
  logs: fc.constant([1]),
  state: t.number,
});

/** Every law that the kit makes of something, by its key. */
const laws: ReadonlyMap<string, Law> = new Map(
  [...plantedBugs.flatMap((bug) => bug.laws()), ...accessControl, ...bankAccount, ...order, ...idle]
    .map((law) => [keyOf(law), law]),
);

/** The entry of a law: under its key, or for all parts under its id. */
function entryOf(law: Pick<Law, "id" | "part">): Entry | undefined {
  return entries.find(({ key }) => key === keyOf(law)) ??
    entries.find(({ key }) => key === law.id);
}

/** The ids that stand in the sources of the kit. */
function idsInSources(): ReadonlySet<string> {
  const sources = ["src/laws", "src/laws/decider"].flatMap((place) =>
    readdirSync(join(root, place)).filter((name) => name.endsWith(".ts"))
      .map((name) =>
        readFileSync(join(root, place, name), "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "")
      )
  );
  const found = sources.flatMap((text) => [
    ...text.matchAll(/\bid: "([A-Z]+\d+)"/g),
    ...text.matchAll(/^ {2}([A-Z]+\d+): \w+,$/gm),
  ]);
  return new Set(found.map(([, id = ""]) => id));
}

describe("the pages of the laws", () => {
  it("have an entry for each law, on the page of its family, with its sentences", () => {
    for (const [key, law] of laws) {
      const entry = entryOf(law);
      assert(entry, `docs/laws/${law.family}.md has no entry ${key}`);
      assert.equal(entry.page, `${law.family}.md`, `the page of ${key}`);
      assert(entry.text.includes(law.why), `${entry.page} says of ${key}: ${law.why}`);
      // What a specification declares has a title of its own, and the entry one for all.
      const isDeclared = law.part !== undefined && entry.key === law.id || key === "K5";
      const title = law.title[0]!.toUpperCase() + law.title.slice(1);
      assert(isDeclared || entry.text.startsWith(`**${title}.**`), `${key} is called: ${title}`);
      assert(/ When it breaks: \S.*[.?)]$/.test(entry.text), `${key}: what to do when it breaks?`);
    }
  });

  it("have no entry without a law, and none twice", () => {
    const known = new Set([...laws.values()].map((law) => entryOf(law)));
    assert.deepEqual(entries.filter((entry) => !known.has(entry)).map(({ key }) => key), []);
    assert.equal(new Set(entries.map(({ key }) => key)).size, entries.length);
  });

  it("tell each planted bug, and no other", () => {
    for (const entry of entries) {
      const bugs = plantedBugs.filter(({ law }) => {
        const [id = "", ...part] = law.split("/");
        return entryOf({ id, ...part.length > 0 ? { part: part.join("/") } : {} }) === entry;
      }).map(({ bug }) => bug);
      const [, told] = entry.text.match(/ It notices: (.*?)\. (?=When it breaks)/) ?? [];
      assert.equal(told ?? "", bugs.join("; "), `the bugs that ${entry.key} notices`);
    }
  });

  it("know each id that the kit has", () => {
    const ids = new Set([...laws.values()].map(({ id }) => id));
    assert.deepEqual([...idsInSources()].filter((id) => !ids.has(id)), []);
    assert(idsInSources().size > 50);
  });
});
