import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type S3Server, s3Server } from "../support/s3_server.ts";
import { cloudEvents, leftfold, type Ran } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "leftfold-archive-"));
after(() => rmSync(folder, { recursive: true }));

const events = cloudEvents(120);

function fine({ code, out, err }: Ran): string {
  assert.deepEqual({ code, err }, { code: 0, err: "" });
  return out;
}

function problem({ code, out, err }: Ran, lines = ""): string {
  assert.deepEqual({ code, out }, { code: 1, out: lines });
  assert.match(err, /^[^\n]+\n$/, "wanted one sentence");
  return err;
}

/** A new store of some segments. */
async function storeNamed(name: string): Promise<string> {
  const store = join(folder, name);
  fine(await leftfold(["import", "-", "--store", store, "--segment-bytes", "4096"], events));
  return store;
}

const segmentsIn = (store: string): number =>
  readdirSync(store).filter((name) => name.startsWith("segment-")).length;

describe("leftfold archive", () => {
  it("moves segments to a directory, and with it the other commands notice nothing", async () => {
    const store = await storeNamed("one");
    const cold = join(folder, "one-cold");
    const [head, segments] = [fine(await leftfold(["head", "--store", store])), segmentsIn(store)];
    const through = ["--through-segment", String(segments - 2)];
    const dry = ["archive", "--store", store, "--to", cold, ...through, "--dry-run"];
    const plan = fine(await leftfold(dry));
    assert.match(plan, /^\d+ segments of .*one would be archived in .*one-cold: [\d,]+ bytes, /);
    const planned = JSON.parse(fine(await leftfold([...dry, "--json"])));
    assert.deepEqual([planned.segments.length, planned.isDone], [segments - 2, false]);
    assert.equal(segmentsIn(store), segments);
    assert.equal(existsSync(cold), false);
    const said = fine(await leftfold(["archive", "--store", store, "--to", cold, ...through]));
    assert.match(said, /^Archived \d+ segments of .*one in .*one-cold: [\d,]+ bytes, which take /);
    assert.equal(segmentsIn(store), 2);
    assert.equal(readdirSync(cold).length, segments - 2);
    const on = ["--store", store, "--cold", cold];
    assert.equal(fine(await leftfold(["export", ...on])), events);
    assert.equal(fine(await leftfold(["head", "--store", store])), head);
    fine(await leftfold(["head", ...on, "--position", "3"]));
    const stats = JSON.parse(fine(await leftfold(["stats", ...on, "--json"])));
    assert.equal(stats.archivedSegments, segments - 2);
    assert.equal(stats.archivedBytes, planned.bytes);
    const sizes = readdirSync(cold).map((name) => statSync(join(cold, name)).size);
    assert.equal(stats.archiveBytes, sizes.reduce((sum, size) => sum + size, 0));
    const inCold = /\d+ segments in the cold tier, [\d,]+ bytes of the log/;
    assert.match(
      fine(await leftfold(["stats", "--store", store])),
      new RegExp(`${inCold.source}\n`),
    );
    assert.match(
      fine(await leftfold(["stats", ...on])),
      new RegExp(`${inCold.source}, which take [\\d,]+ there\n`),
    );
    const verified = fine(await leftfold(["verify", "--deep", ...on, "--anchor", head.trim()]));
    assert.match(verified, /: sound\n[^]*the one that was anchored/);
    assert.match(fine(await leftfold(["repair", ...on])), /sound/);
    const away = join(folder, "one-away");
    fine(await leftfold(["backup", ...on, "--to", away]));
    assert.equal(fine(await leftfold(["export", "--store", away])), events);
    assert.match(fine(await leftfold(["verify", "--store", away])), /: sound\n/);
    const again = await leftfold(["import", "-", ...on], events);
    assert.match(fine(again), /^Added nothing/);

    const hot = fine(await leftfold(["export", "--store", store, "--hot"]));
    assert.ok(hot.length > 0 && events.endsWith(hot) && hot.length < events.length);
    assert.match(fine(await leftfold(["read", "--store", store, "--hot", "--limit", "1"])), /@/);
    for (const command of ["export", "read", "verify", "repair"]) {
      const told = problem(await leftfold([command, "--store", store]));
      assert.match(told, /^A part of .* is archived, archive-0{9}1-.* say where with --cold/);
      assert.equal(/--hot/.test(told), command === "export" || command === "read", told);
    }
  });

  it("does as its policies say", async () => {
    const store = await storeNamed("two");
    const archive = async (...policy: ReadonlyArray<string>): Promise<ReadonlyArray<number>> => {
      const to = join(folder, "two-cold");
      const args = ["archive", "--store", store, "--to", to, "--json", ...policy];
      return JSON.parse(fine(await leftfold(args))).segments;
    };
    assert.deepEqual(await archive("--keep-bytes", "1000000"), []);
    assert.deepEqual(await archive("--older-than", "999999999d"), []);
    assert.deepEqual(await archive("--through", "1"), []);
    const some = await archive("--through", "40", "--older-than", "1s");
    assert.equal(some[0], 1);
    assert.deepEqual(await archive("--through-segment", String(some.length + 1)), [
      some.length + 1,
    ]);
    assert.ok((await archive("--keep-bytes", "0")).length > 0);
    const none = await leftfold(["archive", "--store", store, "--to", join(folder, "two-cold")]);
    assert.match(fine(none), /^Nothing of .*two is to be archived\n$/);
  });

  it("says what is wrong with a place, and leaves the store as it is", async () => {
    const store = await storeNamed("three");
    const segments = segmentsIn(store);
    const archive = (to: string, environment = {}): Promise<Ran> =>
      leftfold(["archive", "--store", store, "--to", to], "", environment);
    const file = join(folder, "file");
    writeFileSync(file, "");
    assert.match(
      problem(await archive(file)),
      /^The file archive-\*\.arc cannot be had from .*file: /,
    );
    const asked = problem(await archive("s3://logs", { AWS_ACCESS_KEY_ID: "A" }));
    assert.match(asked, /^s3:\/\/logs\/ wants credentials; set AWS_SECRET_ACCESS_KEY in the env/);
    assert.equal(segmentsIn(store), segments);
    const [first, other] = [join(folder, "first"), join(folder, "other")];
    fine(await leftfold(["archive", "--store", store, "--to", first, "--through-segment", "1"]));
    assert.match(
      problem(await archive(other)),
      /wanted the cold tier that the store's archives are in, found none named archive-0{9}1-/,
    );
    const none = join(folder, "none");
    const missing = problem(await leftfold(["archive", "--store", none, "--to", first]));
    assert.match(missing, /^There is no store in .*none; /);
    const wrong = problem(await leftfold(["read", "--store", store, "--cold", other]));
    assert.match(wrong, /^The file archive-0{9}1-.* cannot be had from .*other: it is not there; /);
  });
});

describe("leftfold archive to object storage", () => {
  let server: S3Server;
  before(async () => {
    server = await s3Server();
  });
  after(() => server.close());

  it("asks the environment who asks, and where", async () => {
    const store = await storeNamed("four");
    const environment = {
      AWS_ACCESS_KEY_ID: "AK",
      AWS_SECRET_ACCESS_KEY: "SK",
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: "eu-central-1",
    };
    const place = "s3://bucket/orders";
    fine(await leftfold(["archive", "--store", store, "--to", place], "", environment));
    assert.equal(segmentsIn(store), 1);
    const paths = server.seen.map(({ path }) => path);
    assert.ok(paths.some((path) => path.startsWith("/bucket/orders/archive-0000000001-")));
    assert.match(String(server.seen[0]?.headers["authorization"]), /AK\/\d+\/eu-central-1\/s3/);
    const read = ["export", "--store", store, "--cold", place];
    assert.equal(fine(await leftfold(read, "", environment)), events);
    assert.match(
      problem(await leftfold(read)),
      /wants credentials; set AWS_ACCESS_KEY_ID and AWS_/,
    );
  });

  it("is refused by a server that would overwrite an archive", async () => {
    const store = await storeNamed("five");
    server.mischief.ignoresConditions = true;
    const environment = {
      AWS_ACCESS_KEY_ID: "AK",
      AWS_SECRET_ACCESS_KEY: "SK",
      AWS_ENDPOINT_URL: server.endpoint,
    };
    const args = ["archive", "--store", store, "--to", "s3://bucket/others"];
    const told = problem(await leftfold(args, "", environment));
    assert.match(told, /wanted a server that creates an object only if there is none/);
    server.mischief.ignoresConditions = false;
  });
});
