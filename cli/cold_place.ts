/**
 * Where archives are: a directory, or a bucket in object storage.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { once } from "./option_value.ts";

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

// ---------------------------------------------------------------------------
// destructors
// ---------------------------------------------------------------------------

/** A place as a user writes it. */
export function printColdPlace(place: ColdPlace): string {
  return place._tag === "Directory" ? place.path : `s3://${place.bucket}/${place.prefix}`;
}
