package io.reseed.mysql;

import java.util.regex.Pattern;

/**
 * Errors of mysqld that say that a disk is full: by the operating system's numbers that they quote
 * and by MySQL's own, since its words come in the language that the server was given.
 */
public final class FullDiskErrors {
  /** ENOSPC and EDQUOT, as in "OS errno 28", "errno: 28", "Error number 28". */
  private static final Pattern OS_NUMBERS =
      Pattern.compile("(errno|error number):? (28|122)\\b", Pattern.CASE_INSENSITIVE);

  /** EE_DISK_FULL and ER_DISK_FULL, as the error log and replication's tables show them. */
  private static final Pattern MYSQL_NUMBERS = Pattern.compile("MY-(000035|001021)\\b");

  private FullDiskErrors() {}

  /** Whether a line of the error log, or a message, says so. */
  public static boolean in(String text) {
    return OS_NUMBERS.matcher(text).find() || MYSQL_NUMBERS.matcher(text).find();
  }
}
