package io.reseed.testkit;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process that this JVM started, with its log file; ended by its own id and held by the {@link
 * Tether}, so that it never outlives this JVM unless {@link #release released}.
 *
 * <p>It runs in a session of its own: a Ctrl-C in the terminal reaches only this JVM, which then
 * ends its processes in the order that it wants.
 */
public final class OsProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OsProcess.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration KILL_WAIT = Duration.ofSeconds(20);
  private static final Duration STOP_WAIT = Duration.ofSeconds(30);
  private static final int CONNECT_TIMEOUT_MILLIS = 500;
  private static final int TAIL_BYTES = 4_000;

  private final Launch launch;
  private final Process process;
  private final long logStart;

  private OsProcess(Launch launch, Process process, long logStart) {
    this.launch = launch;
    this.process = process;
    this.logStart = logStart;
  }

  /** Starts it and returns at once; wait for readiness with one of the {@code await} methods. */
  public static OsProcess start(Launch launch) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(launch.command());
    try {
      Files.createDirectories(launch.log().toAbsolutePath().getParent());
      long logStart = Files.exists(launch.log()) ? Files.size(launch.log()) : 0;
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(launch.log().toFile()));
      builder.environment().putAll(launch.environment());
      Process process = builder.start();
      Tether.ofThisJvm().hold(process.toHandle());
      LOG.debug("Started {} pid={} log={}", launch.name(), process.pid(), launch.log());
      return new OsProcess(launch, process, logStart);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + launch.name() + ": " + command, e);
    }
  }

  public String name() {
    return launch.name();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until its log, since this start, contains the text. */
  public void awaitLogLine(String text, Duration timeout) {
    awaitReady("the log line '" + text + "'", timeout, () -> logSince(logStart).contains(text));
  }

  /** Waits until something accepts connections at this address. */
  public void awaitPort(InetSocketAddress address, Duration timeout) {
    awaitReady("a listener at " + address, timeout, () -> accepts(address));
  }

  /**
   * Waits until the condition holds; ends early when the process ends.
   *
   * @throws IllegalStateException with the end of the log, when the process ended or the time is up
   */
  public void awaitReady(String what, Duration timeout, BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (hasExitedWithin(POLL)) {
        throw failure("ended with code " + process.exitValue() + " before " + what);
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw failure("did not reach " + what + " within " + timeout.toSeconds() + " s");
      }
    }
  }

  /** Waits for the process to end by itself and returns its exit code. */
  public int awaitExit(Duration timeout) {
    if (!hasExitedWithin(timeout)) {
      throw failure("did not end within " + timeout.toSeconds() + " s");
    }
    Tether.ofThisJvm().release(process.toHandle());
    return process.exitValue();
  }

  /** SIGKILL, and waits until it is gone. Harmless when it is gone already. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(KILL_WAIT);
  }

  /** SIGTERM; SIGKILL when it has not ended after 30 seconds. Waits until it is gone. */
  public void stop() {
    process.destroy();
    if (!hasExitedWithin(STOP_WAIT)) {
      LOG.warn("{} did not end on SIGTERM: killing it pid={}", launch.name(), process.pid());
    }
    kill();
  }

  /** Lets the process live on when this JVM ends; its id is then the way to end it. */
  public void release() {
    Tether.ofThisJvm().release(process.toHandle());
  }

  /**
   * Fails unless the process has ended.
   *
   * @throws AssertionError when it is alive after a few seconds
   */
  public void assertGone() {
    if (!hasExitedWithin(Duration.ofSeconds(5))) {
      throw new AssertionError(launch.name() + " is still alive, pid " + process.pid());
    }
  }

  /** The last lines of its log, some 4,000 bytes at most. */
  public String logTail() {
    try {
      return logSince(Math.max(logStart, Files.size(launch.log()) - TAIL_BYTES));
    } catch (IOException e) {
      return "(log cannot be read: " + e + ")";
    }
  }

  /** Stops it, see {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  private boolean hasExitedWithin(Duration wait) {
    try {
      return process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + launch.name(), e);
    }
  }

  private IllegalStateException failure(String what) {
    return new IllegalStateException(
        "%s (pid %d) %s; log %s ends with:%n%s"
            .formatted(launch.name(), process.pid(), what, launch.log(), logTail()));
  }

  private String logSince(long offset) {
    try (RandomAccessFile log = new RandomAccessFile(launch.log().toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(Math.max(0, log.length() - offset))];
      log.seek(offset);
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + launch.log(), e);
    }
  }

  private static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, CONNECT_TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return false; // not listening yet: the caller polls
    }
  }
}
