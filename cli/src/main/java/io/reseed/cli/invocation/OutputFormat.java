package io.reseed.cli.invocation;

/** How results are printed. */
public enum OutputFormat {
  /** For people; may change at any time. */
  TEXT,
  /** For programs; fields are only ever added. */
  JSON
}
