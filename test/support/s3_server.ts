/**
 * A small server that speaks as much S3 as a cold tier asks for, and misbehaves on request.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it came in. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly size: number;
}

/** What goes wrong. Each is counted down as it happens. */
export interface Mischief {
  /** Overwrites whatever is there, as some servers do. */
  ignoresConditions: boolean;
  /** Answers the next requests with this status. */
  failures: number[];
  /** Does not answer the next requests at all. */
  silences: number;
  /** Gives the whole object whatever range is wanted. */
  ignoresRanges: boolean;
  /** So many keys are listed at once. */
  keysPerPage: number;
}

export interface S3Server {
  readonly endpoint: string;
  readonly seen: Seen[];
  readonly objects: Map<string, Uint8Array>;
  readonly mischief: Mischief;
  readonly close: () => Promise<void>;
}

export async function s3Server(): Promise<S3Server> {
  const seen: Seen[] = [];
  const objects = new Map<string, Uint8Array>();
  const mischief: Mischief = {
    ignoresConditions: false,
    failures: [],
    silences: 0,
    ignoresRanges: false,
    keysPerPage: 5,
  };
  const server = createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const body = new Uint8Array(Buffer.concat(parts));
    const { method = "", url = "", headers } = request;
    seen.push({ method, path: url, headers, size: body.length });
    if (mischief.silences > 0) {
      mischief.silences -= 1;
      return;
    }
    const failure = mischief.failures.shift();
    if (failure !== undefined) return answerError(response, failure, "Mischief");
    answer(objects, mischief, request, body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    objects,
    mischief,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(
  objects: Map<string, Uint8Array>,
  mischief: Mischief,
  request: IncomingMessage,
  body: Uint8Array,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? "", "http://host");
  const [bucket = "", ...rest] = url.pathname.slice(1).split("/");
  const key = rest.map(decodeURIComponent).join("/");
  if (bucket !== "bucket") return answerError(response, 404, "NoSuchBucket");
  if (!/^AWS4-HMAC-SHA256 Credential=AK\//.test(request.headers.authorization ?? "")) {
    return answerError(response, 403, "AccessDenied");
  }
  const found = objects.get(key);
  switch (request.method) {
    case "PUT": {
      const isConditional = request.headers["if-none-match"] === "*";
      if (found && isConditional && !mischief.ignoresConditions) {
        return answerError(response, 412, "PreconditionFailed");
      }
      objects.set(key, body);
      return void response.writeHead(200).end();
    }
    case "DELETE":
      objects.delete(key);
      return void response.writeHead(204).end();
    default:
      if (key === "") return answerList(objects, mischief, url, response);
      if (!found) return answerError(response, 404, "NoSuchKey");
      return answerObject(found, mischief, request, response);
  }
}

function answerObject(
  found: Uint8Array,
  mischief: Mischief,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (!range || mischief.ignoresRanges || request.method === "HEAD") {
    return void response.writeHead(200, { "Content-Length": found.length }).end(found);
  }
  if (Number(range[1]) >= found.length) return answerError(response, 416, "InvalidRange");
  response.writeHead(206).end(found.slice(Number(range[1]), Number(range[2]) + 1));
}

function answerList(
  objects: Map<string, Uint8Array>,
  { keysPerPage }: Mischief,
  url: URL,
  response: ServerResponse,
): void {
  const after = url.searchParams.get("continuation-token") ?? "";
  const prefix = url.searchParams.get("prefix") ?? "";
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, keysPerPage);
  const isTruncated = keys.length > page.length;
  const contents = page.map((key) =>
    `<Contents><Key>${key.replaceAll("&", "&amp;")}</Key></Contents>`
  );
  const next = isTruncated
    ? `<NextContinuationToken>${page.at(-1)?.replaceAll("&", "&amp;")}</NextContinuationToken>`
    : "";
  response.writeHead(200).end(
    `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join("")}` +
      "</ListBucketResult>",
  );
}

function answerError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>as told</Message></Error>`);
}
