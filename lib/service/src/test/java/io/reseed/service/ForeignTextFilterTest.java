package io.reseed.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class ForeignTextFilterTest {
  private static final String FOREIGN = "a\n2026-11-21 INFO forged\u001b[2J";
  private static final String SHOWN = "a\\n2026-11-21 INFO forged\\u001b[2J";

  private final ForeignTextFilter filter = new ForeignTextFilter();

  private LogRecord logged(String message, Object... parameters) {
    LogRecord record = new LogRecord(Level.WARNING, message);
    record.setParameters(parameters);
    return passed(record);
  }

  private LogRecord passed(LogRecord record) {
    assertThat(filter.isLoggable(record)).isTrue();
    return record;
  }

  @Test
  void messagesAndTheirParametersAreOnOneLine() {
    assertThat(logged("key=" + FOREIGN).getMessage()).isEqualTo("key=" + SHOWN);
    Object[] given = {FOREIGN, 7};
    assertThat(logged("key=%s n=%s", given).getParameters()).containsExactly(SHOWN, 7);
    assertThat(given[0]).isEqualTo(FOREIGN);
    assertThat(logged("key=" + "x".repeat(600_000)).getMessage()).hasSizeLessThan(11_000);
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
