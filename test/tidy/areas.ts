/**
 * The map of the tree: which modules there are, in which order they may import one another, and
 * which of them are pure. A new module of `src` or `stores/file` is entered here.
 *
 * @module
 */

/** The modules of `src`. Each imports only from those before it. `laws/` comes after all. */
export const moduleOrder: ReadonlyArray<string> = [
  "invariant",
  "stream",
  "instances",
  "record",
  "view",
  "frozen",
  "decision",
  "side_by_side",
  "decider",
  "display",
  "equality",
  "process_manager",
  "drive",
  "process",
  "query",
  "fault",
  "json",
  "fingerprint",
  "io_ts_errors",
  "shape",
  "upcast",
  "event_codec",
  "codec",
  "timestamp",
  "cloud_event_attribute",
  "event_store",
  "commit_check",
  "exact_number",
  "cloud_event",
  "explain",
  "run",
  "spec",
  "read",
  "load",
  "handler",
  "projection_step",
  "catch_up",
  "projection_store",
  "projection",
  "source_commit",
  "import_fault",
  "interchange",
];

/** The modules of `src` that may know io-ts, because a codec is their subject. */
export const knowsIoTs: ReadonlySet<string> = new Set([
  "io_ts_errors",
  "shape",
  "codec",
]);

/** The modules of `stores/file` that compute and decide, and never touch a storage. */
export const pureFiles: ReadonlySet<string> = new Set([
  "append/rolling",
  "append/verdict",
  "chain",
  "claims/claim",
  "claims/claim_bytes",
  "claims/flush_failed",
  "format/bytes",
  "format/checksum",
  "format/commit_body",
  "format/frame",
  "format/layout",
  "format/manifest",
  "format/segment",
  "format/state_file",
  "format/store_file",
  "format/stream_cut",
  "options",
  "read/selection",
  "recovery",
  "runs/block_cache",
  "runs/bloom_filter",
  "runs/byte_sink",
  "runs/commit_terms",
  "runs/frame_marks",
  "runs/growing_column",
  "runs/index_block",
  "runs/index_decode",
  "runs/index_header",
  "runs/index_page",
  "runs/index_run",
  "runs/memory_terms",
  "runs/posting_chains",
  "runs/postings",
  "runs/run_lookup",
  "runs/run_page",
  "runs/run_part",
  "runs/run_rows",
  "runs/segment_row",
  "runs/term",
  "runs/term_hash",
  "storage",
]);

/** The modules of `stores/file` that act: they carry out plans, and choose nothing. */
export const actingFiles: ReadonlySet<string> = new Set([
  "append/append_outcome",
  "append/append_queue",
  "append/appender",
  "append/control",
  "append/heads",
  "append/matching",
  "append/plan",
  "append/tail",
  "append/write_all",
  "append/writer",
  "attempt",
  "claims/claim_reader",
  "claims/claimant",
  "claims/held_claim",
  "cuts",
  "file_store",
  "files",
  "hashed_scan",
  "load_log",
  "log",
  "mod",
  "newest_manifest",
  "opening",
  "read/chunk",
  "read/frame_reader",
  "read/lookups",
  "read/pages",
  "read/walk",
  "reading",
  "runs/block_reader",
  "runs/indexer",
  "runs/run_reader",
  "salvage",
  "scan",
  "segment_hash",
  "session",
  "states",
  "stats",
  "survey",
  "verifier",
  "writing",
]);

/** A module of `stores/file` by its path there, without its ending; none for other files. */
export function fileStoreModule(path: string): string | undefined {
  return path.match(/^stores\/file\/([a-z0-9_/]+)\.ts$/)?.[1];
}

/** Where Node's modules may be imported: adapters, programs, and what tries them. */
export const knowsNode: ReadonlyArray<string> = [
  "stores/storage/node.ts",
  "src/laws/node.ts",
  "cli",
  "examples",
  "test",
  "bench",
];

/** Where other packages may be imported, beside fp-ts. */
export const packagePlaces: Readonly<Record<string, ReadonlyArray<string>>> = {
  "@noble/hashes": ["stores/storage", "bench"],
  commander: ["cli", "examples"],
  "cli-progress": ["cli", "examples"],
  "fast-check": ["src/laws", "stores/conformance", "test", "examples", "bench"],
  leftfold: ["cli", "examples", "test", "bench"],
  esbuild: ["test", "bench"],
  "@babel/parser": ["test"],
  "@babel/types": ["test"],
};
