package io.reseed.mysql;

import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ServerAddress;
import io.reseed.mysql.ReplicaChannel.ReceiverState;
import io.reseed.mysql.ServerObservation.ConnectedReplica;
import io.reseed.mysql.gtid.GtidSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads a server's whole picture with one session. */
final class Observer {
  private static final String DEFAULT_CHANNEL_STATUS = "SHOW REPLICA STATUS FOR CHANNEL ''";

  private static final String SETS =
      "SELECT @@global.gtid_purged AS purged, @@global.gtid_executed AS executed";

  /**
   * {@link #SETS}, and how old what a replica works on is. Worker threads' errors tell more than
   * the coordinator's, which only points at them. The applier is as old as the oldest original
   * commit among what is being applied, else as the last one applied; the receiver has an age in
   * the middle of a large transaction, or behind its source. Commit times are compared on the
   * server's own clock.
   */
  private static final String SETS_OF_REPLICA =
      SETS
          + """
          ,
            error.LAST_ERROR_NUMBER AS worker_errno, error.LAST_ERROR_MESSAGE AS worker_text,
            TIMESTAMPDIFF(MICROSECOND, applier.applying, NOW(6)) DIV 1000 AS applying,
            TIMESTAMPDIFF(MICROSECOND, applier.applied, NOW(6)) DIV 1000 AS applied,
            TIMESTAMPDIFF(MICROSECOND, receiver.queueing, NOW(6)) DIV 1000 AS queueing
          FROM
            (SELECT
               MIN(CASE WHEN APPLYING_TRANSACTION <> ''
                   THEN NULLIF(APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP, 0) END) AS applying,
               MAX(NULLIF(LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP, 0)) AS applied
             FROM performance_schema.replication_applier_status_by_worker
             WHERE CHANNEL_NAME = '') AS applier
          LEFT JOIN
            (SELECT CASE WHEN QUEUEING_TRANSACTION <> ''
               THEN NULLIF(QUEUEING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP, 0) END AS queueing
             FROM performance_schema.replication_connection_status
             WHERE CHANNEL_NAME = '') AS receiver ON TRUE
          LEFT JOIN
            (SELECT LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE
             FROM performance_schema.replication_applier_status_by_worker
             WHERE CHANNEL_NAME = '' AND LAST_ERROR_NUMBER <> 0
             ORDER BY LAST_ERROR_TIMESTAMP LIMIT 1) AS error ON TRUE
          """;

  /**
   * Who it is. A thread of replication that waits for disk space holds the lock that SHOW REPLICA
   * STATUS takes: asked then, the server would not answer before somebody frees space.
   */
  private static final String IDENTITY =
      """
      SELECT @@global.server_uuid AS uuid, @@global.server_id AS id,
        @@global.version AS version, @@global.read_only AS read_only,
        @@global.super_read_only AS super_read_only,
        (SELECT NAME FROM performance_schema.threads
         WHERE NAME LIKE 'thread/sql/replica%' AND PROCESSLIST_STATE = 'Waiting for disk space'
         LIMIT 1) AS waiting,
      """
          + PartialCopy.REASONS
          + " AS partial_reasons";

  /** Of any thread: asked only where a server did not answer in time. */
  private static final String WAITS_FOR_DISK =
      """
      SELECT NAME AS thread FROM performance_schema.threads
      WHERE PROCESSLIST_STATE = 'Waiting for disk space' LIMIT 1
      """;

  private final MysqlSession session;

  Observer(MysqlSession session) {
    this.session = session;
  }

  /** Five statements; the executed set is read after all that it is compared with. */
  ServerObservation observe() {
    Row server = only(IDENTITY);
    server.find("waiting").ifPresent(this::refuseWaiting);
    List<ConnectedReplica> replicas = connectedReplicas();
    Optional<Row> status = session.query(DEFAULT_CHANNEL_STATUS).stream().findFirst();
    Row sets = only(status.isPresent() ? SETS_OF_REPLICA : SETS);
    GtidSet executed = GtidSet.parse(sets.text("executed"));
    return new ServerObservation(
        session.address(),
        server.present("uuid"),
        server.number("id"),
        version(server.present("version")),
        decided(server, "read_only"),
        decided(server, "super_read_only"),
        executed,
        GtidSet.parse(sets.text("purged")),
        status.map(row -> channel(row, sets, executed)),
        replicas,
        partialReasons(server));
  }

  /** Which databases' changes reach the binlog is no variable. */
  private List<String> partialReasons(Row server) {
    List<String> reasons = new ArrayList<>(PartialCopy.reasons(server.text("partial_reasons")));
    for (Row binlog : session.query("SHOW BINARY LOG STATUS")) {
      for (String filter : List.of("Binlog_Do_DB", "Binlog_Ignore_DB")) {
        binlog
            .find(filter)
            .filter(databases -> !databases.isEmpty())
            .ifPresent(databases -> reasons.add("binlog filter " + filter + "=" + databases));
      }
    }
    return reasons;
  }

  /** The one row of a query about the server itself. */
  private Row only(String query) {
    List<Row> rows = session.query(query);
    if (rows.size() != 1) {
      throw new MysqlException(
          FailureCode.ANSWER_UNREADABLE,
          "%s answers with %d rows instead of one".formatted(session.address(), rows.size()));
    }
    return rows.getFirst();
  }

  /** A flag on which the choice of a primary depends: what is neither on nor off is not off. */
  private static boolean decided(Row row, String column) {
    row.present(column);
    return row.flag(column);
  }

  Optional<ReplicaChannel> replication() {
    Optional<Row> status = session.query(DEFAULT_CHANNEL_STATUS).stream().findFirst();
    return status.map(
        row -> {
          Row sets = only(SETS_OF_REPLICA);
          return channel(row, sets, GtidSet.parse(sets.text("executed")));
        });
  }

  private void refuseWaiting(String thread) {
    throw new MysqlException(FailureCode.DISK_FULL, waits(thread));
  }

  Optional<String> waitingForDisk() {
    return session.query(WAITS_FOR_DISK).stream().findFirst().map(row -> waits(row.text("thread")));
  }

  private String waits(String thread) {
    return "%s of %s waits for disk space".formatted(thread, session.address());
  }

  /** Distributions append a build: 9.7.4-2. */
  private static String version(String text) {
    int dash = text.indexOf('-');
    return dash < 0 ? text : text.substring(0, dash);
  }

  private List<ConnectedReplica> connectedReplicas() {
    return session.query("SHOW REPLICAS").stream()
        .map(
            row ->
                new ConnectedReplica(
                    row.text("Host"),
                    port(row.number("Port")),
                    row.text("Replica_UUID"),
                    row.number("Server_Id")))
        .toList();
  }

  /** No port that is too large for one becomes another by being cut. */
  private static int port(long number) {
    return number < 0 || number > Integer.MAX_VALUE ? 0 : (int) number;
  }

  private ReplicaChannel channel(Row status, Row sets, GtidSet executed) {
    GtidSet retrieved = GtidSet.parse(status.text("Retrieved_Gtid_Set"));
    ReceiverState receiver = receiver(status.text("Replica_IO_Running"));
    boolean applierRunning = status.flag("Replica_SQL_Running");
    OptionalLong lag =
        receiver == ReceiverState.RUNNING && applierRunning
            ? OptionalLong.of(lagMillis(sets, executed.contains(retrieved)))
            : OptionalLong.empty();
    return new ReplicaChannel(
        ServerAddress.reported(status.text("Source_Host"), port(status.number("Source_Port"))),
        status.text("Source_UUID"),
        status.text("Source_User"),
        status.flag("Auto_Position"),
        receiver,
        applierRunning,
        error(status.number("Last_IO_Errno"), status.text("Last_IO_Error")),
        workerError(sets)
            .or(() -> error(status.number("Last_SQL_Errno"), status.text("Last_SQL_Error"))),
        retrieved,
        lag);
  }

  private static ReceiverState receiver(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "YES" -> ReceiverState.RUNNING;
      case "CONNECTING" -> ReceiverState.CONNECTING;
      default -> ReceiverState.STOPPED;
    };
  }

  private static Optional<ReplicationError> error(long errno, String text) {
    return errno == 0
        ? Optional.empty()
        : Optional.of(ReplicationErrors.classify((int) errno, text));
  }

  private static Optional<ReplicationError> workerError(Row sets) {
    return sets.find("worker_errno").isPresent()
        ? error(sets.number("worker_errno"), sets.text("worker_text"))
        : Optional.empty();
  }

  private static long lagMillis(Row sets, boolean allApplied) {
    long receiver = Math.max(0, sets.number("queueing"));
    if (allApplied) {
      return receiver;
    }
    String applier = sets.find("applying").isPresent() ? "applying" : "applied";
    return Math.max(receiver, sets.number(applier));
  }
}
