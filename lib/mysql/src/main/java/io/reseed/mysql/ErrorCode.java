package io.reseed.mysql;

import io.reseed.fleet.FailureClass;

/**
 * The stable codes of everything that goes wrong with MySQL, each with its class and what to do.
 * Names are published in events: they are never renamed.
 */
public enum ErrorCode {
  CONNECTION_REFUSED(
      FailureClass.TRANSIENT, "check that mysqld runs there and listens on that address"),
  CONNECTION_TIMEOUT(FailureClass.TRANSIENT, "check the network, firewalls and the server's load"),
  CONNECTION_LOST(
      FailureClass.TRANSIENT, "look into the server's error log: it closed the connection"),
  UNKNOWN_HOST(
      FailureClass.OPERATOR_MUST_ACT, "check the host name and name resolution on this machine"),
  TOO_MANY_CONNECTIONS(FailureClass.TRANSIENT, "raise max_connections or find out who holds them"),
  ACCESS_DENIED(FailureClass.OPERATOR_MUST_ACT, "check user, password and host of the account"),
  PRIVILEGE_MISSING(
      FailureClass.OPERATOR_MUST_ACT, "grant what lib/mysql/README.md lists for this operation"),
  TLS_FAILED(
      FailureClass.OPERATOR_MUST_ACT, "check the server's certificates, or attach without TLS"),
  STATEMENT_TIMEOUT(
      FailureClass.TRANSIENT, "the server did not answer in time: check its load and locks"),
  STATEMENT_FAILED(FailureClass.BUG, "report it with the statement and the server's version"),
  ANSWER_UNREADABLE(
      FailureClass.OPERATOR_MUST_ACT,
      "look at the server with a client of your own: it is no MySQL server, or a damaged one"),
  READ_ONLY(
      FailureClass.OPERATOR_MUST_ACT, "the server is read-only: check that it is the intended one"),
  MYSQL_NOT_FOUND(FailureClass.OPERATOR_MUST_ACT, "run ./reseed setup, or set RESEED_MYSQL_HOME"),
  NOT_OUR_FOLDER(
      FailureClass.OPERATOR_MUST_ACT,
      "the path is no server folder of Reseed: remove it by hand if it may go"),
  FOLDER_IN_USE(
      FailureClass.OPERATOR_MUST_ACT,
      "a server or its files are there already: choose another folder"),
  FILE_FAILED(FailureClass.OPERATOR_MUST_ACT, "check space, permissions and health of the disk"),
  SERVER_START_FAILED(
      FailureClass.OPERATOR_MUST_ACT, "read the quoted lines of the server's error log"),
  FILES_REFUSED(
      FailureClass.BAD_BACKUP,
      "the server's files are damaged or do not belong together: use another backup"),
  KEYRING_MISSING(
      FailureClass.OPERATOR_MUST_ACT,
      "give this host's mysqld the keyring component that the message names, with a copy of the"
          + " shard's keys: no backup holds them"),
  LAYOUT_UNSUPPORTED(
      FailureClass.OPERATOR_MUST_ACT,
      "change where the server keeps the files that the message names; see docs/BACKUP_FORMAT.md"),
  TABLESPACES_OUTSIDE(
      FailureClass.OPERATOR_MUST_ACT,
      "CLONE writes such tablespaces to their donor's paths only: make the donor's folders on this"
          + " host, without files of these names (Reseed takes the files from there at once), or move"
          + " the tablespaces into the donor's data directory"),
  DISK_FULL(
      FailureClass.OPERATOR_MUST_ACT,
      "free some disk on the server's host, or let larger hosts take it"),
  SERVER_START_TIMEOUT(
      FailureClass.TRANSIENT, "crash recovery may take longer: read the error log"),
  SERVER_STOP_TIMEOUT(
      FailureClass.TRANSIENT, "a large buffer pool takes long to flush: wait longer or kill"),
  SERVER_NOT_RUNNING(FailureClass.TRANSIENT, "start it, or look into its error log"),
  UNCLEAN_STOP(
      FailureClass.TRANSIENT, "start the server, let it recover, and stop it cleanly again"),
  BINLOG_GAP(
      FailureClass.BAD_BACKUP,
      "the source purged binlogs that this copy needs: use a newer backup"),
  ERRANT_TRANSACTIONS(
      FailureClass.BAD_BACKUP,
      "this copy has transactions that the source lacks: use another backup"),
  APPLY_CONFLICT(
      FailureClass.BAD_BACKUP, "the copy's rows differ from the source's: use another backup"),
  APPLY_FAILED(
      FailureClass.OPERATOR_MUST_ACT,
      "read the quoted replication error; skip nothing without understanding it"),
  APPLY_CONTENTION(
      FailureClass.TRANSIENT, "the applier lost against locks too often: start the replica again"),
  RELAY_LOG_UNUSABLE(
      FailureClass.TRANSIENT, "RESET REPLICA ALL and attach again: the relay logs are refetched"),
  DUPLICATE_SERVER_ID(
      FailureClass.OPERATOR_MUST_ACT,
      "give every server of the shard its own server_id and auto.cnf"),
  REPLICATION_NETWORK(
      FailureClass.TRANSIENT, "the replica does not reach its source: resolve the primary again"),
  REPLICATION_CONFIGURATION(
      FailureClass.OPERATOR_MUST_ACT, "mend the setting that the message names"),
  REPLICATION_UNKNOWN(
      FailureClass.OPERATOR_MUST_ACT, "an error number without a rule here: read the message"),
  CLONE_UNFIT(FailureClass.OPERATOR_MUST_ACT, "mend each listed difference of donor and recipient"),
  CLONE_FAILED(FailureClass.TRANSIENT, "read the quoted error; another donor may serve");

  private final FailureClass failureClass;
  private final String hint;

  ErrorCode(FailureClass failureClass, String hint) {
    this.failureClass = failureClass;
    this.hint = hint;
  }

  /** Who can mend it. */
  public FailureClass failureClass() {
    return failureClass;
  }

  /** What to do, one sentence without a full stop. */
  public String hint() {
    return hint;
  }
}
