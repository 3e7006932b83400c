/**
 * Which tests see a planted bug: for whoever enters one, or looks for the test that keeps a rule.
 *
 *     npm run planted                                          the names of all bugs
 *     npm run planted -- "takes a short write"                 a bug, under the test meant for it
 *     npm run planted -- "takes a short write" test/a_test.ts  under every test of some files
 *
 * The exit code is 0 if each bug was seen, 1 if one was not, 2 if there is no such bug or file.
 *
 * @module
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { workshop } from "./broken_build.ts";
import { catalogue } from "./catalogue.ts";
import { tryBuild } from "./trial.ts";

const [name, ...files] = process.argv.slice(2);

if (name === undefined) {
  for (const bug of catalogue) console.log(`${bug.name}\n    ${bug.rule}`);
  process.exit(0);
}
const bugs = catalogue.filter((bug) => bug.name.includes(name));
const missing = files.find((file) => !existsSync(file));
if (bugs.length === 0 || missing !== undefined) {
  console.error(
    missing === undefined
      ? `No planted bug has "${name}" in its name; npm run planted lists them`
      : `There is no test file ${missing}; give its path from the project's root`,
  );
  process.exit(2);
}

const place = workshop();
let unseen = 0;
for (const bug of bugs) {
  const { caughtBy } = bug;
  console.log(bug.name);
  let seen = 0;
  for (const file of files.length === 0 ? [caughtBy.file] : files) {
    const tests = files.length === 0 ? [caughtBy.test] : [];
    const { red, green } = await tryBuild(await place.make(file, bug), tests);
    seen += red.length;
    for (const { test, why } of red) {
      console.log(`  red    ${test}\n         ${why.split("\n")[0]}`);
    }
    if (tests.length > 0) { for (const test of green) console.log(`  green  ${test}`); }
  }
  if (seen === 0) unseen += 1;
}
await place.remove();
process.exitCode = unseen > 0 ? 1 : 0;
