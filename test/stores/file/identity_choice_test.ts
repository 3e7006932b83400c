import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { left, right } from "fp-ts/lib/Either.js";
import { printName } from "../../../stores/file/format/layout.ts";
import { HASH_SHA256, type StoreIdentity } from "../../../stores/file/format/store_file.ts";
import {
  chooseIdentity,
  type IdentityChoice,
  type SaidIn,
} from "../../../stores/file/identity_choice.ts";

/** What is found of a file: a store, bytes that are none, or a store of a newer program. */
type Content = "a" | "b" | "c" | "torn" | "newer";

const idOf = (store: string): Uint8Array => new Uint8Array(16).fill(store.charCodeAt(0));

const identityOf = (store: string): StoreIdentity => ({
  storeId: idOf(store),
  created: 1,
  hashKey: new Uint8Array(16),
  hashMode: HASH_SHA256,
  segmentBytesMax: 1024,
});

function said(content: Content, at: number, all: ReadonlyArray<Content>): SaidIn {
  const file = printName({ kind: "store", attempt: all.length - at });
  if (content === "newer") return { file, content: left({ _tag: "NewerStore", found: 2 }) };
  return content === "torn"
    ? { file, content: left({ _tag: "BadStoreFile", offset: 508, found: "another checksum" }) }
    : { file, content: right(identityOf(content)) };
}

/** What is chosen among files, the newest first. */
function chosen(
  contents: ReadonlyArray<Content>,
  named?: "a" | "b" | "c",
  isDamaged = false,
): string {
  const choice: IdentityChoice = chooseIdentity({
    said: contents.map(said),
    named: named === undefined ? undefined : idOf(named),
    isDamaged,
  });
  switch (choice._tag) {
    case "Said":
      return `${choice.file} ${String.fromCharCode(choice.identity.storeId[0]!)}`;
    case "Open":
      return `open ${choice.last ? String.fromCharCode(choice.last.storeId[0]!) : "-"}`;
    case "Damaged":
      return `damaged ${choice.file}`;
    case "Newer":
      return `newer ${choice.file}`;
  }
}

describe("what a store is", () => {
  test("is what the newest segment names, whoever said something later", () => {
    assert.equal(chosen(["a"], "a"), "STORE a");
    assert.equal(chosen(["b", "a"], "a"), "STORE a");
    assert.equal(chosen(["b", "a"], "b"), "STORE-0000000002 b");
    assert.equal(chosen(["torn", "a", "torn"], "a"), "STORE-0000000002 a");
  });

  test("is open as long as no segment has come to be", () => {
    assert.equal(chosen([]), "open -");
    assert.equal(chosen(["torn"]), "open -");
    assert.equal(chosen(["torn", "b", "a"]), "open b");
  });

  test("is damaged where there are segments, and nothing says what they name", () => {
    assert.equal(chosen([], "a"), "damaged STORE");
    assert.equal(chosen(["torn"], "a"), "damaged STORE");
    assert.equal(chosen(["torn", "b"], "a"), "damaged STORE-0000000002");
    assert.equal(chosen(["torn"], undefined, true), "damaged STORE");
  });

  test("is what was said last where it is the segments that are damaged", () => {
    assert.equal(chosen(["a"], undefined, true), "STORE a");
    assert.equal(chosen(["b", "torn", "a"], undefined, true), "STORE-0000000003 b");
    assert.equal(chosen(["b"], "a"), "STORE b", "whoever reads the segments says so");
    assert.equal(chosen(["a"], "a", true), "STORE a");
  });

  test("is not to be told where a newer program has said it", () => {
    assert.equal(chosen(["newer", "a"], "a"), "newer STORE-0000000002");
    assert.equal(chosen(["newer"]), "newer STORE");
  });

  test("does not change by whatever else is said, once a segment names what is there", () => {
    const other = fc.constantFrom<Content>("b", "c", "torn");
    fc.assert(
      fc.property(fc.array(other), fc.array(other), fc.boolean(), (later, earlier, isBad) => {
        const all: ReadonlyArray<Content> = [...later, "a", ...earlier];
        assert.match(chosen(all, "a", isBad), / a$/);
      }),
    );
  });
});
