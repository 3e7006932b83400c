/**
 * What is read-only all the way down, as a type. Nothing is frozen at run time.
 *
 * @module
 */

/** Any function, for constraints. */
export type AnyFunction = (...args: never) => unknown;

/**
 * Read-only all the way down. What has methods (a date, a decimal, bytes) stays as it is, because
 * a mapped type would lose its private fields, and with them its identity.
 *
 * `unknown` and `any` pass through; so do branded numbers and strings, which extend their base.
 */
export type Frozen<T> = unknown extends T ? T
  : T extends string | number | boolean | bigint | symbol | null | undefined | AnyFunction ? T
  : T extends ReadonlyArray<infer Item> ? number extends T["length"] ? ReadonlyArray<Frozen<Item>>
    : { readonly [K in keyof T]: Frozen<T[K]> }
  : T extends ReadonlyMap<infer K, infer V> ? ReadonlyMap<K, Frozen<V>>
  : T extends ReadonlySet<infer V> ? ReadonlySet<Frozen<V>>
  : [Methods<T>] extends [never] ? { readonly [K in keyof T]: Frozen<T[K]> }
  : T;

/** The names of the methods of a type. A field of type `unknown` is none. */
export type Methods<T> = {
  [K in keyof T]-?: unknown extends T[K] ? never
    : NonNullable<T[K]> extends AnyFunction ? K
    : never;
}[keyof T];
