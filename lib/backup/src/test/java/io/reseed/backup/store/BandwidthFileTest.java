package io.reseed.backup.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BandwidthFileTest {
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir private Path temp;

  private final Bandwidth bandwidth = Bandwidth.unlimited();
  private Path file;

  @BeforeEach
  void limitReads() throws IOException {
    file = Files.writeString(temp.resolve("bandwidth"), "read-megabytes-per-second-max=7\n");
  }

  @Test
  void whatItSaysHoldsFromTheBeginning() {
    try (BandwidthFile followed = BandwidthFile.follow(file, bandwidth, INTERVAL)) {
      assertThat(followed).isNotNull();
      assertThat(bandwidth.readBytesPerSecond()).isEqualTo(7_000_000);
      assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(Bandwidth.UNLIMITED);
    }
  }

  @Test
  void aChangeHoldsAndAMistakeDoesNot() throws IOException {
    try (BandwidthFile followed = BandwidthFile.follow(file, bandwidth, NEVER)) {
      replace("write-megabytes-per-second-max = 3");
      followed.look();
      assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(3_000_000);
      assertThat(bandwidth.readBytesPerSecond()).isEqualTo(Bandwidth.UNLIMITED);

      replace("write-megabytes-per-second-max = fast");
      followed.look();
      assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(3_000_000);
      Files.delete(file);
      followed.look();
      assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(3_000_000);

      replace("");
      followed.look();
      assertThat(bandwidth.writeBytesPerSecond()).isEqualTo(Bandwidth.UNLIMITED);
    }
  }

  @Test
  void aChangeReachesAJobThatWaits() throws Exception {
    replace("write-megabytes-per-second-max=1");
    Path folder = Files.createDirectories(temp.resolve("store"));
    try (BandwidthFile followed = BandwidthFile.follow(file, bandwidth, INTERVAL);
        ObjectStore store = bandwidth.within(FolderStore.open(folder, ""))) {
      assertThat(followed).isNotNull();
      store.put("a", ByteBuffer.allocate(100_000_000));
      long began = System.nanoTime();
      Thread waiting = Thread.startVirtualThread(() -> store.put("b", ByteBuffer.allocate(10)));
      Awaitility.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

      replace("");

      waiting.join();
      // at 1 MB/s it would have waited for 100 s
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(50));
      assertThat(store.head("b")).isPresent();
    }
  }

  @Test
  void whatIsWrongAtFirstIsAnError() throws IOException {
    assertRefused("read-megabytes-per-second-max=-1", "must be a whole number, not '-1'");
    assertRefused("reads=1\nwrites=2", "unknown keys [reads, writes]");
    Files.delete(file);
    assertThatThrownBy(() -> BandwidthFile.follow(file, bandwidth, INTERVAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
  }

  private void assertRefused(String content, String words) throws IOException {
    replace(content);
    assertThatThrownBy(() -> BandwidthFile.follow(file, bandwidth, INTERVAL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private void replace(String content) throws IOException {
    Path next = Files.writeString(temp.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
