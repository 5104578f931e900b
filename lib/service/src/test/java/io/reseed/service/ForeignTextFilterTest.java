package io.reseed.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class ForeignTextFilterTest {
  private static final String FOREIGN = "a\n2026-11-21 INFO forged\u001b[2J";
  private static final String SHOWN = "a\\n2026-11-21 INFO forged\\u001b[2J";

  private static final PatternFormatter MESSAGES = new PatternFormatter("%s");

  private final ForeignTextFilter filter = new ForeignTextFilter();

  private static ExtLogRecord logged(FormatStyle style, String message, Object... parameters) {
    ExtLogRecord record =
        new ExtLogRecord(Level.WARNING, message, style, ForeignTextFilterTest.class.getName());
    record.setParameters(parameters);
    return record;
  }

  private LogRecord passed(LogRecord record) {
    assertThat(filter.isLoggable(record)).isTrue();
    return record;
  }

  @Test
  void messagesAndTheirParametersAreOnOneLine() {
    for (ExtLogRecord record :
        List.of(
            logged(FormatStyle.NO_FORMAT, "key=" + FOREIGN, "given to a format before"),
            logged(FormatStyle.PRINTF, "key=%s", FOREIGN),
            logged(FormatStyle.MESSAGE_FORMAT, "key={0}", FOREIGN),
            logged(FormatStyle.PRINTF, "%s=%s", "key", List.of(FOREIGN).getFirst()))) {
      passed(record);
      assertThat(MESSAGES.formatMessage(record)).isEqualTo("key=" + SHOWN);
    }
    assertThat(passed(new LogRecord(Level.INFO, "key=" + FOREIGN)).getMessage())
        .isEqualTo("key=" + SHOWN);
  }

  @Test
  void messagesHaveABound() {
    ExtLogRecord record = logged(FormatStyle.PRINTF, "key=%s", "x".repeat(600_000));
    passed(record);
    assertThat(MESSAGES.formatMessage(record)).hasSizeLessThan(11_000);
  }

  @Test
  void exceptionsAreShownWithAllTheirCausesAndTraces() {
    Exception thrown =
        new IllegalStateException(
            FOREIGN, new IllegalArgumentException(FOREIGN + "y".repeat(600_000)));
    thrown.addSuppressed(new IllegalStateException(FOREIGN));
    LogRecord record = new LogRecord(Level.SEVERE, "it threw");
    record.setThrown(thrown);
    String trace = trace(passed(record).getThrown());
    assertThat(trace)
        .contains("ShownThrowable: java.lang.IllegalStateException: " + SHOWN + "\n")
        .containsPattern("Caused by: .*java.lang.IllegalArgumentException: a.*yyy")
        .containsPattern("Suppressed: .*java.lang.IllegalStateException: a")
        .contains("at io.reseed.service.ForeignTextFilterTest.")
        .doesNotContain("\u001b")
        .hasSizeLessThan(60_000);
  }

  @Test
  void whatHasNothingForeignStaysWhatItIs() {
    Exception thrown = new IllegalStateException("plain", new IllegalArgumentException("too"));
    LogRecord record = new LogRecord(Level.SEVERE, "it threw");
    record.setThrown(thrown);
    assertThat(passed(record).getThrown()).isSameAs(thrown);
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
