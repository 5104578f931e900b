package io.reseed.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SealedLogTest {
  private static final List<String> LINES = List.of("first", "", "a third  one");

  @TempDir private Path folder;

  @Test
  void aLogCutAtAnyByteKeepsItsWholeLinesAndGoesOnBehindThem() throws IOException {
    byte[] whole = Files.readAllBytes(written(folder.resolve("whole")));
    for (int length = 0; length <= whole.length; length++) {
      Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
      List<String> kept = LINES.subList(0, wholeLines(whole, length));

      assertThat(SealedLog.isBegun(file)).isEqualTo(!kept.isEmpty());
      List<String> read = new ArrayList<>();
      try (SealedLog log = SealedLog.open(file, read::add)) {
        log.append("next");
      }

      assertThat(read).isEqualTo(kept);
      read.add("next");
      assertThat(read(file)).isEqualTo(read);
    }
  }

  @Test
  void nothingBehindAFlippedBitIsRead() throws IOException {
    byte[] whole = Files.readAllBytes(written(folder.resolve("whole")));
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Path file = Files.write(folder.resolve("flipped"), flipped);
      assertThat(read(file)).isEqualTo(LINES.subList(0, wholeLines(whole, bit / 8)));
    }
  }

  @Test
  void aBegunLogIsEmptyButForItsFirstLine() throws IOException {
    Path file = written(folder.resolve("log"));
    SealedLog.begin(file, "anew").close();
    assertThat(read(file)).containsExactly("anew");
    assertThat(SealedLog.isBegun(folder.resolve("none"))).isFalse();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoIsInterruptedMeanwhileStillNotesEveryLine() throws Exception {
    Path file = folder.resolve("log");
    List<String> expected = new ArrayList<>(List.of("first"));
    try (SealedLog log = SealedLog.begin(file, "first")) {
      Thread writing = Thread.currentThread();
      Thread interrupting = Thread.ofPlatform().start(() -> interrupt(writing));
      while (interrupting.isAlive()) {
        expected.add("line " + expected.size());
        log.append(expected.getLast());
      }
      Thread.currentThread().interrupt();
      log.append("last");
      expected.add("last");
    }
    assertThat(Thread.interrupted()).as("it stays set").isTrue();
    assertThat(read(file)).isEqualTo(expected);
  }

  private static void interrupt(Thread writing) {
    Random random = new Random(7);
    for (int interrupts = 0; interrupts < 300; interrupts++) {
      writing.interrupt();
      LockSupport.parkNanos(random.nextInt(1_000_000));
    }
  }

  private static Path written(Path file) throws IOException {
    try (SealedLog log = SealedLog.begin(file, LINES.getFirst())) {
      for (String line : LINES.subList(1, LINES.size())) {
        log.append(line);
      }
    }
    return file;
  }

  private static List<String> read(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    SealedLog.open(file, lines::add).close();
    return lines;
  }

  private static int wholeLines(byte[] content, int length) {
    int lines = 0;
    for (int i = 0; i < length; i++) {
      lines += content[i] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
