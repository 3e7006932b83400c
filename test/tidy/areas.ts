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
  "projection_store",
  "catch_up",
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
  "block_cache",
  "bloom_filter",
  "byte_sink",
  "bytes",
  "chain",
  "checksum",
  "claim",
  "claim_bytes",
  "commit_body",
  "commit_terms",
  "frame",
  "frame_marks",
  "growing_column",
  "index_block",
  "index_decode",
  "index_header",
  "index_page",
  "index_run",
  "layout",
  "memory_terms",
  "options",
  "posting_chains",
  "postings",
  "recovery",
  "rolling",
  "run_lookup",
  "run_page",
  "run_part",
  "run_rows",
  "segment",
  "segment_row",
  "selection",
  "state_file",
  "storage",
  "store_file",
  "term",
  "term_hash",
  "verdict",
]);

/** The modules of `stores/file` that act: they carry out plans, and choose nothing. */
export const actingFiles: ReadonlySet<string> = new Set([
  "append_outcome",
  "append_queue",
  "attempt",
  "block_reader",
  "chunk",
  "claim_reader",
  "claimant",
  "files",
  "frame_reader",
  "heads",
  "held_claim",
  "indexer",
  "load_log",
  "log",
  "pages",
  "run_reader",
  "scan",
  "states",
  "survey",
  "tail",
  "walk",
  "write_all",
  "writer",
]);

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
  commander: ["cli", "examples"],
  "cli-progress": ["cli", "examples"],
  "fast-check": ["src/laws", "stores/conformance", "test", "examples", "bench"],
  leftfold: ["cli", "examples", "test", "bench"],
  esbuild: ["test", "bench"],
  "@babel/parser": ["test"],
  "@babel/types": ["test"],
};
