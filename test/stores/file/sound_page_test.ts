import assert from "node:assert/strict";
import { test } from "node:test";
import { segmentName } from "../../../stores/file/format/layout.ts";
import { readingOf, smallStore } from "../../support/closed_store.ts";

for (const query of [{}, { stream: "a-1" }]) {
  test(`what is sound before damage is read, query ${JSON.stringify(query)}`, async () => {
    const { files, records } = await smallStore();
    const name = segmentName(2, 1);
    const bytes = Uint8Array.from(files.get(name)!);
    bytes[bytes.length - 100]! ^= 1;
    const damaged = new Map([...files, [name, bytes]]);
    const reading = await readingOf(damaged, query);
    const fault = reading.fault;
    assert(fault?._tag === "Corrupt", JSON.stringify(fault));
    assert.equal(fault.file, name);
    assert(fault.offset <= bytes.length - 100);
    const wanted = records.filter((one) =>
      query.stream === undefined || one.stream === query.stream
    );
    assert(reading.records.length > 0 && reading.records.length < wanted.length);
    assert.deepEqual(reading.records, wanted.slice(0, reading.records.length));
  });
}
