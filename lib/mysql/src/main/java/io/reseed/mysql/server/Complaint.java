package io.reseed.mysql.server;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the lines of an error log with which mysqld complains of its disk being full, or of its own
 * files: damaged, missing, or not belonging together. Others are none of the latter: "Data
 * Dictionary initialization failed" and its like follow any failure of InnoDB, also one for want of
 * memory or disk.
 */
final class Complaint {
  private static final Pattern LINE =
      Pattern.compile("\\[(ERROR|Warning)] (\\[MY-\\d{6}]) \\[(InnoDB|Server)] (.*)");

  /** MySQL 9.7's numbers, each seen on a real server with such files. */
  private static final Set<String> NUMBERS =
      Set.of(
          "[MY-011087]", // lower_case_table_names differs from the data dictionary's
          "[MY-011899]", // page unreadable after 100 attempts
          "[MY-011904]", // page bears another's number
          "[MY-011906]", // page checksum
          "[MY-012095]", // file is of another tablespace than the data dictionary says
          "[MY-012131]", // no valid file for a tablespace
          "[MY-012153]", // page beyond the end of its file
          "[MY-012222]", // page size of a file
          "[MY-012237]", // first page of a file
          "[MY-012239]", // space id of a file
          "[MY-012263]", // size of the system tablespace
          "[MY-012351]", // a tablespace's file is missing
          "[MY-013089]", // checksum of a redo log's header
          "[MY-013859]", // redo log's header unreadable
          "[MY-013862]"); // redo folder missing

  /** The words of its messages beyond those; 71 is InnoDB's number for a file that is not there. */
  private static final Pattern WORDS =
      Pattern.compile(
          "corrupt|log sequence number .*future|OS error:? 71\\b", Pattern.CASE_INSENSITIVE);

  /** 28 is ENOSPC. */
  private static final Pattern DISK_FULL =
      Pattern.compile(
          "No space left on device|Disk is full writing|(errno:?|error number) 28\\b",
          Pattern.CASE_INSENSITIVE);

  private Complaint() {}

  static boolean isOfFullDisk(String line) {
    return line.contains("[ERROR]") && DISK_FULL.matcher(line).find();
  }

  static boolean isOfFiles(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.find()) {
      return false;
    }
    boolean ofInnodb = parts.group(3).equals("InnoDB");
    return NUMBERS.contains(parts.group(2)) || (ofInnodb && WORDS.matcher(parts.group(4)).find());
  }
}
