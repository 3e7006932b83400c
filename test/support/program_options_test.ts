import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program of the project on Node, as its script does. */
function ran(program: string, ...args: ReadonlyArray<string>): [number | null, string, string] {
  const { status, stdout, stderr } = spawnSync("node", ["--import", "tsx", program, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return [status, stdout, stderr];
}

describe("a program of the project", () => {
  for (const program of ["test/gate/main.ts", "test/soak.ts", "test/campaign/main.ts"]) {
    it(`says what it can do: ${program}`, () => {
      const [code, help, errors] = ran(program, "--help");
      assert.deepEqual([code, errors], [0, ""]);
      assert.match(help, /^ {4}npm (test|run \w+)/m);
      assert.doesNotMatch(help, /@module|^ \*/m);
      const [wrong, out, told] = ran(program, "--hepl");
      assert.deepEqual([wrong, out], [2, ""]);
      assert.match(told, /'--hepl'/);
      assert.doesNotMatch(told, /^\s+at /m);
    });
  }
});
