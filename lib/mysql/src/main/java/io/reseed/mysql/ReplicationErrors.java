package io.reseed.mysql;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Sorts replication's error numbers by who can mend them. Numbers below 2000 and from 3000 are the
 * server's, 2000 to 2999 the client library's, from 10000 those of the error log.
 */
public final class ReplicationErrors {
  /** ER_SOURCE_FATAL_ERROR_READING_BINLOG: one number for many reasons, told apart by the text. */
  private static final int FATAL_ERROR_READING_BINLOG = 1236;

  /** Errors of many numbers end with the operating system's words or number for it. */
  private static final Pattern DISK_FULL =
      Pattern.compile("No space left on device|Disk is full writing|errno:? 28\\b");

  private ReplicationErrors() {}

  /** Classifies one error; total: an unknown number is REPLICATION_UNKNOWN. */
  public static ReplicationError classify(int errno, String text) {
    if (DISK_FULL.matcher(text).find()) {
      return new ReplicationError(errno, text, ErrorCode.DISK_FULL);
    }
    ErrorCode code =
        errno == FATAL_ERROR_READING_BINLOG ? readingBinlog(text) : byNumber(errno, text);
    return new ReplicationError(errno, text, code);
  }

  private static ErrorCode readingBinlog(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("purged")) {
      return ErrorCode.BINLOG_GAP;
    }
    if (lower.contains("more gtids than the source")
        || lower.contains("more gtids than the master")) {
      return ErrorCode.ERRANT_TRANSACTIONS;
    }
    if (lower.contains("same server_uuid")
        || lower.contains("same server_id")
        || lower.contains("zombie")) {
      return ErrorCode.DUPLICATE_SERVER_ID;
    }
    return lower.contains("could not find first log")
        ? ErrorCode.BINLOG_GAP
        : ErrorCode.REPLICATION_UNKNOWN;
  }

  private static ErrorCode byNumber(int errno, String text) {
    return switch (errno) {
      case 2002, 2003, 2006, 2013, 1158, 1159, 1160, 1161, 1040, 1053, 1203 ->
          ErrorCode.REPLICATION_NETWORK;
      // A name that does not resolve may be a name server's pause: the receiver retries it, too.
      case 2005 -> ErrorCode.REPLICATION_NETWORK;
      case 1044, 1045, 1129, 1130, 1142, 1227, 1698, 1820, 2061, 3118, 3955 ->
          ErrorCode.ACCESS_DENIED;
      case 2026 -> ErrorCode.TLS_FAILED;
      // The source purged what the replica asks for, as a number of its own since 8.0.
      case 1789, 13114 ->
          text.toLowerCase(Locale.ROOT).contains("more gtids")
              ? ErrorCode.ERRANT_TRANSACTIONS
              : ErrorCode.BINLOG_GAP;
      // Rows that are there already, or not there, or a table that lacks or exceeds the source's.
      case 1007, 1008, 1032, 1049, 1050, 1051, 1054, 1060, 1062, 1091, 1146, 1677, 13146 ->
          ErrorCode.APPLY_CONFLICT;
      case 1594, 1871, 1872, 13117, 13121, 13124 -> ErrorCode.RELAY_LOG_UNUSABLE;
      // The fatal receiver error 1593 is about equal ids, uuids or settings.
      case 1593, 13115, 13116 -> fatalReceiver(text);
      case 1776, 1777, 1781, 1794, 1837, 1929, 3100 -> ErrorCode.REPLICATION_CONFIGURATION;
      case 1205, 1213, 3572 -> ErrorCode.APPLY_CONTENTION;
      case 1021, 1114 -> ErrorCode.DISK_FULL;
      case 1030, 1290, 1396, 1410, 1418, 1534, 1580, 1586, 1786, 3098 -> ErrorCode.APPLY_FAILED;
      default -> ErrorCode.REPLICATION_UNKNOWN;
    };
  }

  private static ErrorCode fatalReceiver(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean equalIdentities =
        lower.contains("equal") && (lower.contains("server id") || lower.contains("uuid"));
    return equalIdentities ? ErrorCode.DUPLICATE_SERVER_ID : ErrorCode.REPLICATION_CONFIGURATION;
  }
}
