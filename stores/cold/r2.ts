/**
 * A cold tier in a bucket of Cloudflare R2 that a Worker is bound to.
 *
 * @module
 */
import type { ColdTier } from "../file/archive/cold_tier.ts";

/** What is asked of a bucket: a part of what a Worker's binding is. */
export interface Bucket {
  readonly put: (
    key: string,
    value: Uint8Array,
    options: { readonly onlyIf: { readonly etagDoesNotMatch: string } },
  ) => Promise<unknown>;
  readonly get: (
    key: string,
    options: { readonly range: { readonly offset: number; readonly length: number } },
  ) => Promise<{ readonly arrayBuffer: () => Promise<ArrayBuffer> } | null>;
  readonly head: (key: string) => Promise<{ readonly size: number } | null>;
  readonly list: (options: { readonly prefix: string; readonly cursor?: string }) => Promise<{
    readonly objects: ReadonlyArray<{ readonly key: string }>;
    readonly truncated: boolean;
    readonly cursor?: string;
  }>;
  readonly delete: (key: string) => Promise<void>;
}

/** Where in a bucket. */
export interface R2Options {
  /** What the keys of this store begin with, such as `"orders/"`. Each store needs its own. */
  readonly prefix?: string;
  /** For messages. `"R2"` if it is left out. */
  readonly place?: string;
}

/**
 * Keeps archives in a bucket. R2 creates only what is not there yet, and is consistent: what is
 * stored is read by everybody.
 *
 * @example A bucket that a Worker is bound to
 * ```ts ignore: it needs a Worker
 * import { r2 } from "leftfold/cold/r2";
 *
 * const tier = r2(env.BUCKET, { prefix: "orders/" });
 * ```
 */
export function r2(bucket: Bucket, { prefix = "", place = "R2" }: R2Options = {}): ColdTier {
  return {
    place: `${place}/${prefix}`,
    put: async (name, parts) => {
      const onlyIf = { etagDoesNotMatch: "*" };
      // A condition that does not hold is answered with nothing.
      const stored = await bucket.put(prefix + name, joined(parts), { onlyIf });
      return stored === null ? "exists" : "stored";
    },
    read: async (name, at, size) => {
      // A range of nothing cannot be said.
      if (size === 0) return new Uint8Array();
      const range = { offset: at, length: size };
      try {
        const found = await bucket.get(prefix + name, { range });
        return found === null ? "missing" : new Uint8Array(await found.arrayBuffer());
      } catch (cause) {
        // A range behind the end is an error that says nothing.
        const found = await bucket.head(prefix + name);
        if (found !== null && at >= found.size) return new Uint8Array();
        throw cause;
      }
    },
    size: async (name) => (await bucket.head(prefix + name))?.size ?? "missing",
    list: async () => {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
        names.push(...page.objects.map(({ key }) => key.slice(prefix.length)));
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
      return names;
    },
    remove: (name) => bucket.delete(prefix + name),
  };
}

function joined(parts: ReadonlyArray<Uint8Array>): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
