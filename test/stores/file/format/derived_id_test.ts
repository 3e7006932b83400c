import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { derivedIds } from "../../../../stores/file/format/derived_id.ts";

const position = fc.integer({ min: 1, max: 2 ** 48 - 1 });

test("an event that nobody named has an id of its own, always the same", () => {
  const store = new Uint8Array(16).fill(0xff);
  const ids = derivedIds(store);
  const others = derivedIds(new Uint8Array(16));
  fc.assert(fc.property(position, (position) => {
    const id = ids.event(position);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(id, derivedIds(store).event(position));
    assert.equal(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16), position);
    assert.notEqual(id, others.event(position));
    assert.equal(ids.commit(position), `commit-${id}`);
  }));
});
