/**
 * Reaching the archives of a store.
 *
 * @module
 */
import * as E from "fp-ts/lib/Either.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { FaultError, run } from "leftfold";
import { s3 } from "leftfold/cold/s3";
import { zstd } from "leftfold/cold/zstd";
import { directory } from "leftfold/storage/node";
import {
  type BlockCodec,
  type CodecName,
  type ColdOptions,
  coldStorage,
  type ColdTier,
  deflateRaw,
} from "leftfold/stores/file";
import { type ColdPlace, printColdPlace } from "./cold_place.ts";
import type { CredentialsMissing } from "./problem.ts";
import type { Surroundings } from "./world.ts";

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
    ? [await run(TE.fromEither(zstd())), deflateRaw]
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
