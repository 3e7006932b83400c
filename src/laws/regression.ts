/**
 * Regression tests: a case that broke a law, as a test to be pasted.
 *
 * @module
 */
import { codeOf } from "./code.ts";
import { keyOf, type LawName } from "./law.ts";
import type { Source } from "./source.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A case of a law, and where the law comes from. */
export interface Regression {
  readonly law: LawName;
  readonly subject: string;
  /** The case, as `judge` takes it. */
  readonly saved: unknown;
  /** The function that makes the law of a specification, as `"deciderLaws"`; none if none does. */
  readonly maker: string | undefined;
  /** Where the laws may come from; the first that says enough is taken. */
  readonly sources: ReadonlyArray<Source>;
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/**
 * A test that judges the case again: it fails for as long as the law is broken by it. Where nobody
 * has said what to import, a line says what to put there.
 *
 * Law (the same reason): written to a file and run, it fails, and for this law.
 */
export function regressionTest({ law, subject, saved, maker, sources }: Regression): string {
  const source = sources.find((one) => "laws" in one || maker !== undefined);
  const { from, imported, made, laws, note } = importsOf(subject, maker, source);
  const kit = ["expectLaw", ...made].sort().join(", ");
  const key = keyOf(law);
  return [
    `import { it } from ${JSON.stringify(source?.runner ?? "node:test")};`,
    `import { ${kit} } from "leftfold/laws";`,
    ...note,
    `import { ${imported} } from ${JSON.stringify(from)};`,
    "",
    `const found = ${codeOf(saved)};`,
    "",
    `it(${JSON.stringify(`${subject} obeys ${key}: ${law.title}`)}, () =>`,
    `  expectLaw(${laws}, ${JSON.stringify(key)}, found));`,
  ].join("\n");
}

/** What a test imports, and how it says the laws. */
interface Imports {
  readonly from: string;
  readonly imported: string;
  /** What it needs of the kit besides. */
  readonly made: ReadonlyArray<string>;
  readonly laws: string;
  readonly note: ReadonlyArray<string>;
}

function importsOf(
  subject: string,
  maker: string | undefined,
  source: Source | undefined,
): Imports {
  if (source && "laws" in source) {
    const { from, laws } = source;
    return { from, imported: laws, made: [], laws, note: [] };
  }
  if (source && maker !== undefined) {
    const { from, spec } = source;
    return { from, imported: spec, made: [maker], laws: `${maker}(${spec})`, note: [] };
  }
  const note = [`// Put in here where the laws of ${JSON.stringify(subject)} are exported.`];
  return { from: "./your_laws.ts", imported: "yourLaws", made: [], laws: "yourLaws", note };
}
