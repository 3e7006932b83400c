/**
 * The campaigns of `test/crash` and `test/campaign` at full length: processes that are killed,
 * stopped and traced, random histories, and lives on a simulated disk; the bugs that are planted for
 * the laws, from every seed; and a million cases of laws over domains that are right. The gate runs
 * short ones.
 *
 *     npm run soak                        every campaign, with a seed of its own choice
 *     npm run soak -- --seed 20260731     the same campaign again
 *     npm run soak -- kill laws/walk      some of them
 *
 * One line for each, and `N passed, N failed` at the end. The exit code is 0 if all passed, 1 if
 * something failed, 2 if there is no such campaign.
 *
 * @module
 */
import { command, endAll } from "./gate/command.ts";
import { findTests } from "./gate/files.ts";
import { preload, seeded } from "./gate/runtimes.ts";
import { programOptions } from "./support/program_options.ts";

const SECONDS_MAX = 1_800;

/** What the paths of campaigns begin with. */
const places: ReadonlyArray<string> = [
  "test/crash/",
  "test/campaign/",
  "test/laws/walk",
  "test/laws/planted/",
  "test/laws/quiet",
  "test/examples/domains/expense_declaration",
  "test/laws/regression",
];

/** The files of the campaigns that are wanted. */
function choose(names: ReadonlyArray<string>): ReadonlyArray<string> {
  const all = findTests().filter((path) => places.some((place) => path.startsWith(place)));
  const unknown = names.find((name) => !all.includes(fileOf(name)));
  if (unknown !== undefined) {
    const known = all.map((path) => path.replace(/^test\/(?:crash\/)?(.*)_test\.ts$/, "$1"));
    console.error(`No campaign is called "${unknown}"; there are ${known.join(", ")}`);
    process.exit(2);
  }
  return names.length === 0 ? all : names.map(fileOf);
}

function fileOf(name: string): string {
  return name.includes("/") ? `test/${name}_test.ts` : `test/crash/${name}_test.ts`;
}

/** Runs a campaign, tells what came of it, and gives whether it passed. */
async function run(file: string, seed: number): Promise<boolean> {
  const begun = performance.now();
  const args = ["--import", "tsx", "--import", preload, "--test", "--test-reporter=tap", file];
  const env = { LEFTFOLD_SOAK: "1", ...seeded(seed).env };
  const { code, stdout, output } = await command(process.execPath, args, {
    env,
    secondsMax: SECONDS_MAX,
  });
  const isGreen = code === 0 && / pass [1-9]/.test(stdout);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(7);
  const figures = stdout.split("\n").filter((line) => line.startsWith("# seed "))
    .map((line) => line.slice(2));
  console.log([`${isGreen ? "PASS" : "FAIL"} ${seconds} s  ${file}`, ...figures].join("  "));
  if (!isGreen) console.log(output);
  return isGreen;
}

const { values, positionals } = programOptions(new URL(import.meta.url), {
  options: { seed: { type: "string" } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isSafeInteger(seed)) {
  console.error(`The seed is "${values.seed}"; give a whole number`);
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endAll();
    process.exit(130);
  });
}

const files = choose(positionals);
console.log(`seed ${seed}`);
let passed = 0;
// One after the other: they compete for the disk, and leases for the clock.
for (const file of files) if (await run(file, seed)) passed += 1;
console.log(`${passed} passed, ${files.length - passed} failed`);
process.exitCode = passed === files.length ? 0 : 1;
