/**
 * Reading a whole store, and holding what its index says against a scan.
 *
 * @module
 */
import type { EventStore } from "../../src/event_store.ts";
import { matches, type Query } from "../../src/query.ts";
import type { Encoded, Recorded } from "../../src/record.ts";
import { run } from "../../src/run.ts";
import { categoryOf } from "../../src/stream.ts";
import { type StoragePort, verifyStore } from "../../stores/file/mod.ts";
import { hashOfRecords, type Random } from "./kill_commits.ts";
import type { Checked, Found } from "./kill_lines.ts";

type StoredRecord = Recorded<Encoded>;

/** Every record that matches, page after page. */
export async function allOf(
  store: EventStore,
  query: Query,
  direction: "forward" | "backward" = "forward",
): Promise<ReadonlyArray<StoredRecord>> {
  const records: StoredRecord[] = [];
  let page = await run(store.read(query, { direction }));
  for (;;) {
    records.push(...page.records);
    if (page.next._tag === "None") return records;
    page = await run(page.next.value);
  }
}

/** The key that an event carries. */
function keyIn({ event }: StoredRecord): string {
  // All events of these campaigns are made by `commitOf`.
  return (event.data as { readonly key: string }).key;
}

/** The commits of a log, out of its records. */
export function commitsOf(records: ReadonlyArray<StoredRecord>): ReadonlyArray<Found> {
  const commits: StoredRecord[][] = [];
  for (const record of records) {
    const last = commits.at(-1);
    if (last?.[0]?.commitId === record.commitId) last.push(record);
    else commits.push([record]);
  }
  return commits.map((members) => {
    const [first, last] = [members[0], members.at(-1)];
    if (!first || !last) throw new Error("a commit without a record");
    const versions = new Map<string, number[]>();
    for (const { stream, version } of members) {
      versions.set(stream, [...versions.get(stream) ?? [], version]);
    }
    const key = keyIn(first);
    return {
      tag: "found",
      key,
      commitId: first.commitId,
      first: first.position,
      last: last.position,
      versions: [...versions],
      hash: hashOfRecords(key, members),
    };
  });
}

/** Reads a store whole, tells of each commit, and says what only a reader can see to be wrong. */
export async function checkStore(
  store: EventStore,
  storage: StoragePort,
  random: Random,
  told: (found: Found) => void,
): Promise<Checked> {
  const records = await allOf(store, {});
  for (const commit of commitsOf(records)) told(commit);
  const problems = await indexProblems(store, records, random);
  const { problems: damage, segments, torn } = await run(verifyStore(storage));
  for (const { file, offset, wanted, found } of damage) {
    problems.push(`verifyStore: ${file} at ${offset}: wanted ${wanted}, found ${found}`);
  }
  const ids = new Set(records.map(({ id }) => id));
  if (ids.size !== records.length) problems.push("two events have one id");
  return { tag: "checked", head: await run(store.head), segments, torn: torn.length, problems };
}

/** Answers of the index that differ from those of a scan: of some terms, and of the list of streams. */
async function indexProblems(
  store: EventStore,
  records: ReadonlyArray<StoredRecord>,
  random: Random,
): Promise<string[]> {
  const problems: string[] = [];
  for (const query of someQueries(records, random)) {
    const isWanted = matches(query);
    const wanted = records
      .filter(({ stream, event, tags }) => isWanted({ stream, type: event.type, tags }))
      .map(({ position }) => position);
    const forward = (await allOf(store, query)).map(({ position }) => position);
    const backward = (await allOf(store, query, "backward")).map(({ position }) => position);
    if (String(forward) !== String(wanted) || String(backward.reverse()) !== String(wanted)) {
      problems.push(`the index answers ${JSON.stringify(query)} otherwise than a scan`);
    }
  }
  const wanted = new Map(records.map(({ stream, version }) => [stream, version]));
  const listed = new Map<string, number>();
  let page = await run(store.streams());
  for (let last = page.at(-1); last; last = page.at(-1)) {
    for (const { stream, version } of page) listed.set(stream, version);
    page = await run(store.streams("", last.stream));
  }
  if (listed.size !== wanted.size) {
    problems.push(`${listed.size} streams instead of ${wanted.size}`);
  }
  for (const [stream, version] of wanted) {
    if (listed.get(stream) !== version) problems.push(`${stream} is listed as another`);
  }
  return problems;
}

function someQueries(records: ReadonlyArray<StoredRecord>, random: Random): ReadonlyArray<Query> {
  const absent: Query[] = [{ stream: "seat-none" }, { tags: ["nobody"] }];
  if (records.length === 0) return absent;
  const some = Array.from({ length: 8 }, () => random.oneOf(records));
  return [
    ...absent,
    ...some.map(({ stream }): Query => ({ stream })),
    ...some.slice(0, 3).map(({ tags }): Query => ({ tags })),
    ...some.slice(0, 2).map(({ stream, event }): Query => ({
      ...categoryOf(stream) === undefined ? { stream } : { category: categoryOf(stream) ?? "" },
      types: [event.type],
    })),
  ];
}
