import * as fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { checkLaws, describeLaws } from "../../src/laws/check_laws.ts";
import { broken, held } from "../../src/laws/judgement.ts";
import type { Law, LawFailure } from "../../src/laws/law.ts";
import { corpusIn, fromEnvironment } from "../../src/laws/node.ts";
import { lawOf } from "../../src/laws/statement.ts";

const scratch = mkdtempSync(join(tmpdir(), "leftfold-corpus-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const freshFolder = (): string => join(scratch, String(folders += 1));

/** A law of whole numbers, which are to be below a limit. */
function below(
  limit: number,
  part: string,
  save: (one: bigint) => unknown = (one) => ({ one }),
): Law {
  return lawOf<bigint>({
    id: "T1",
    part,
    family: "algebra",
    tier: "core",
    title: "numbers are small",
    why: "So that there is something to find.",
    subject: "numbers/all of them",
    cases: fc.nat(1000).map(BigInt),
    judge: (one) => one < limit ? held : broken("it is large"),
    save,
    // What `save` has given.
    restore: (saved) => (saved as { readonly one: bigint }).one,
    tell: (one) => [["Given", String(one)]],
  });
}

async function failureOf(law: Law, corpus: string | URL): Promise<LawFailure | undefined> {
  const outcome = await checkLaws([law], { seed: 1, corpus: corpusIn(corpus) })();
  return E.isLeft(outcome) ? outcome.left.failures[0] : undefined;
}

describe("a corpus in a directory", () => {
  it("keeps the case that breaks a law, and judges it first from then on", async () => {
    const corpus = freshFolder();
    const first = await failureOf(below(100, "small"), pathToFileURL(corpus));
    assert(first?._tag === "LawBroken");
    const [file = ""] = readdirSync(join(corpus, "numbers-all-of-them", "T1-small"));
    const place = join(corpus, "numbers-all-of-them", "T1-small", file);
    assert(first.text.includes(`Kept in    ${place}  (judged first from now on)`), first.text);

    const again = await failureOf(below(100, "small"), corpus);
    assert(again?._tag === "LawBroken");
    assert.deepEqual([again.saved, again.casesBefore, again.replay], [{ one: 100n }, 0, undefined]);
    assert.match(again.text, /It is one of the cases that are kept\.$/);
  });

  it("keeps it when the law holds again", async () => {
    const corpus = freshFolder();
    await failureOf(below(100, "small"), corpus);
    assert.equal(await failureOf(below(1001, "small"), corpus), undefined);
    const again = await failureOf(below(100, "small"), corpus);
    assert(again?._tag === "LawBroken" && again.replay === undefined);
  });

  it("gives a law no case of another, though their folders are called alike", async () => {
    const corpus = freshFolder();
    await failureOf(below(100, "a<b"), corpus);
    const law = below(1001, "a>b");
    assert.equal(await failureOf(law, corpus), undefined);
    assert.deepEqual(await corpusIn(corpus).load(law)(), E.right([]));
    assert.equal(readdirSync(join(corpus, "numbers-all-of-them", "T1-a-b")).length, 1);
  });

  it("names a file that cannot be read, and what to do, and the law is not taken for held", async () => {
    const corpus = freshFolder();
    const folder = join(corpus, "numbers-all-of-them", "T1-small");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1.json"), "{");
    const failure = await failureOf(below(1001, "small"), corpus);
    assert(failure?._tag === "CorpusUnreadable");
    assert(failure.text.includes(join(folder, "1.json")));
    assert.match(failure.text, /mend the file, or delete it$/);
    for (
      const text of [
        "[]",
        '{ "law": "T1/small", "case": 1 }',
        '{ "law": "T1/small", "subject": "numbers/all of them", "case": { "$": "bigint", "is": "x" } }',
      ]
    ) {
      writeFileSync(join(folder, "1.json"), text);
      assert.equal((await failureOf(below(1001, "small"), corpus))?._tag, "CorpusUnreadable", text);
    }
  });

  it("tells of a case that cannot be kept", async () => {
    const save = (one: bigint): unknown => ({ one, why: () => "not data" });
    const failure = await failureOf(below(100, "small", save), freshFolder());
    assert(failure?._tag === "LawBroken");
    assert.match(failure.text, /Not kept .*: a function at why cannot be kept$/);
    const folder = freshFolder();
    writeFileSync(folder, "a file where the directory is to be");
    const other = await corpusIn(folder).keep(below(1, "small"), 1)();
    assert(E.isLeft(other) && other.left.place.startsWith(folder));
  });

  it("is not asked by a run that leads straight to one case", async () => {
    const corpus = freshFolder();
    const first = await failureOf(below(100, "small"), corpus);
    assert(first?._tag === "LawBroken" && first.replay);
    const params = { ...first.replay, corpus: corpusIn(corpus) };
    const again = await checkLaws([below(100, "small")], params)();
    assert(E.isLeft(again) && again.left.failures[0]?._tag === "LawBroken");
    assert.deepEqual(again.left.failures[0].replay, first.replay);
  });
});

describe("the environment", () => {
  it("is read, and a mistake in it is thrown", () => {
    const before = process.env["LEFTFOLD_RUNS"];
    try {
      process.env["LEFTFOLD_RUNS"] = "12";
      const { runs, corpus } = fromEnvironment({ corpus: freshFolder() });
      assert.equal(runs, 12);
      assert(corpus);
      process.env["LEFTFOLD_RUNS"] = "many";
      assert.throws(() => fromEnvironment(), /LEFTFOLD_RUNS is "many"/);
    } finally {
      if (before === undefined) delete process.env["LEFTFOLD_RUNS"];
      else process.env["LEFTFOLD_RUNS"] = before;
    }
  });
});

describe("laws that are asked for by name", () => {
  const laws = [below(1001, "small"), below(1001, "tiny"), {
    ...below(1001, "small"),
    subject: "others",
  }];
  const asked = (law: string): ReadonlyArray<string> => {
    const names: string[] = [];
    let subject = "";
    const describe = (name: string, body: () => void): void => {
      subject = name;
      body();
    };
    const it = (name: string): void => void names.push(`${subject}: ${name.split(":")[0]}`);
    describeLaws(laws, { describe, it }, { law });
    return names;
  };

  it("are those of the id, of the key, or of the key behind its subject", () => {
    assert.deepEqual(asked("T1"), [
      "numbers/all of them: T1/small",
      "numbers/all of them: T1/tiny",
      "others: T1/small",
    ]);
    assert.deepEqual(asked("T1/small"), ["numbers/all of them: T1/small", "others: T1/small"]);
    assert.deepEqual(asked("others T1/small"), [
      "numbers/all of them: has no law that is called others T1/small",
      "others: T1/small",
    ]);
  });
});
