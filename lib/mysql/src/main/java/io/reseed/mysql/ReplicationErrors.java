package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import java.util.Locale;

/**
 * Sorts replication's error numbers by who can mend them. Numbers below 2000 and from 3000 are the
 * server's, 2000 to 2999 the client library's, from 10000 those of the error log.
 */
public final class ReplicationErrors {
  /** ER_SOURCE_FATAL_ERROR_READING_BINLOG: one number for many reasons, told apart by the text. */
  private static final int FATAL_ERROR_READING_BINLOG = 1236;

  private ReplicationErrors() {}

  /** Classifies one error; total: an unknown number is REPLICATION_UNKNOWN. */
  public static ReplicationError classify(int errno, String text) {
    if (FullDiskErrors.in(text)) {
      return new ReplicationError(errno, text, FailureCode.DISK_FULL);
    }
    FailureCode code =
        errno == FATAL_ERROR_READING_BINLOG ? readingBinlog(text) : byNumber(errno, text);
    return new ReplicationError(errno, text, code);
  }

  private static FailureCode readingBinlog(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("purged")) {
      return FailureCode.BINLOG_GAP;
    }
    if (lower.contains("more gtids than the source")
        || lower.contains("more gtids than the master")) {
      return FailureCode.ERRANT_TRANSACTIONS;
    }
    if (lower.contains("same server_uuid")
        || lower.contains("same server_id")
        || lower.contains("zombie")) {
      return FailureCode.DUPLICATE_SERVER_ID;
    }
    return lower.contains("could not find first log")
        ? FailureCode.BINLOG_GAP
        : FailureCode.REPLICATION_UNKNOWN;
  }

  private static FailureCode byNumber(int errno, String text) {
    return switch (errno) {
      case 2002, 2003, 2006, 2013, 1158, 1159, 1160, 1161, 1040, 1053, 1203 ->
          FailureCode.REPLICATION_NETWORK;
      // A name that does not resolve may be a name server's pause: the receiver retries it, too.
      case 2005 -> FailureCode.REPLICATION_NETWORK;
      case 1044, 1045, 1129, 1130, 1142, 1227, 1698, 1820, 2061, 3118, 3955 ->
          FailureCode.ACCESS_DENIED;
      case 2026 -> FailureCode.TLS_FAILED;
      // The source purged what the replica asks for, as a number of its own since 8.0.
      case 1789, 13114 ->
          text.toLowerCase(Locale.ROOT).contains("more gtids")
              ? FailureCode.ERRANT_TRANSACTIONS
              : FailureCode.BINLOG_GAP;
      // Rows that are there already, or not there, or a table that lacks or exceeds the source's.
      case 1007, 1008, 1032, 1049, 1050, 1051, 1054, 1060, 1062, 1091, 1146, 1677, 13146 ->
          FailureCode.APPLY_CONFLICT;
      case 1594, 1871, 1872, 13117, 13121, 13124 -> FailureCode.RELAY_LOG_UNUSABLE;
      // The fatal receiver error 1593 is about equal ids, uuids or settings.
      case 1593, 13115, 13116 -> fatalReceiver(text);
      case 1776, 1777, 1781, 1794, 1837, 1929, 3100 -> FailureCode.REPLICATION_CONFIGURATION;
      case 1205, 1213, 3572 -> FailureCode.APPLY_CONTENTION;
      case 1021, 1114 -> FailureCode.DISK_FULL;
      case 1030, 1290, 1396, 1410, 1418, 1534, 1580, 1586, 1786, 3098 -> FailureCode.APPLY_FAILED;
      default -> FailureCode.REPLICATION_UNKNOWN;
    };
  }

  private static FailureCode fatalReceiver(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean equalIdentities =
        lower.contains("equal") && (lower.contains("server id") || lower.contains("uuid"));
    return equalIdentities
        ? FailureCode.DUPLICATE_SERVER_ID
        : FailureCode.REPLICATION_CONFIGURATION;
  }
}
