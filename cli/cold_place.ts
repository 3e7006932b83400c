/**
 * Where archives are: a directory, or a bucket in object storage.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { run } from "leftfold";
import { s3 } from "leftfold/cold/s3";
import { zstd } from "leftfold/cold/zstd";
import * as E from "fp-ts/lib/Either.js";
import { directory } from "leftfold/storage/node";
import {
  type BlockCodec,
  type CodecName,
  type ColdOptions,
  coldStorage,
  type ColdTier,
  deflateRaw,
} from "leftfold/stores/file";
import { FaultError } from "leftfold";
import { once } from "./option_value.ts";
import type { CredentialsMissing } from "./problem.ts";
import type { Surroundings } from "./world.ts";

// ---------------------------------------------------------------------------
// model
// ---------------------------------------------------------------------------

/** A place for archives, as a user names it. */
export type ColdPlace =
  | { readonly _tag: "Directory"; readonly path: string }
  | { readonly _tag: "Bucket"; readonly bucket: string; readonly prefix: string };

// ---------------------------------------------------------------------------
// constructors
// ---------------------------------------------------------------------------

/** Reads the name of such a place: `s3://bucket/prefix`, or else a directory. */
export function coldPlace(text: string): ColdPlace {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  if (scheme === undefined) {
    if (text === "") throw new InvalidArgumentError(wanted);
    return { _tag: "Directory", path: text };
  }
  const [bucket = "", ...path] = rest.split("/");
  if (scheme.toLowerCase() !== "s3" || bucket === "") throw new InvalidArgumentError(wanted);
  const prefix = path.join("/").replace(/\/*$/, "");
  // Keys of a store begin with its own folder, whether or not a slash was typed.
  return { _tag: "Bucket", bucket, prefix: prefix === "" ? "" : `${prefix}/` };
}

const wanted = "Wanted a directory, or a bucket such as s3://logs/orders.";

/** Adds the option that says where archives are, to a command that reads them. */
export function withCold(command: Command): Command {
  return command.addOption(
    new Option(
      "--cold <place>",
      "where archived segments are, if there are any: a directory, or s3://bucket/prefix",
    ).argParser(once(coldPlace)),
  );
}

/** What a store is opened with, to read the archives in a place. */
export async function readingCold(
  place: ColdPlace | undefined,
  environment: Surroundings["environment"],
): Promise<ColdOptions> {
  if (place === undefined) return {};
  const codecs = [deflateRaw, ...zstdHere()];
  return { cold: await tierIn(place, "read", environment), codecs };
}

/** What a store is opened with, to make archives in a place. */
export async function writingCold(
  place: ColdPlace,
  codec: CodecName,
  environment: Surroundings["environment"],
): Promise<ColdOptions> {
  const codecs = codec === "zstd"
    ? [await run(async () => zstd()), deflateRaw]
    : [deflateRaw, ...zstdHere()];
  return { cold: await tierIn(place, "write", environment), codecs };
}

function zstdHere(): ReadonlyArray<BlockCodec> {
  const codec = zstd();
  return E.isRight(codec) ? [codec.right] : [];
}

async function tierIn(
  place: ColdPlace,
  access: "read" | "write",
  environment: Surroundings["environment"],
): Promise<ColdTier> {
  if (place._tag === "Directory") return coldStorage(directory(place.path));
  const { bucket, prefix } = place;
  // The names that every tool for such storage knows.
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) {
    const missing: CredentialsMissing = {
      _tag: "CredentialsMissing",
      place: printColdPlace(place),
      names: [
        ...(accessKeyId ? [] : ["AWS_ACCESS_KEY_ID"]),
        ...(secretAccessKey ? [] : ["AWS_SECRET_ACCESS_KEY"]),
      ],
    };
    throw new FaultError(missing);
  }
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] || environment["AWS_ENDPOINT_URL"];
  const region = environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"];
  const sessionToken = environment["AWS_SESSION_TOKEN"];
  return await run(s3({
    bucket,
    prefix,
    access,
    accessKeyId,
    secretAccessKey,
    ...(endpoint && { endpoint }),
    ...(region && { region }),
    ...(sessionToken && { sessionToken }),
  }));
}

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** A place as a user writes it. */
export function printColdPlace(place: ColdPlace): string {
  return place._tag === "Directory" ? place.path : `s3://${place.bucket}/${place.prefix}`;
}
