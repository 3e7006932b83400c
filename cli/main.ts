#!/usr/bin/env node
/**
 * The `leftfold` command.
 *
 *     leftfold import events.ndjson.gz --store data/events
 *     leftfold read --store data/events --category show --limit 10
 *
 * @module
 */
import { createRequire } from "node:module";
import process from "node:process";
import { command } from "./command.ts";
import { interruptionOf } from "./interruption.ts";

const interruption = interruptionOf();
// The manifest is ours, and has a version.
const { version } = createRequire(import.meta.url)("leftfold/package.json") as {
  readonly version: string;
};
const { stdin, stdout, stderr } = process;
const exitCode = await command(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  interruption,
  environment: process.env,
  version,
});
process.exitCode = exitCode;
// All is written, and the store is closed; what still waits, such as the input, has no use any more.
if (interruption.by() !== undefined) process.exit(exitCode);
