package io.reseed.mysql;

import static java.util.Map.entry;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import java.util.Map;

/** What to do about failures of MySQL, where that is the same wherever they are found. */
public final class MysqlHints {
  private static final Map<FailureCode, String> HINTS =
      Map.ofEntries(
          entry(
              FailureCode.CONNECTION_REFUSED,
              "check that mysqld runs there and listens on that address"),
          entry(
              FailureCode.CONNECTION_TIMEOUT, "check the network, firewalls and the server's load"),
          entry(
              FailureCode.CONNECTION_LOST,
              "look into the server's error log: it closed the connection"),
          entry(
              FailureCode.UNKNOWN_HOST, "check the host name and name resolution on this machine"),
          entry(
              FailureCode.TOO_MANY_CONNECTIONS, "raise max_connections or find out who holds them"),
          entry(
              FailureCode.ANSWER_UNREADABLE,
              "look at the server with a client of your own: it is no MySQL server, or a damaged"
                  + " one"),
          entry(FailureCode.ACCESS_DENIED, "check user, password and host of the account"),
          entry(
              FailureCode.ACCOUNT_NOT_ADMITTED,
              "passwords may be rotated at any time, names not: configure an account that the backup"
                  + " has, or make a younger one (docs/RUNBOOK.md, rotating an account)"),
          entry(
              FailureCode.TEMPORARY_TABLES_OPEN,
              "another attempt follows; if it stays, find the session on the primary that holds"
                  + " temporary tables and logs statements, and use binlog_format=ROW"),
          entry(
              FailureCode.PRIVILEGE_MISSING,
              "grant what lib/mysql/README.md lists for this operation"),
          entry(
              FailureCode.SERVER_NOT_ALLOWED,
              "if it is one of the cluster's servers, add its network or name to"
                  + " reseed.mysql.accounts.\"<cluster>\".servers.allowed; if not, find out who"
                  + " named it"),
          entry(
              FailureCode.TLS_FAILED,
              "give the server a certificate for that address, signed by"
                  + " reseed.mysql.accounts.\"<cluster>\".servers.ca (docs/RUNBOOK.md, TLS)"),
          entry(
              FailureCode.STATEMENT_TIMEOUT,
              "the server did not answer in time: check its load and locks"),
          entry(
              FailureCode.STATEMENT_FAILED,
              "report it with the statement and the server's version"),
          entry(
              FailureCode.READ_ONLY, "the server is read-only: check that it is the intended one"),
          entry(FailureCode.MYSQL_NOT_FOUND, "run ./reseed setup, or set RESEED_MYSQL_HOME"),
          entry(
              FailureCode.NOT_OUR_FOLDER,
              "the path is no server folder of Reseed: remove it by hand if it may go"),
          entry(
              FailureCode.FOLDER_IN_USE,
              "a server or its files are there already: choose another folder"),
          entry(
              FailureCode.FILE_FAILED,
              "check permissions and health of that host's disk; another host may serve"),
          entry(
              FailureCode.SERVER_START_FAILED,
              "read the quoted lines of the server's error log; another host may serve"),
          entry(
              FailureCode.FILES_REFUSED,
              "the server's files are damaged or do not belong together: use another backup"),
          entry(
              FailureCode.KEYRING_MISSING,
              "give this host's mysqld the keyring component that the message names, with"
                  + " a copy of the shard's keys: no backup holds them"),
          entry(
              FailureCode.LAYOUT_UNSUPPORTED,
              "change where the server keeps the files that the message names; see"
                  + " docs/BACKUP_FORMAT.md"),
          entry(
              FailureCode.TABLESPACES_OUTSIDE,
              "CLONE writes such tablespaces to their donor's paths only: make the donor's"
                  + " folders on this host, without files of these names (Reseed takes the files"
                  + " from there at once), or move the tablespaces into the donor's data"
                  + " directory"),
          entry(
              FailureCode.DISK_FULL,
              "free some disk on the server's host, or let larger hosts take it"),
          entry(
              FailureCode.SERVER_START_TIMEOUT,
              "crash recovery may take longer: read the error log"),
          entry(
              FailureCode.SERVER_STOP_TIMEOUT,
              "a large buffer pool takes long to flush: wait longer or kill"),
          entry(FailureCode.SERVER_NOT_RUNNING, "start it, or look into its error log"),
          entry(
              FailureCode.UNCLEAN_STOP,
              "start the server, let it recover, and stop it cleanly again"),
          entry(
              FailureCode.BINLOG_GAP,
              "the backup may be sound, but the primary does not have the binlogs that it needs: a"
                  + " newer one is used, or made of a clone"),
          entry(
              FailureCode.ERRANT_TRANSACTIONS,
              "this copy has transactions that the source lacks: use another backup"),
          entry(
              FailureCode.APPLY_CONFLICT,
              "the copy's rows differ from the source's: use another backup"),
          entry(
              FailureCode.APPLY_FAILED,
              "read the quoted replication error; skip nothing without understanding it"),
          entry(
              FailureCode.APPLY_CONTENTION,
              "the applier lost against locks too often: start the replica again"),
          entry(
              FailureCode.RELAY_LOG_UNUSABLE,
              "RESET REPLICA ALL and attach again: the relay logs are refetched"),
          entry(
              FailureCode.DUPLICATE_SERVER_ID,
              "give every server of the shard its own server_id and auto.cnf"),
          entry(
              FailureCode.REPLICATION_NETWORK,
              "the replica does not reach its source: resolve the primary again"),
          entry(FailureCode.REPLICATION_CONFIGURATION, "mend the setting that the message names"),
          entry(
              FailureCode.REPLICATION_UNKNOWN,
              "an error number without a rule here: read the message"),
          entry(
              FailureCode.ENGINE_NOT_CARRIED,
              "convert these tables on the primary (ALTER TABLE … ENGINE=InnoDB), or drop them"),
          entry(
              FailureCode.PARTIAL_COPY,
              "remove the filter, delay or channel that the message names, or take the server out of"
                  + " the shard's declaration"),
          entry(FailureCode.CLONE_UNFIT, "mend each listed difference of donor and recipient"),
          entry(FailureCode.CLONE_FAILED, "read the quoted error; another donor may serve"),
          entry(
              FailureCode.TARGET_FULL,
              "free some disk on that host, or let larger hosts take it; another host is tried"));

  private MysqlHints() {}

  /** One sentence without a full stop. */
  public static String of(FailureCode code) {
    return HINTS.getOrDefault(code, "read the message, and what docs/RUNBOOK.md says of the code");
  }

  /** A failure of MySQL in others' words. */
  public static Failure failure(FailureCode code, String message) {
    return Failure.of(code, message, of(code));
  }
}
