package io.reseed.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsProcessTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir private Path folder;

  @Test
  void aLogLineIsAwaitedFromThisStartOn() {
    try (OsProcess first = start("echo ready; exec sleep 60")) {
      first.awaitLogLine("ready", TIMEOUT);
    }
    try (OsProcess second = start("exec sleep 60")) {
      assertThatThrownBy(() -> second.awaitLogLine("ready", Duration.ofMillis(200)))
          .hasMessageContaining("did not reach the log line 'ready'");
    }
  }

  @Test
  void anEarlyEndIsReportedWithTheLog() {
    try (OsProcess process = start("echo 'cannot bind'; exit 3")) {
      assertThatThrownBy(() -> process.awaitLogLine("ready", TIMEOUT))
          .hasMessageContaining("ended with code 3")
          .hasMessageContaining("cannot bind");
      process.assertGone();
    }
  }

  @Test
  void aProcessThatIgnoresSigtermCanBeKilled() {
    OsProcess process = start("trap '' TERM; echo deaf; while :; do sleep 1; done");
    process.awaitLogLine("deaf", TIMEOUT);
    assertThat(process.isAlive()).isTrue();

    process.kill();

    process.assertGone();
    assertThat(process.awaitExit(TIMEOUT)).isEqualTo(128 + 9);
  }

  @Test
  void variablesReachTheProcess() {
    Path log = folder.resolve("variables.log");
    Launch launch =
        new Launch(
            "variables", List.of("sh", "-c", "echo value=$WORD"), Map.of("WORD", "seed"), log);
    try (OsProcess process = OsProcess.start(launch)) {
      assertThat(process.awaitExit(TIMEOUT)).isZero();
      assertThat(process.logTail()).contains("value=seed");
    }
  }

  @Test
  void aPortIsAwaited() throws Exception {
    try (OsProcess process = start("exec sleep 60");
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      process.awaitPort(
          new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), TIMEOUT);
      int closed = FreePort.onLoopback();
      assertThatThrownBy(
              () ->
                  process.awaitPort(
                      new InetSocketAddress(listener.getInetAddress(), closed),
                      Duration.ofMillis(200)))
          .hasMessageContaining("a listener at");
    }
  }

  private OsProcess start(String script) {
    return OsProcess.start(
        new Launch("script", List.of("sh", "-c", script), folder.resolve("script.log")));
  }
}
