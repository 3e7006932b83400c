/**
 * A cold tier in object storage that speaks S3: of Amazon, Cloudflare R2, Ceph and others.
 *
 * @module
 */
import { type Either, left, right } from "fp-ts/lib/Either.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";
import type { ColdUnavailable, Refused } from "../../src/fault.ts";
import type { ColdTier } from "../file/archive/cold_tier.ts";
import { type Answer, type Ask, requester, serverError } from "./s3_request.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** Where in which object storage, and who asks. */
export interface S3Options {
  readonly bucket: string;
  /** What the keys of this store begin with, such as `"orders/"`. Each store needs its own. */
  readonly prefix?: string;
  /** Where the server is, such as `"https://<account>.r2.cloudflarestorage.com"`. Amazon's if left out. */
  readonly endpoint?: string;
  /** `"us-east-1"` if left out. */
  readonly region?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Whether archives are made, or only read: then the rights to read and to list do. `"write"` if left out. */
  readonly access?: "write" | "read";
  /** How long a request may take, in milliseconds, before it is given up: 30,000 if left out. */
  readonly requestMs?: number;
  /** How often a request is tried again that was given up, or failed for the server's own reasons: 2 if left out. */
  readonly retriesMax?: number;
}

/** The object by which a server shows that it refuses to overwrite. */
const PROBE = "leftfold-probe";

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/**
 * Reaches a bucket. A server that ignores `If-None-Match: *` would overwrite an archive, so it is
 * tried first with an object of its own, `leftfold-probe`, and such a server is `Refused`.
 *
 * An object of more than 5 GiB is more than one request takes: keep segments below that.
 *
 * @example Archives in a bucket
 * ```ts ignore: it needs a server
 * import { run } from "leftfold";
 * import { s3 } from "leftfold/cold/s3";
 *
 * const tier = await run(s3({
 *   bucket: "logs",
 *   prefix: "orders/",
 *   region: "eu-central-1",
 *   accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "",
 *   secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "",
 * }));
 * ```
 */
export function s3(options: S3Options): TaskEither<ColdUnavailable | Refused, ColdTier> {
  return async () => {
    const place = `s3://${options.bucket}/${options.prefix ?? ""}`;
    const ask = requester({
      ...options,
      base: baseOf(options),
      region: options.region ?? "us-east-1",
      requestMs: options.requestMs ?? 30_000,
      retriesMax: options.retriesMax ?? 2,
    });
    const tier = tierOf(place, options, ask);
    if (options.access === "read") return right({ ...tier, put: () => refuseToWrite(place) });
    try {
      return await probed(tier);
    } catch (cause) {
      return left({ _tag: "ColdUnavailable", stored: "no", place, file: PROBE, cause });
    }
  };
}

/** The address before the keys: a bucket of Amazon's has a host of its own. */
function baseOf({ endpoint, bucket, region = "us-east-1" }: S3Options): string {
  if (endpoint === undefined) return `https://${bucket}.s3.${region}.amazonaws.com`;
  return `${endpoint.replace(/\/+$/, "")}/${encodeURIComponent(bucket)}`;
}

/** Of two puts under one name, the second must be refused; if the first one is, that will do. */
async function probed(tier: ColdTier): Promise<Either<Refused, ColdTier>> {
  for (let put = 1; put <= 2; put++) {
    if (await tier.put(PROBE, []) === "exists") return right(tier);
  }
  return left({
    _tag: "Refused",
    stored: "no",
    what: `${tier.place} as a cold tier`,
    wanted: "a server that creates an object only if there is none (If-None-Match: *)",
    found: "one that overwrites it",
  });
}

function refuseToWrite(place: string): never {
  throw new Error(`${place} is open for reading only; open it with access: "write"`);
}

function tierOf(place: string, { prefix = "" }: S3Options, ask: Ask): ColdTier {
  const keyOf = (name: string): string => prefix + name;
  return {
    place,
    put: async (name, parts) => {
      const body = new Blob(parts.map((part) => part.slice()));
      const headers = { "If-None-Match": "*" };
      const answer = await ask({ method: "PUT", key: keyOf(name), headers, body });
      if (answer.status === 412) return "exists";
      return answer.status === 200 ? "stored" : failAnswer(answer);
    },
    read: async (name, at, size) => {
      // A range of nothing cannot be said.
      if (size === 0) return new Uint8Array();
      const headers = { Range: `bytes=${at}-${at + size - 1}` };
      const answer = await ask({ method: "GET", key: keyOf(name), headers });
      if (isMissing(answer)) return "missing";
      switch (answer.status) {
        case 206:
          return answer.body;
        case 200:
          // A server may give the whole of it.
          return answer.body.subarray(at, at + size);
        case 416:
          return new Uint8Array();
        default:
          return failAnswer(answer);
      }
    },
    size: async (name) => {
      const answer = await ask({ method: "HEAD", key: keyOf(name), headers: {} });
      if (answer.status === 404) return "missing";
      if (answer.status !== 200) return failAnswer(answer);
      const size = Number(answer.headers.get("Content-Length") ?? NaN);
      return Number.isSafeInteger(size) ? size : failAnswer(answer);
    },
    list: async () => {
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page = await listPage(ask, prefix, token);
        names.push(...page.keys.map((key) => key.slice(prefix.length)));
        token = page.next;
      } while (token !== undefined);
      return names.filter((name) => name !== PROBE);
    },
    remove: async (name) => {
      const answer = await ask({ method: "DELETE", key: keyOf(name), headers: {} });
      if (answer.status !== 204 && answer.status !== 200 && !isMissing(answer)) failAnswer(answer);
    },
  };
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** Whether an object is not there. A bucket that is not there is another matter. */
function isMissing(answer: Answer): boolean {
  return answer.status === 404 && elementsIn(textOf(answer), "Code")[0] !== "NoSuchBucket";
}

interface KeyPage {
  readonly keys: ReadonlyArray<string>;
  readonly next: string | undefined;
}

async function listPage(ask: Ask, prefix: string, token: string | undefined): Promise<KeyPage> {
  const query = {
    "list-type": "2",
    prefix,
    ...(token !== undefined && { "continuation-token": token }),
  };
  const answer = await ask({ method: "GET", key: "", headers: {}, query });
  if (answer.status !== 200) return failAnswer(answer);
  const text = textOf(answer);
  const isCut = elementsIn(text, "IsTruncated")[0] === "true";
  const next = isCut ? elementsIn(text, "NextContinuationToken")[0] : undefined;
  return { keys: elementsIn(text, "Key"), next };
}

function failAnswer(answer: Answer): never {
  const text = textOf(answer);
  throw serverError(answer.status, elementsIn(text, "Code")[0], elementsIn(text, "Message")[0]);
}

function textOf({ body }: Answer): string {
  return new TextDecoder().decode(body);
}

/** What stands in the elements of a name, of an XML document that has no attributes in them. */
function elementsIn(xml: string, name: string): ReadonlyArray<string> {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"));
  return Array.from(found, ([, text]) => unescaped(text ?? ""));
}

const entities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  amp: "&",
};

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    return entities[name] ?? all;
  });
}
