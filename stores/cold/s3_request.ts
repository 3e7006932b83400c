/**
 * Requests to a server that speaks S3: signed, bounded in time, and tried again where that helps.
 *
 * @module
 */
import { AwsV4Signer } from "aws4fetch";

/** What is asked of an object, or of the bucket where the key is empty. */
export interface Question {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Blob;
}

/** What a server has answered, all of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type Ask = (question: Question) => Promise<Answer>;

/** Whom to ask, as whom, and for how long. */
export interface Server {
  /** The address that keys are put behind. */
  readonly base: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly requestMs: number;
  readonly retriesMax: number;
}

/** The first wait before another try, in milliseconds; each later one is twice as long. */
const WAIT_MS = 100;

/**
 * Asks a server. Rejects if it does not answer in time, however often it is tried. A put that is
 * tried again may find its own object there.
 */
export function requester(server: Server): Ask {
  return async (question) => {
    for (let tried = 0;; tried++) {
      try {
        const answer = await once(server, question);
        if (!isPassing(answer.status) || tried === server.retriesMax) return answer;
      } catch (cause) {
        if (tried === server.retriesMax) throw inWords(server, cause);
      }
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS * 2 ** tried));
    }
  };
}

/** What a server said no with. */
export function serverError(
  status: number,
  code: string | undefined,
  message: string | undefined,
): Error {
  const said = [code, message].filter((one) => one !== undefined && one !== "").join(": ");
  return new Error(`the server answered ${status}${said === "" ? "" : ` (${said})`}`);
}

async function once(server: Server, question: Question): Promise<Answer> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = server;
  const { method, body } = question;
  // The body is not signed: what was stored is read back and compared.
  const signed = await new AwsV4Signer({
    method,
    url: urlOf(server.base, question),
    headers: { ...question.headers },
    service: "s3",
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  }).sign();
  const response = await fetch(signed.url, {
    method,
    headers: signed.headers,
    signal: AbortSignal.timeout(server.requestMs),
    ...(body && { body }),
  });
  const { status, headers } = response;
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
}

function urlOf(base: string, { key, query }: Question): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const search = query ? `?${new URLSearchParams({ ...query })}` : "";
  return `${base}/${path}${search}`;
}

/** Whether another try may be answered otherwise: too much to do, broken, or in the way of another. */
function isPassing(status: number): boolean {
  return status === 409 || status === 429 || status >= 500;
}

function inWords({ requestMs }: Server, cause: unknown): Error {
  const isLate = cause instanceof Error && cause.name === "TimeoutError";
  if (isLate) return new Error(`no answer within ${requestMs} ms`, { cause });
  // `fetch` says only that it failed, and beneath that why.
  const beneath = cause instanceof Error ? cause.cause : undefined;
  const why = [cause, beneath].flatMap((one) => one instanceof Error ? [one.message] : []);
  return new Error(`the server cannot be reached: ${why.join(": ")}`, { cause });
}
