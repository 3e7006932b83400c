/**
 * A real server that speaks S3: a cluster of Ceph in memory, with one of everything, on this
 * machine only. It wants `ceph-mon`, `ceph-osd` and `radosgw`, and to be root, as in
 *
 *     apt-get install --no-install-recommends ceph-mon ceph-osd radosgw
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ceph {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly end: () => void;
}

const programs = ["ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"];

/** Why a cluster cannot be had here, if it cannot. */
export function whyNoCeph(): string | undefined {
  const missing = programs.filter((one) =>
    spawnSync("sh", ["-c", `command -v ${one}`]).status !== 0
  );
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  return process.getuid?.() === 0 ? undefined : "Ceph wants to be started by root";
}

/** Starts a cluster, which takes about 15 seconds. */
export async function startCeph(): Promise<Ceph> {
  for (let tried = 1;; tried++) {
    try {
      return await startOnce();
    } catch (error) {
      // Now and then the monitor takes the first OSD for one of another cluster, and it gives up.
      if (tried === 3) throw error;
    }
  }
}

async function startOnce(): Promise<Ceph> {
  const place = mkdtempSync(join(tmpdir(), "leftfold-ceph-"));
  const [monitorPort, port] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const conf = join(place, "ceph.conf");
  writeFileSync(conf, confOf(place, fsid, monitorPort, port));
  mkdirSync(join(place, "osd"));
  mkdirSync(join(place, "mon"));
  const children: ChildProcess[] = [];
  const start = (program: string, ...args: ReadonlyArray<string>): void => {
    children.push(spawn(program, ["-c", conf, ...args, "-f"], { stdio: "ignore" }));
  };
  const end = (): void => {
    // An OSD takes its time over any other signal.
    for (const child of children) child.kill("SIGKILL");
    rmSync(place, { recursive: true, force: true });
  };
  try {
    const map = join(place, "monmap");
    const address = `[v1:127.0.0.1:${monitorPort}]`;
    call("monmaptool", "--create", "--clobber", "--fsid", fsid, "--addv", "a", address, map);
    call("ceph-mon", "-c", conf, "-i", "a", "--mkfs", "--monmap", map);
    start("ceph-mon", "-i", "a");
    const osd = randomUUID();
    const id = call("ceph", "-c", conf, "osd", "new", osd).trim();
    const data = ["--osd-data", join(place, "osd")];
    call("ceph-osd", "-c", conf, "-i", id, "--mkfs", "--osd-uuid", osd, ...data, "--no-mon-config");
    start("ceph-osd", "-i", id, ...data);
    call("ceph", "-c", conf, "osd", "crush", "add", `osd.${id}`, "1", "root=default", "host=h");
    await osdUp(conf);
    start("radosgw", "-n", "client.rgw");
    const endpoint = `http://127.0.0.1:${port}`;
    // Two of them at once would both set up the pools, and get into each other's way.
    await answering(endpoint);
    const keys = ["--access-key=AK", "--secret-key=SK"];
    call("radosgw-admin", "-c", conf, "user", "create", "--uid=u", "--display-name=u", ...keys);
    return { endpoint, accessKeyId: "AK", secretAccessKey: "SK", end };
  } catch (error) {
    end();
    throw error;
  }
}

function confOf(place: string, fsid: string, monitorPort: number, port: number): string {
  return `[global]
fsid = ${fsid}
mon host = [v1:127.0.0.1:${monitorPort}]
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
osd objectstore = memstore
osd crush update on start = false
run dir = ${place}
log file = ${place}/$name.log
admin socket = ${place}/$name.asok
pid file = ${place}/$name.pid
mon data = ${place}/mon
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw data = ${place}/rgw
`;
}

function call(program: string, ...args: ReadonlyArray<string>): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Pools that are made before there is anything to put them on may never come to life. */
async function osdUp(conf: string): Promise<void> {
  for (let tried = 0; tried < 20; tried++) {
    if (/"num_up_osds": ?1/.test(call("ceph", "-c", conf, "osd", "stat", "-f", "json"))) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the OSD is not up after ten seconds");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(endpoint: string): Promise<void> {
  for (let tried = 0; tried < 120; tried++) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      // Not yet.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  throw new Error(`${endpoint} does not answer after a minute`);
}
