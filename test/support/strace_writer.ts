/**
 * A process that appends a small commit and then one larger than a group, and says so on standard
 * output once each is acknowledged. Arguments: the directory and the durability.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import { run } from "../../src/run.ts";
import { type Durability, openFileStore } from "../../stores/file/mod.ts";
import { directory } from "../../stores/storage/node.ts";

const [place = "", durability = ""] = process.argv.slice(2);
// The test gives one of them.
const store = await run(openFileStore(directory(place), { durability: durability as Durability }));
writeSync(1, "opened\n");
for (const [said, length] of [["small", 10], ["large", 1_500_000]] as const) {
  const event = { type: "Said", schemaVersion: 1, data: "a".repeat(length), tags: [] };
  await run(store.append({ writes: [{ stream: "show-1", expected: "any", events: [{ event }] }] }));
  writeSync(1, `${said}\n`);
}
await run(store.close);
