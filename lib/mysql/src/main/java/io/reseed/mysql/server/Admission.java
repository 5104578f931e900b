package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Credentials;
import io.reseed.mysql.MysqlException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets our own account into a server of ours whose files are older than the account's password. The
 * files' owner needs no password for that; afterwards replication brings whatever became of the
 * account since.
 */
public final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private Admission() {}

  /**
   * Nothing happens where the account can log in. Else the server is restarted, and the account has
   * this password under each host name that it has there, and no other password more than before.
   * May be repeated.
   *
   * @param server fenced, and nobody else's yet
   * @param timeout for its stop and its start, each
   * @throws MysqlException ACCOUNT_NOT_ADMITTED when it is refused all the same
   */
  public static void admit(LocalServer server, Credentials account, Duration timeout) {
    if (isAdmitted(server, account)) {
      return;
    }
    LOG.info(
        "account has another password in the files of the server, set anew server={} account={}",
        server.address(),
        account.user());
    server.restartWith(statements(account), timeout);
    if (!isAdmitted(server, account)) {
      throw new MysqlException(
          FailureCode.ACCOUNT_NOT_ADMITTED,
          "%s, made of files of an earlier time, refuses %s, which these files may not have yet"
              .formatted(server.address(), account.user()));
    }
  }

  private static boolean isAdmitted(LocalServer server, Credentials account) {
    try (var _ = server.open(account)) {
      return true;
    } catch (MysqlException e) {
      if (e.code() == FailureCode.ACCESS_DENIED) {
        LOG.debug("account refused server={}", server.address(), e);
        return false;
      }
      throw e;
    }
  }

  /** By its hash, so that neither this file nor a log nor a digest of statements has a password. */
  private static List<String> statements(Credentials account) {
    return List.of(
        "SET NAMES utf8mb4",
        "SET SESSION sql_mode = '', group_concat_max_len = 1048576",
        "SET @accounts = (SELECT GROUP_CONCAT(CONCAT(QUOTE(User), '@', QUOTE(Host),"
            + " ' IDENTIFIED WITH caching_sha2_password AS %s'))"
                .formatted(PasswordHash.literal(account.password()))
            + " FROM mysql.user WHERE User = %s)".formatted(quoted(account.user())),
        "SET @admit = IF(@accounts IS NULL, 'DO 0', CONCAT('ALTER USER ', @accounts))",
        "PREPARE admit FROM @admit",
        "EXECUTE admit");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
