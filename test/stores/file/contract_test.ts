import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../src/run.ts";
import { type FileStoreOptions, openFileStore } from "../../../stores/file/mod.ts";
import type { StoragePort } from "../../../stores/file/storage.ts";
import { memoryStorage } from "../../../stores/storage/memory.ts";
import { directory } from "../../../stores/storage/node.ts";
import { storeContract } from "../../support/store_contract.ts";
import type { OpenedStore } from "../../support/store_contract.ts";

function over(
  place: () => { readonly storage: StoragePort; readonly remove: () => void },
  options: FileStoreOptions,
): () => Promise<OpenedStore> {
  return async () => {
    const { storage, remove } = place();
    const open = () => run(openFileStore(storage, options));
    let store = await open();
    return {
      store,
      reopen: async () => {
        await run(store.close);
        store = await open();
        return store;
      },
      dispose: async () => {
        await run(store.close);
        remove();
      },
    };
  };
}

const inMemory = () => ({ storage: memoryStorage(), remove: () => undefined });

const inFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "leftfold-contract-"));
  return { storage: directory(folder), remove: () => rmSync(folder, { recursive: true }) };
};

const runs = 30;
storeContract("a file store in a directory", over(inFolder, {}), { runs });
storeContract("a file store in memory", over(inMemory, {}), { runs });
// Segments so small that nearly every commit begins one: all that is read is in index runs.
storeContract("a file store of tiny segments", over(inMemory, { segmentBytesMax: 1024 }), { runs });
storeContract("a file store of few terms", over(inMemory, { activeTermsMax: 3 }), { runs });
storeContract("a file store that flushes later", over(inMemory, { durability: "os" }), { runs });
storeContract("a file store that promises nothing", over(inMemory, { durability: "none" }), {
  runs,
});
