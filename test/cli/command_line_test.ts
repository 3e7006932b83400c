import * as E from "fp-ts/lib/Either.js";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Ended, readCommandLine, segmentBytes } from "../../cli/command_line.ts";
import type { Request } from "../../cli/request.ts";
import { settingsOf } from "../../stores/file/options.ts";

const read = (...args: ReadonlyArray<string>): E.Either<Ended, Request> =>
  readCommandLine(args, "1.2.3");

function refusal(...args: ReadonlyArray<string>): string {
  const ended = read(...args);
  assert(E.isLeft(ended), `taken: ${args.join(" ")}`);
  assert.equal(ended.left.exitCode, 2);
  assert.match(ended.left.text, /^error: .*\n.*"--help" tells/s);
  return ended.left.text;
}

describe("the command line", () => {
  it("asks for an import", () => {
    assert.deepEqual(
      read("import", "-", "--store", "d", "--segment-bytes", "4096", "--durability", "os"),
      E.right({
        _tag: "Import",
        store: "d",
        json: false,
        file: "-",
        segmentBytesMax: 4096,
        durability: "os",
      }),
    );
  });

  it("asks for records: one stream, any of the types, all of the tags", () => {
    const filters = ["--stream", "s", "--category", "c", "--type", "A", "--tag", "x", "--tag", "y"];
    const query = { stream: "s", category: "c", types: ["A"], tags: ["x", "y"] };
    assert.deepEqual(
      read("export", "--store", "d", ...filters, "--after", "0", "--until", "7", "--output", "f"),
      E.right({
        _tag: "Export",
        store: "d",
        json: false,
        query,
        after: 0,
        until: 7,
        mode: "readOnly",
        output: "f",
      }),
    );
    assert.deepEqual(
      read("read", "--store", "d", "--json", "--backward", "--limit", "3", "--as-of", "2026-02-03"),
      E.right({
        _tag: "Read",
        store: "d",
        json: true,
        query: {},
        mode: "readOnly",
        direction: "backward",
        recordsMax: 3,
        asOf: new Date("2026-02-03T00:00:00.000Z"),
      }),
    );
    const salvaged = read("export", "--store", "d", "--salvage");
    assert(E.isRight(salvaged) && salvaged.right._tag === "Export");
    assert.equal(salvaged.right.mode, "salvage");
    assert.deepEqual(
      read("follow", "--store", "d", ...filters, "--after", "9"),
      E.right({ _tag: "Follow", store: "d", json: false, query, after: 9 }),
    );
  });

  it("asks for stats and for a verification", () => {
    assert.deepEqual(
      read("stats", "--store", "d"),
      E.right({ _tag: "Stats", store: "d", json: false }),
    );
    assert.deepEqual(
      read("verify", "--json", "--store", "d"),
      E.right({ _tag: "Verify", store: "d", json: true, isDeep: false }),
    );
    const deep = read("verify", "--deep", "--store", "d");
    assert.deepEqual(deep, E.right({ _tag: "Verify", store: "d", json: false, isDeep: true }));
  });

  it("asks for a backup, and for a restore", () => {
    const backup = { _tag: "Backup", store: "d", json: false, to: "b", withIndex: true };
    assert.deepEqual(read("backup", "--store", "d", "--to", "b"), E.right(backup));
    assert.deepEqual(
      read("backup", "--store", "d", "--to", "b", "--no-index", "--json"),
      E.right({ ...backup, json: true, withIndex: false }),
    );
    assert.deepEqual(
      read("restore", "--from", "b", "--store", "d"),
      E.right({ _tag: "Restore", store: "d", json: false, from: "b" }),
    );
    assert.match(refusal("backup", "--store", "d"), /required option '--to <dir>'/);
    assert.match(refusal("restore", "--store", "d"), /required option '--from <dir>'/);
  });

  it("asks for archives: where, by which policy, and where to read them", () => {
    const to = { _tag: "Directory", path: "c" };
    const archive = {
      _tag: "Archive",
      store: "d",
      json: false,
      codec: "deflate-raw",
      isDone: true,
    };
    const ask = (...args: ReadonlyArray<string>) => read("archive", "--store", "d", ...args);
    assert.deepEqual(ask("--to", "c"), E.right({ ...archive, to, policy: {} }));
    assert.deepEqual(
      ask("--to=c", "--through=7", "--older-than=90d", "--keep-bytes=0", "--codec=zstd"),
      E.right({
        ...archive,
        to,
        codec: "zstd",
        policy: { through: { position: 7 }, olderThanMs: 90 * 86_400_000, keepBytes: 0 },
      }),
    );
    assert.deepEqual(
      ask("--to", "c", "--dry-run"),
      E.right({ ...archive, to, policy: {}, isDone: false }),
    );
    const bucket = { _tag: "Bucket", bucket: "b", prefix: "x/y/" };
    for (const place of ["s3://b/x/y", "s3://b/x/y/", "S3://b/x/y//"]) {
      assert.deepEqual(
        ask("--to", place, "--through-segment", "3"),
        E.right({ ...archive, to: bucket, policy: { through: { segment: 3 } } }),
      );
    }
    assert.deepEqual(
      read("stats", "--store", "d", "--cold", "s3://b"),
      E.right({
        _tag: "Stats",
        store: "d",
        json: false,
        cold: { _tag: "Bucket", bucket: "b", prefix: "" },
      }),
    );
    assert.match(refusal("archive", "--store", "d"), /required option '--to <place>'/);
    for (const wrong of ["", "s3://", "s3:///x", "ftp://b"]) {
      assert.match(refusal("archive", "--store=d", `--to=${wrong}`), /such as s3:\/\/logs\/orders/);
    }
    for (const wrong of ["3", "3w", "-3d", "1.5h", "d"]) {
      const said = refusal("archive", "--store=d", "--to=c", `--older-than=${wrong}`);
      assert.match(said, /Wanted an age such as 90d/);
    }
    const both = ["--through", "1", "--through-segment", "1"];
    assert.match(refusal("archive", "--store=d", "--to=c", ...both), /cannot be used with/);
  });

  it("asks for the index to be made again", () => {
    const rebuild = { _tag: "RebuildIndex", store: "d", json: false };
    assert.deepEqual(read("index", "rebuild", "--store", "d"), E.right(rebuild));
    assert.match(refusal("index", "rebuild"), /required option '--store <dir>'/);
    assert.match(refusal("index", "mend", "--store", "d"), /unknown command 'mend'/);
  });

  it("asks for a repair, which is done only if that is said", () => {
    const repair = { _tag: "Repair", store: "d", json: false };
    const at = { segment: 42, offset: 4096 };
    const ask = (...args: ReadonlyArray<string>) => read("repair", "--store", "d", ...args);
    assert.deepEqual(ask(), E.right({ ...repair, isDone: false }));
    assert.deepEqual(ask("--dry-run"), E.right({ ...repair, isDone: false }));
    assert.deepEqual(ask("--yes"), E.right({ ...repair, isDone: true }));
    assert.deepEqual(ask("--at", "42:4096"), E.right({ ...repair, at, isDone: true }));
    const dry = ask("--at", "42:4096", "--dry-run");
    assert.deepEqual(dry, E.right({ ...repair, at, isDone: false }));
    assert.match(refusal("repair", "--store", "d", "--yes", "--dry-run"), /cannot be used with/);
    for (const wrong of ["42", "42:", ":1", "a:b", "1:2:3", "-1:2", "1:1.5"]) {
      assert.match(refusal("repair", "--store", "d", `--at=${wrong}`), /such as 42:4096/);
    }
  });

  it("asks for streams", () => {
    const streams = { _tag: "Streams", store: "d", json: false };
    assert.deepEqual(read("streams", "--store", "d"), E.right(streams));
    assert.deepEqual(
      read("streams", "--store", "d", "--prefix", "show-", "--json"),
      E.right({ ...streams, json: true, prefix: "show-" }),
    );
  });

  it("asks for a cut, which is done only if that is said", () => {
    const cut = { _tag: "Cut", store: "d", json: false, stream: "s" };
    const truncate = ["truncate", "s", "--before", "3", "--store", "d"];
    assert.deepEqual(read(...truncate), E.right({ ...cut, before: 3, isDone: false }));
    assert.deepEqual(read(...truncate, "--dry-run"), read(...truncate));
    assert.deepEqual(read(...truncate, "--yes"), E.right({ ...cut, before: 3, isDone: true }));
    const tombstone = ["tombstone", "s", "--store", "d"];
    assert.deepEqual(read(...tombstone), E.right({ ...cut, isDone: false }));
    assert.deepEqual(read(...tombstone, "--yes"), E.right({ ...cut, isDone: true }));
    assert.match(refusal(...tombstone, "--yes", "--dry-run"), /cannot be used with/);
    assert.match(refusal("truncate", "s", "--store", "d"), /required option '--before <version>'/);
    assert.match(refusal(...truncate.slice(0, 3), "0", "--store", "d"), /whole number, 1 or more/);
    assert.match(refusal("tombstone", "--store", "d"), /missing required argument 'stream'/);
  });

  it("asks for a drop and for an erasure, which are done only if that is said", () => {
    const drop = { _tag: "Drop", store: "d", json: false, position: 7, forget: false };
    const dropping = ["drop", "--below", "7", "--store", "d"];
    assert.deepEqual(read(...dropping), E.right({ ...drop, isDone: false }));
    assert.deepEqual(
      read(...dropping, "--forget", "--yes", "--cold", "c"),
      E.right({ ...drop, forget: true, isDone: true, cold: { _tag: "Directory", path: "c" } }),
    );
    assert.match(refusal("drop", "--store", "d"), /required option '--below <position>'/);

    const erase = { _tag: "Erase", store: "d", json: false, query: { tags: ["user:7"] } };
    const erasing = ["erase", "--tag", "user:7", "--store", "d"];
    assert.deepEqual(read(...erasing), E.right({ ...erase, isDone: false }));
    assert.deepEqual(
      read(...erasing, "--after", "3", "--until", "9", "--yes"),
      E.right({ ...erase, after: 3, until: 9, isDone: true }),
    );
    assert.match(refusal("erase", "--store", "d", "--yes"), /wanted --stream, .* or --tag/);
    assert.match(refusal("erase", "--store", "d", "--until", "9"), /wanted --stream, .* or --tag/);
    for (const command of [dropping, erasing]) {
      assert.match(refusal(...command, "--yes", "--dry-run"), /cannot be used with/);
    }
  });

  it("asks for a head, and for a verification against one", () => {
    assert.deepEqual(
      read("head", "--store", "d", "--position", "7"),
      E.right({ _tag: "Head", store: "d", json: false, position: 7 }),
    );
    const hash = "0a".repeat(32);
    assert.deepEqual(
      read("verify", "--store", "d", "--anchor", `7:${hash.toUpperCase()}`),
      E.right({
        _tag: "Verify",
        store: "d",
        json: false,
        isDeep: false,
        anchor: { position: 7, hash },
      }),
    );
    for (const anchor of ["7", `:${hash}`, `7:${hash}0`, `-7:${hash}`, `7:${"x".repeat(64)}`]) {
      const said = refusal("verify", "--store", "d", `--anchor=${anchor}`);
      assert.match(said, /Wanted what "leftfold head" has printed/);
    }
  });

  it("answers a question for help or for the version with 0", () => {
    const reading = ["import", "export", "read", "follow", "streams", "stats", "head"];
    const upkeep = ["verify", "repair", "archive", "backup", "restore"];
    for (const command of [...reading, ...upkeep, "truncate", "tombstone", "drop", "erase"]) {
      const ended = read(command, "--help");
      assert(E.isLeft(ended));
      assert.equal(ended.left.exitCode, 0);
      assert.match(ended.left.text, /^Usage: leftfold .*--store <dir>.*--json/s, command);
    }
    const general = read("--help");
    assert(E.isLeft(general) && general.left.exitCode === 0);
    assert.match(
      general.left.text,
      /import.*export.*read.*follow.*stats.*head.*verify.*Exit codes: 0/s,
    );
    assert.deepEqual(read("--version"), E.left({ text: "1.2.3", exitCode: 0 }));
  });

  it("refuses wrong use, and says what is wrong", () => {
    assert.match(refusal("stats", "--store", "d", "--jsno"), /'--jsno'\n.*mean --json/);
    assert.match(refusal("imprt", "f", "--store", "d"), /'imprt'\n.*mean import/);
    assert.match(refusal("import", "--store", "d"), /missing required argument 'file'/);
    assert.match(refusal("import", "a", "b", "--store", "d"), /too many arguments/);
    assert.match(refusal("stats"), /required option '--store <dir>'/);
    assert.match(refusal("stats", "--store", ""), /Wanted a text that is not empty/);
    assert.match(refusal("stats", "--store", "a", "--store", "b"), /given twice/);
    assert.match(refusal("import", "f", "--store", "d", "--durability", "disk"), /sync, os, none/);
    for (const wrong of ["x", "-1", "1.5", "1e3", "", "99999999999999999999"]) {
      assert.match(refusal("read", "--store", "d", "--after", wrong), /whole number, 0 or more/);
    }
    assert.match(refusal("read", "--store", "d", "--limit", "0"), /whole number, 1 or more/);
    for (const wrong of ["noon", "2026-02-30", "2026-02-03T18:00", "2026-13-01T00:00Z"]) {
      assert.match(refusal("read", "--store", "d", "--as-of", wrong), /Wanted a moment such as/);
    }
    const both = ["--as-of", "2026-01-01", "--until", "3"];
    assert.match(refusal("read", "--store", "d", ...both), /cannot be used with/);
    const none = read();
    assert(E.isLeft(none) && none.left.exitCode === 2);
    assert.match(none.left.text, /^Usage: leftfold/);
  });

  it("takes the segment sizes that a store takes, and no others", () => {
    const { least, greatest } = segmentBytes;
    const asks = (bytes: number) =>
      read("import", "f", "--store", "d", "--segment-bytes", String(bytes))._tag;
    for (
      const [bytes, isFine] of [[least - 1, false], [least, true], [greatest, true], [
        greatest + 1,
        false,
      ]] as const
    ) {
      assert.equal(asks(bytes), isFine ? "Right" : "Left");
      const opens = () => settingsOf({ segmentBytesMax: bytes });
      if (isFine) assert.doesNotThrow(opens);
      else assert.throws(opens);
    }
  });
});
