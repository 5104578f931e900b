package io.reseed.service;

import io.quarkus.logging.LoggingFilter;
import io.reseed.fleet.ForeignText;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Lets every record pass, each on one line and without what a terminal obeys, whoever logged it:
 * libraries and exceptions quote what strangers wrote, too. Named in the console's settings.
 */
@LoggingFilter(name = ForeignTextFilter.NAME)
public final class ForeignTextFilter implements Filter {
  static final String NAME = "reseed-foreign-text";

  /** Above all that we say ourselves. */
  private static final int CHARACTERS_MAX = 10_000;

  private static final int CAUSES_MAX = 20;

  /** Puts a message and its parameters together, in whichever style they were logged. */
  private static final ExtFormatter MESSAGES = new PatternFormatter("%s");

  @Override
  public boolean isLoggable(LogRecord record) {
    String said =
        record instanceof ExtLogRecord ? MESSAGES.formatMessage(record) : record.getMessage();
    if (said != null) {
      show(record, said);
    }
    Throwable thrown = record.getThrown();
    if (thrown != null && !isShownAsItIs(thrown)) {
      record.setThrown(new ShownThrowable(thrown, 0));
    }
    return true;
  }

  /** In place of message and parameters, in which the foreign text may stand. */
  private static void show(LogRecord record, String said) {
    String shown = ForeignText.shown(said, CHARACTERS_MAX);
    if (shown.equals(said)) {
      return;
    }
    if (record instanceof ExtLogRecord formatting) {
      formatting.setMessage(shown, ExtLogRecord.FormatStyle.NO_FORMAT);
    } else {
      record.setMessage(shown);
    }
  }

  private static boolean isShownAsItIs(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      String said = String.valueOf(cause);
      if (cause.getSuppressed().length > 0
          || !ForeignText.shown(said, CHARACTERS_MAX).equals(said)) {
        return false;
      }
      cause = cause.getCause();
    }
    return cause == null;
  }

  /** Stands in a log for another, with its trace; the message has the other's class. */
  private static final class ShownThrowable extends Throwable {
    private static final long serialVersionUID = 1L;

    ShownThrowable(Throwable other, int depth) {
      super(
          ForeignText.shown(String.valueOf(other), CHARACTERS_MAX),
          cause(other.getCause(), depth),
          true,
          true);
      setStackTrace(other.getStackTrace());
      if (depth < CAUSES_MAX) {
        for (Throwable suppressed : other.getSuppressed()) {
          addSuppressed(new ShownThrowable(suppressed, depth + 1));
        }
      }
    }

    private static @Nullable Throwable cause(@Nullable Throwable cause, int depth) {
      return cause == null || depth >= CAUSES_MAX ? null : new ShownThrowable(cause, depth + 1);
    }
  }
}
