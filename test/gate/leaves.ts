/**
 * Reads what the three test runners report, and finds the leaves: the tests that hold no tests.
 *
 * The runners count differently, so that their own totals cannot be compared: Deno counts only
 * tests at the top, Node counts a parent beside its children, and Bun does not see the children.
 *
 * @module
 */

/** A test without tests in it, and what came of it. */
export interface Leaf {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped, where the runner tells. */
  readonly reason: string;
}

/** A report: the leaves, and the files from which at least one test was run. */
export interface Report {
  readonly leaves: ReadonlyArray<Leaf>;
  readonly files: ReadonlySet<string>;
}

/** Several reports as one. */
export function allOf(reports: ReadonlyArray<Report>): Report {
  return {
    leaves: reports.flatMap(({ leaves }) => leaves),
    files: new Set(reports.flatMap(({ files }) => [...files])),
  };
}

/**
 * Reads the lines of `node_reporter.mjs` on one file. A parent comes after its children, one level
 * up. Node tells where a test was made, which may be another file than the one that was run.
 */
export function readNodeReport(file: string, lines: string): Report {
  const leaves: Leaf[] = [];
  let before = 0;
  for (const line of lines.split("\n").filter((text) => text !== "")) {
    // The reporter beside this file wrote the line.
    const { type, name, nesting, isSuite, skip, todo } = JSON.parse(line) as {
      readonly type: "test:pass" | "test:fail";
      readonly name: string;
      readonly nesting: number;
      readonly isSuite: boolean;
      readonly skip?: string | boolean;
      readonly todo?: string | boolean;
    };
    const isParent = isSuite || before === nesting + 1;
    before = nesting;
    if (isParent && type === "test:pass") continue;
    const setAside = skip ?? todo;
    const isSkipped = setAside !== undefined && setAside !== false;
    leaves.push({
      name,
      outcome: isSkipped ? "skipped" : type === "test:pass" ? "passed" : "failed",
      reason: typeof setAside === "string" ? setAside : "",
    });
  }
  return { leaves, files: new Set(leaves.length > 0 ? [file] : []) };
}

interface TestCase {
  readonly attributes: ReadonlyMap<string, string>;
  readonly body: string;
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

function testCases(junit: string): ReadonlyArray<TestCase> {
  const cases = junit.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].map(([, head = "", body = ""]) => ({
    attributes: new Map(
      [...head.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
        key,
        value.replace(/&\w+;/g, (entity) => entities[entity] ?? entity),
      ]),
    ),
    body,
  }));
}

function outcomeOf(body: string): Leaf["outcome"] {
  if (/<(failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
}

function leafOf({ attributes, body }: TestCase): Leaf {
  return { name: attributes.get("name") ?? "", outcome: outcomeOf(body), reason: "" };
}

/**
 * Reads Deno's JUnit file, in which a step is called `test > step`, and what Deno printed: only
 * there it tells the file of a test that was made elsewhere.
 */
export function readDenoReport(junit: string, printed: string): Report {
  const leaves = testCases(junit).map(leafOf);
  const parents = new Set(
    leaves.flatMap(({ name }) => {
      const steps = name.split(" > ");
      return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join(" > "));
    }),
  );
  const running = printed.matchAll(/^running [1-9]\d* tests? from (?:\.\/)?(.+)$/gm);
  return {
    leaves: leaves.filter(({ name, outcome }) => !parents.has(name) || outcome === "failed"),
    files: new Set([...running].map(([, file = ""]) => file)),
  };
}

/** Reads Bun's JUnit file. Bun does not report what `t.test` runs, only the test around it. */
export function readBunReport(junit: string): Report {
  const cases = testCases(junit);
  return {
    leaves: cases.map(leafOf),
    files: new Set(cases.map(({ attributes }) => attributes.get("file") ?? "")),
  };
}
