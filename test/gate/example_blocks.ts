/**
 * Finds the examples in pages and in docstrings.
 *
 * A block that opens with ` ```ts ` is an example: it is type-checked, run, and its output compared
 * with what the page shows. ` ```ts continue ` goes on where the block before it ended.
 * ` ```ts ignore: reason ` is neither checked nor run.
 *
 * @module
 */

/** A program of a page. */
export interface Example {
  readonly path: string;
  /** The line of its first statement, counted from 1. */
  readonly line: number;
  /** As many lines as the file had down to its end, so that complaints name the right line. */
  readonly code: string;
  /** What the page says that it prints, in order, one for each call that has a word on it. */
  readonly prints: ReadonlyArray<string>;
}

/** The examples of a file, and what is wrong with its blocks. */
export interface Found {
  readonly examples: ReadonlyArray<Example>;
  readonly complaints: ReadonlyArray<string>;
}

interface Block {
  readonly info: string;
  /** The number of lines before its first one. */
  readonly start: number;
  readonly lines: ReadonlyArray<string>;
}

function blocksOf(lines: ReadonlyArray<string>): ReadonlyArray<Block> {
  const blocks: Block[] = [];
  let open: { info: string; start: number; margin: number } | undefined;
  lines.forEach((line, index) => {
    const fence = line.match(/^(\s*)```(.*)$/);
    if (fence === null) return;
    const [, margin = "", info = ""] = fence;
    if (open === undefined) {
      open = { info: info.trim(), start: index + 1, margin: margin.length };
    } else {
      const { margin, ...block } = open;
      blocks.push({ ...block, lines: lines.slice(open.start, index).map((l) => l.slice(margin)) });
      open = undefined;
    }
  });
  return blocks;
}

/** Only what stands in docstrings; other lines are empty, so that the numbers stay. */
function docstringLines(text: string): ReadonlyArray<string> {
  let isInside = false;
  return text.split("\n").map((line) => {
    const opens = /^\s*\/\*\*(?!\/)/.test(line);
    const shown = isInside ? line.replace(/^\s*\* ?/, "").replace(/\*\/\s*$/, "") : "";
    isInside = (isInside || opens) && !line.includes("*/");
    return shown;
  });
}

/** Printed text as it is compared: quotes and white space do not matter. */
export function normalised(text: string): string {
  return text.replaceAll("'", '"').replace(/\s+/g, " ").trim();
}

/**
 * What a program says that it prints: the comment after a call of `console.log`, or the comment
 * lines right below it.
 */
export function printsOf(code: string): ReadonlyArray<string> {
  const lines = code.split("\n");
  return lines.flatMap((line, index) => {
    const call = line.match(/^\s*console\.log\(.*\);(?:\s*\/\/ (.*))?$/);
    if (call === null) return [];
    if (call[1] !== undefined) return [normalised(call[1])];
    const below = lines.slice(index + 1);
    const end = below.findIndex((next) => !/^\s*\/\/ /.test(next));
    const said = below.slice(0, end < 0 ? below.length : end);
    return said.length === 0
      ? []
      : [normalised(said.map((next) => next.replace(/^\s*\/\/ /, "")).join(" "))];
  });
}

function exampleOf(path: string, blocks: ReadonlyArray<Block>): Example {
  const lines: string[] = [];
  for (const block of blocks) {
    while (lines.length < block.start) lines.push("");
    lines.push(...block.lines);
  }
  const code = `${lines.join("\n")}\n`;
  return { path, line: (blocks[0]?.start ?? 0) + 1, code, prints: printsOf(code) };
}

/** Finds the examples of a page (`.md`) or of a module's docstrings (`.ts`). */
export function examplesIn(path: string, text: string): Found {
  const lines = path.endsWith(".md") ? text.split("\n") : docstringLines(text);
  const programs: Block[][] = [];
  const complaints: string[] = [];
  for (const block of blocksOf(lines)) {
    const place = `${path}:${block.start}`;
    const [language = "", ...words] = block.info.split(/[\s:]+/);
    const last = programs.at(-1);
    if (["typescript", "tsx", "js", "javascript"].includes(language)) {
      complaints.push(`${place}: the block is marked "${language}"; "ts" is checked and run`);
    } else if (language !== "ts") {
      continue;
    } else if (words.length === 0) {
      programs.push([block]);
    } else if (words[0] === "continue" && last !== undefined) {
      last.push(block);
    } else if (words[0] !== "ignore" || words.length === 1) {
      complaints.push(`${place}: "${block.info}" is not ts, ts continue or ts ignore: reason`);
    }
  }
  return { examples: programs.map((blocks) => exampleOf(path, blocks)), complaints };
}

/** What a page promises and the run did not print, in order; none if the page is right. */
export function unprinted(
  prints: ReadonlyArray<string>,
  printed: ReadonlyArray<string>,
): string | undefined {
  let next = 0;
  for (const line of printed) {
    if (normalised(line) === prints[next]) next += 1;
  }
  return prints[next];
}

/** The same for a whole output, in which an object may take several lines. */
export function unprintedIn(prints: ReadonlyArray<string>, output: string): string | undefined {
  let rest = normalised(output);
  for (const print of prints) {
    const at = rest.indexOf(print);
    if (at < 0) return print;
    rest = rest.slice(at + print.length);
  }
  return undefined;
}
