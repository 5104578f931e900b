package io.reseed.mysql;

import com.mysql.cj.exceptions.SSLParamsException;
import com.mysql.cj.exceptions.UnableToConnectException;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.ForeignText;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShortenedText;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns the driver's exceptions into ours. */
final class SqlErrors {
  private static final int WORDS_MAX = 2_000;
  private static final int STATEMENT_SHOWN_MAX = 200;

  /** ER_PARSE_ERROR: its message repeats the statement from the error on, passwords included. */
  private static final int SYNTAX_ERROR = 1064;

  private SqlErrors() {}

  static MysqlException connecting(ServerAddress address, Credentials account, SQLException e) {
    FailureCode code = byNumber(e.getErrorCode());
    if (code == null) {
      code = byCause(e, FailureCode.CONNECTION_TIMEOUT);
    }
    String what =
        code == FailureCode.TLS_FAILED
            ? "%s did not show that it is the server that is meant, so it gets no password of %s: %s"
            : "cannot connect to %s as %s: %s";
    String message = what.formatted(address, account.user(), words(e));
    return new MysqlException(code, e.getErrorCode(), message, e);
  }

  static MysqlException executing(ServerAddress address, String sql, SQLException e) {
    FailureCode code = byNumber(e.getErrorCode());
    if (code == null) {
      code =
          e.getErrorCode() == 0 && isOfConnection(e)
              ? byCause(e, FailureCode.STATEMENT_TIMEOUT)
              : FailureCode.STATEMENT_FAILED;
    }
    boolean quotesStatement = e.getErrorCode() == SYNTAX_ERROR;
    String words = quotesStatement ? "syntax error" : words(e);
    String message =
        "%s refused %s: error %d, %s".formatted(address, shown(sql), e.getErrorCode(), words);
    return new MysqlException(code, e.getErrorCode(), message, quotesStatement ? null : e);
  }

  /** Numbers of the server's reference manual, "Server Error Message Reference". */
  private static @Nullable FailureCode byNumber(int errno) {
    return switch (errno) {
      case 1045, 1698, 1820, 3118, 3955 -> FailureCode.ACCESS_DENIED;
      case 1129, 1130 -> FailureCode.ACCESS_DENIED;
      case 1044, 1142, 1143, 1227, 1370, 3530 -> FailureCode.PRIVILEGE_MISSING;
      case 1040, 1203, 1226 -> FailureCode.TOO_MANY_CONNECTIONS;
      case 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1317, 3169 -> FailureCode.CONNECTION_LOST;
      case 1205, 3024 -> FailureCode.STATEMENT_TIMEOUT;
      case 1290, 1836, 3100 -> FailureCode.READ_ONLY;
      default -> null;
    };
  }

  /** The driver itself refuses statements, too, e.g. a query that is none. */
  private static boolean isOfConnection(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("08");
  }

  private static FailureCode byCause(SQLException e, FailureCode whenTimedOut) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case SSLException _,
            CertificateException _,
            SSLParamsException _,
            UnableToConnectException _ -> {
          return FailureCode.TLS_FAILED;
        }
        case UnknownHostException _ -> {
          return FailureCode.UNKNOWN_HOST;
        }
        case SocketTimeoutException _ -> {
          return whenTimedOut;
        }
        case NoRouteToHostException _ -> {
          return FailureCode.CONNECTION_TIMEOUT;
        }
        case ConnectException refused -> {
          boolean timedOut =
              String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT).contains("timed out");
          return timedOut ? FailureCode.CONNECTION_TIMEOUT : FailureCode.CONNECTION_REFUSED;
        }
        default -> {}
      }
    }
    return FailureCode.CONNECTION_LOST;
  }

  /** The innermost words, on one line: the driver wraps them in paragraphs. */
  private static String words(SQLException e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message =
        e.getErrorCode() == 0
            ? String.valueOf(deepest.getMessage())
            : String.valueOf(e.getMessage());
    return ForeignText.shown(message.replaceAll("\\s+", " ").strip(), WORDS_MAX);
  }

  /** The statement without any quoted text: CHANGE REPLICATION SOURCE and CLONE hold passwords. */
  private static String shown(String sql) {
    String masked =
        sql.replaceAll("'(?:[^'\\\\]|''|\\\\.)*'", "'…'").replaceAll("\\s+", " ").strip();
    return ShortenedText.of(masked, STATEMENT_SHOWN_MAX);
  }
}
