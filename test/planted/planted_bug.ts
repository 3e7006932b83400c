/**
 * Planted bugs: one line of a protocol taken out of the store, and the check that has to notice.
 *
 * A rule that can be deleted without a red test is a rule that nobody keeps. So each rule of the
 * protocols has an entry here, made of the very text that carries it out. The product knows nothing
 * of all this: a broken store exists only in a build that is made for a test and thrown away.
 *
 * @module
 */

/** A deliberate bug, as an edit of one source file. */
export interface PlantedBug {
  /** What the broken store does. Unique. */
  readonly name: string;
  /** The rule that is taken out, in the words of `ARCHITECTURE.md`. */
  readonly rule: string;
  /** The file that is edited, from the project's root. */
  readonly file: string;
  /** The text that carries the rule out, and what stands there in the broken store. */
  readonly edits: ReadonlyArray<Edit>;
  readonly caughtBy: Check;
}

/** A text that stands in the file exactly once, and what takes its place. */
export type Edit = readonly [find: string, replace: string];

/** What is meant to notice a bug. */
export interface Check {
  /** A test file, from the project's root. */
  readonly file: string;
  /** The test in it, with the names of the groups around it: `"group > test"`. */
  readonly test: string;
}

/** The source with the bug in it. A text that is not there, or there twice, is a stale entry. */
export function plant({ name, file, edits }: PlantedBug, source: string): string {
  return edits.reduce((text, [find, replace]) => {
    const places = text.split(find).length - 1;
    if (places !== 1) {
      throw new Error(
        `the planted bug "${name}" wants a text once in ${file} and finds it ${places} times: the ` +
          `rule has moved; find it, and enter it anew in test/planted. The text is\n${find}`,
      );
    }
    // As a function, so that no `$` in the text means anything.
    return text.replace(find, () => replace);
  }, source);
}
