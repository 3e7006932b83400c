/**
 * Emmett on a PostgreSQL server of its own, with `fsync` on, over a Unix socket.
 *
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { loadPeer } from "../peer.ts";
import type { Subject } from "../subject.ts";
import { added, nothingYet } from "../subject.ts";
import { type Emmett, type EmmettEvent, type EmmettStore, openedOn } from "./emmett.ts";

interface PgPool {
  readonly end: () => Promise<void>;
}

interface Pg {
  readonly Pool: new (options: { readonly connectionString: string }) => PgPool;
}

interface Pool {
  readonly execute: unknown;
}

interface EmmettPostgresql {
  readonly getPostgreSQLEventStore: (
    connection: string,
    options: { readonly connectionOptions: { readonly pool: PgPool } },
  ) => EmmettStore;
  readonly readMessagesBatch: (
    execute: unknown,
    options: { readonly after: bigint; readonly batchSize: number },
  ) => Promise<{
    readonly messages: ReadonlyArray<EmmettEvent>;
    readonly currentGlobalPosition: bigint;
    readonly areMessagesLeft: boolean;
  }>;
}

interface Dumbo {
  readonly dumbo: (options: { readonly connectionString: string; readonly pool: PgPool }) => Pool;
}

const FOLDER = "postgresql";
const BATCH = 1_000;
/** PostgreSQL's `admin_shutdown`. */
const ENDED_BY_ADMINISTRATOR = "57P01";

export const emmettPostgresql: Subject = {
  name: "emmett on PostgreSQL",
  durable: "flushed",
  workloads: ["W1", "W2", "W2b", "W3", "W4", "W5", "W5b", "W7"],
  missing,
  open: async (place) => {
    const emmett = await loadPeer<Emmett>("@event-driven-io/emmett", FOLDER);
    const postgresql = await loadPeer<EmmettPostgresql>(
      "@event-driven-io/emmett-postgresql",
      FOLDER,
    );
    const { dumbo } = await loadPeer<Dumbo>("@event-driven-io/dumbo", FOLDER);
    const { Pool } = await loadPeer<Pg>("pg", FOLDER);
    const server = await serverIn(place);
    const connectionString = `postgresql://bench@localhost/postgres?host=${
      encodeURIComponent(place)
    }`;
    const pool = new Pool({ connectionString });
    const store = postgresql.getPostgreSQLEventStore(connectionString, {
      connectionOptions: { pool },
    });
    const { execute } = dumbo({ connectionString, pool });
    // It makes its tables at the first call, over a connection more. With as many handlers as
    // connections at that call, each would wait for the others for ever.
    await store.readStream("none");
    return {
      ...openedOn(emmett, store),
      foldAll: async () => {
        let sum = nothingYet;
        for (let after = 0n;;) {
          const batch = await postgresql.readMessagesBatch(execute, {
            after,
            batchSize: BATCH,
          });
          for (const { data } of batch.messages) sum = added(sum, data.amount);
          if (batch.messages.length < BATCH) return sum.count;
          after = batch.currentGlobalPosition;
        }
      },
      close: async () => {
        await pool.end();
        process.on("uncaughtException", passOverEnd);
        await endOf(server);
      },
    };
  },
};

/**
 * Making the tables leaves a connection open, in a pool that nobody is given: that the server ends
 * it is an error which nobody can catch elsewhere. Every other error is one still.
 */
function passOverEnd(error: Error & { readonly code?: string }): void {
  if (error.code !== ENDED_BY_ADMINISTRATOR) throw error;
}

/** Why no server can be started; nothing if one can. */
function missing(): string | undefined {
  const { status } = spawnSync("postgres", ["--version"]);
  if (status !== 0) return "there is no program `postgres` on the path";
  if (spawnSync("initdb", ["--version"]).status !== 0) {
    return "there is no program `initdb` on the path";
  }
  if (process.getuid?.() === 0 && nobody() === undefined) {
    return "PostgreSQL refuses to run as root, and there is no user `nobody`";
  }
  return undefined;
}

/** Starts a server on the database in a directory, and makes it if there is none. */
async function serverIn(place: string): Promise<ChildProcess> {
  const data = join(place, "data");
  // The server refuses to run as root.
  const id = process.getuid?.() === 0 ? nobody() : undefined;
  const as = { cwd: place, ...id !== undefined && { uid: id, gid: id } };
  mkdirSync(place, { recursive: true });
  if (id !== undefined) chownSync(place, id, id);
  if (!existsSync(data)) {
    const words = ["-D", data, "-U", "bench", "--auth=trust", "--no-instructions"];
    const { status, stderr } = spawnSync("initdb", words, as);
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }
  // No network, only a socket in the same directory.
  const words = ["-D", data, "-k", place, "-c", "listen_addresses=", "-c", "fsync=on"];
  // Emmett makes it warn of its transactions at each call.
  words.push("-c", "log_min_messages=error");
  const server = spawn("postgres", words, { ...as, stdio: ["ignore", "ignore", "pipe"] });
  const lines: string[] = [];
  let isReady = false;
  for await (const line of createInterface({ input: server.stderr })) {
    lines.push(line);
    isReady = line.includes("ready to accept connections");
    if (isReady) break;
  }
  // What it says later is read on, since a full pipe would stop it.
  server.stderr.resume();
  if (isReady) return server;
  throw new Error(`the PostgreSQL server ended: ${lines.join("; ")}`);
}

/** The smart way waits for connections to go, so the fast one. */
function endOf(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGINT");
  });
}

function nobody(): number | undefined {
  const { status, stdout } = spawnSync("id", ["-u", "nobody"]);
  return status === 0 ? Number(stdout.toString()) : undefined;
}
