package io.reseed.cli;

/** How results are printed. */
enum OutputFormat {
  /** For people; may change at any time. */
  TEXT,
  /** For programs; fields are only ever added. */
  JSON
}
