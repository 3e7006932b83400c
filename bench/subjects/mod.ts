/**
 * Everything that is measured, ours first.
 *
 * @module
 */
import type { Subject } from "../subject.ts";
import { castoreInMemory } from "./castore.ts";
import { castorePure } from "./castore_pure.ts";
import { emmettInMemory, emmettSqlite } from "./emmett.ts";
import { emmettPostgresql } from "./emmett_postgresql.ts";
import { eventStorage, eventStorageFlushed } from "./event_storage.ts";
import { fmodel } from "./fmodel.ts";
import { handWritten } from "./hand_written.ts";
import {
  leftfoldBlocking,
  leftfoldInMemory,
  leftfoldOn,
  leftfoldPreallocated,
} from "./leftfold.ts";
import { limitIntoZeros, limitOfTheMachine } from "./limit.ts";
import { sqliteBatched, sqliteTable } from "./sqlite.ts";

export const subjects: ReadonlyArray<Subject> = [
  leftfoldOn("sync"),
  leftfoldOn("os"),
  leftfoldInMemory,
  leftfoldBlocking,
  leftfoldPreallocated,
  limitOfTheMachine,
  limitIntoZeros,
  sqliteTable,
  sqliteBatched,
  eventStorageFlushed,
  eventStorage,
  emmettSqlite,
  emmettPostgresql,
  emmettInMemory,
  castoreInMemory,
  handWritten,
  fmodel,
  castorePure,
];
