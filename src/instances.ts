/**
 * A state for each key, as an immutable map: what `many` keeps.
 *
 * A hash array mapped trie (Phil Bagwell, "Ideal Hash Trees", 2001), 32 ways wide. A change copies
 * the path to one key, so its cost grows with the depth of the trie (4 for a million keys) and not
 * with the number of keys, and every older state stays what it was.
 *
 * Equal contents have equal structure, whatever order they came in: nothing is ever removed, and
 * keys of one hash are kept sorted. So structural comparison works, and iteration has one order for
 * one set of keys, an order of the trie's own.
 *
 * @module
 */

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A state for each key. `get` gives the initial state where there is none. */
export interface Instances<State> extends Iterable<readonly [key: string, state: State]> {
  readonly get: (key: string) => State;
  readonly has: (key: string) => boolean;
  readonly size: number;
}

interface Leaf<State> {
  readonly hash: number;
  readonly key: string;
  readonly state: State;
}

/** Keys of one and the same hash, sorted. */
interface Clash<State> {
  readonly hash: number;
  readonly leaves: ReadonlyArray<Leaf<State>>;
}

interface Branch<State> {
  /** Bit n is set if there is a child for the digit n; the children stand in that order. */
  readonly digits: number;
  readonly children: ReadonlyArray<Node<State>>;
}

type Node<State> = Leaf<State> | Clash<State> | Branch<State>;

/** What an {@linkcode Instances} is inside. The methods are its prototype's, so that equal states compare equal. */
interface Trie<State> extends Instances<State> {
  readonly root: Branch<State>;
  readonly absent: State;
}

const digitBits = 5;
const digitMask = 31;
const emptyBranch: Branch<never> = { digits: 0, children: [] };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** No instance yet. */
export function noInstances<State>(initialState: State): Instances<State> {
  return trie(emptyBranch, 0, initialState);
}

/** Another state for one key. The same object, if the state is the same object already. */
export function withInstance<State>(
  instances: Instances<State>,
  key: string,
  state: State,
): Instances<State> {
  // `Instances` has one implementation, this one; the interface only hides its inside.
  const { root, size, absent } = instances as Trie<State>;
  const leaf = { hash: hashOf(key), key, state };
  const next = branchWith(root, leaf, 0);
  if (next === root) return instances;
  return trie(next, instances.has(key) ? size : size + 1, absent);
}

function trie<State>(root: Branch<State>, size: number, absent: State): Instances<State> {
  // The literal's prototype is the methods; the compiler takes `__proto__` for a field.
  return { __proto__: methods, root, size, absent } as unknown as Instances<State>;
}

const methods = {
  get<State>(this: Trie<State>, key: string): State {
    const leaf = leafOf(this.root, key);
    return leaf === undefined ? this.absent : leaf.state;
  },
  has<State>(this: Trie<State>, key: string): boolean {
    return leafOf(this.root, key) !== undefined;
  },
  [Symbol.iterator]<State>(this: Trie<State>): Iterator<readonly [string, State]> {
    return entriesOf(this.root);
  },
};

// ---------------------------------------------------------------------------
// combinators
// ---------------------------------------------------------------------------

function branchWith<State>(branch: Branch<State>, leaf: Leaf<State>, shift: number): Branch<State> {
  const bit = 1 << ((leaf.hash >>> shift) & digitMask);
  const at = ones(branch.digits & (bit - 1));
  if ((branch.digits & bit) === 0) {
    const children: Array<Node<State>> = branch.children.slice();
    children.splice(at, 0, leaf);
    return { digits: branch.digits | bit, children };
  }
  // The digit's bit is set, so there is a child at its place.
  const child = branch.children[at] as Node<State>;
  const next = nodeWith(child, leaf, shift + digitBits);
  if (next === child) return branch;
  const children = branch.children.slice();
  children[at] = next;
  return { digits: branch.digits, children };
}

function nodeWith<State>(node: Node<State>, leaf: Leaf<State>, shift: number): Node<State> {
  if ("children" in node) return branchWith(node, leaf, shift);
  if (node.hash !== leaf.hash) return branchWith(branchOf(node, shift), leaf, shift);
  if ("leaves" in node) return clashWith(node, leaf);
  if (node.key !== leaf.key) return clashWith({ hash: node.hash, leaves: [node] }, leaf);
  return Object.is(node.state, leaf.state) ? node : leaf;
}

function branchOf<State>(node: Leaf<State> | Clash<State>, shift: number): Branch<State> {
  return { digits: 1 << ((node.hash >>> shift) & digitMask), children: [node] };
}

function clashWith<State>(clash: Clash<State>, leaf: Leaf<State>): Clash<State> {
  const old = clash.leaves.find((other) => other.key === leaf.key);
  if (old !== undefined && Object.is(old.state, leaf.state)) return clash;
  const others = clash.leaves.filter((other) => other.key !== leaf.key);
  return { hash: clash.hash, leaves: [...others, leaf].sort((a, b) => a.key < b.key ? -1 : 1) };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

function leafOf<State>(root: Branch<State>, key: string): Leaf<State> | undefined {
  const hash = hashOf(key);
  let node: Node<State> = root;
  for (let shift = 0; "children" in node; shift += digitBits) {
    const bit = 1 << ((hash >>> shift) & digitMask);
    if ((node.digits & bit) === 0) return undefined;
    // The digit's bit is set, so there is a child at its place.
    node = node.children[ones(node.digits & (bit - 1))] as Node<State>;
  }
  if ("leaves" in node) return node.leaves.find((leaf) => leaf.key === key);
  return node.key === key ? node : undefined;
}

function* entriesOf<State>(
  node: Node<State>,
): Generator<readonly [string, State], void, undefined> {
  if ("key" in node) yield [node.key, node.state];
  else for (const child of "leaves" in node ? node.leaves : node.children) yield* entriesOf(child);
}

/** How many bits are set. */
function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const quads = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((quads + (quads >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** FNV-1a over UTF-16 units, then mixed as MurmurHash3 ends, so that near keys part at the top. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
