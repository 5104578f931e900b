package io.reseed.mysql;

/**
 * The stable codes of everything that goes wrong with MySQL, each with its class and what to do.
 * Names are published in events: they are never renamed.
 */
public enum ErrorCode {
  CONNECTION_REFUSED(
      ErrorClass.TRANSIENT, "check that mysqld runs there and listens on that address"),
  CONNECTION_TIMEOUT(ErrorClass.TRANSIENT, "check the network, firewalls and the server's load"),
  CONNECTION_LOST(
      ErrorClass.TRANSIENT, "look into the server's error log: it closed the connection"),
  UNKNOWN_HOST(ErrorClass.OPERATOR, "check the host name and name resolution on this machine"),
  TOO_MANY_CONNECTIONS(ErrorClass.TRANSIENT, "raise max_connections or find out who holds them"),
  ACCESS_DENIED(ErrorClass.OPERATOR, "check user, password and host of the account"),
  PRIVILEGE_MISSING(ErrorClass.OPERATOR, "grant what lib/mysql/README.md lists for this operation"),
  TLS_FAILED(ErrorClass.OPERATOR, "check the server's certificates, or attach without TLS"),
  STATEMENT_TIMEOUT(
      ErrorClass.TRANSIENT, "the server did not answer in time: check its load and locks"),
  STATEMENT_FAILED(ErrorClass.BUG, "report it with the statement and the server's version"),
  READ_ONLY(ErrorClass.OPERATOR, "the server is read-only: check that it is the intended one"),
  MYSQL_NOT_FOUND(ErrorClass.OPERATOR, "run ./reseed setup, or set RESEED_MYSQL_HOME"),
  NOT_OUR_FOLDER(
      ErrorClass.OPERATOR,
      "the path is no server folder of Reseed: remove it by hand if it may go"),
  FOLDER_IN_USE(
      ErrorClass.OPERATOR, "a server or its files are there already: choose another folder"),
  FILE_FAILED(ErrorClass.OPERATOR, "check space, permissions and health of the disk"),
  SERVER_START_FAILED(ErrorClass.OPERATOR, "read the quoted lines of the server's error log"),
  FILES_REFUSED(
      ErrorClass.BAD_BACKUP,
      "the server's files are damaged or do not belong together: use another backup"),
  KEYRING_MISSING(
      ErrorClass.OPERATOR,
      "give this host's mysqld the keyring component that the message names, with a copy of the"
          + " shard's keys: no backup holds them"),
  LAYOUT_UNSUPPORTED(
      ErrorClass.OPERATOR,
      "change where the server keeps the files that the message names; see docs/BACKUP_FORMAT.md"),
  TABLESPACES_OUTSIDE(
      ErrorClass.OPERATOR,
      "CLONE writes such tablespaces to their donor's paths only: make the donor's folders on this"
          + " host, without files of these names (Reseed takes the files from there at once), or move"
          + " the tablespaces into the donor's data directory"),
  DISK_FULL(
      ErrorClass.OPERATOR, "free some disk on the server's host, or let larger hosts take it"),
  SERVER_START_TIMEOUT(ErrorClass.TRANSIENT, "crash recovery may take longer: read the error log"),
  SERVER_STOP_TIMEOUT(
      ErrorClass.TRANSIENT, "a large buffer pool takes long to flush: wait longer or kill"),
  SERVER_NOT_RUNNING(ErrorClass.TRANSIENT, "start it, or look into its error log"),
  UNCLEAN_STOP(ErrorClass.TRANSIENT, "start the server, let it recover, and stop it cleanly again"),
  BINLOG_GAP(
      ErrorClass.BAD_BACKUP, "the source purged binlogs that this copy needs: use a newer backup"),
  ERRANT_TRANSACTIONS(
      ErrorClass.BAD_BACKUP,
      "this copy has transactions that the source lacks: use another backup"),
  APPLY_CONFLICT(
      ErrorClass.BAD_BACKUP, "the copy's rows differ from the source's: use another backup"),
  APPLY_FAILED(
      ErrorClass.OPERATOR,
      "read the quoted replication error; skip nothing without understanding it"),
  APPLY_CONTENTION(
      ErrorClass.TRANSIENT, "the applier lost against locks too often: start the replica again"),
  RELAY_LOG_UNUSABLE(
      ErrorClass.TRANSIENT, "RESET REPLICA ALL and attach again: the relay logs are refetched"),
  DUPLICATE_SERVER_ID(
      ErrorClass.OPERATOR, "give every server of the shard its own server_id and auto.cnf"),
  REPLICATION_NETWORK(
      ErrorClass.TRANSIENT, "the replica does not reach its source: resolve the primary again"),
  REPLICATION_CONFIGURATION(ErrorClass.OPERATOR, "mend the setting that the message names"),
  REPLICATION_UNKNOWN(ErrorClass.OPERATOR, "an error number without a rule here: read the message"),
  CLONE_UNFIT(ErrorClass.OPERATOR, "mend each listed difference of donor and recipient"),
  CLONE_FAILED(ErrorClass.TRANSIENT, "read the quoted error; another donor may serve");

  private final ErrorClass errorClass;
  private final String hint;

  ErrorCode(ErrorClass errorClass, String hint) {
    this.errorClass = errorClass;
    this.hint = hint;
  }

  /** Who can mend it. */
  public ErrorClass errorClass() {
    return errorClass;
  }

  /** What to do, one sentence without a full stop. */
  public String hint() {
    return hint;
  }
}
