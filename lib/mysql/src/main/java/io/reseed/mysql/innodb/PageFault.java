package io.reseed.mysql.innodb;

import java.nio.file.Path;

/**
 * What is wrong with a page.
 *
 * @param file the tablespace's file
 * @param page its place in the file, counted from 0 in physical pages
 * @param kind what was found
 * @param message for people: names file, page, what is there and what should be
 */
public record PageFault(Path file, long page, Kind kind, String message) {
  /** Kinds of faults. */
  public enum Kind {
    /** The bytes are not those that the checksum was made of. */
    CHECKSUM,
    /** Head and tail were written at different times. */
    TORN,
    /** A page of another place. */
    PAGE_NUMBER,
    /** A page of another tablespace. */
    SPACE_ID,
    /** The file ends before the tablespace does, or its first page says nothing. */
    FILE
  }
}
