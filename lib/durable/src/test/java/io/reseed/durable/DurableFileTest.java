package io.reseed.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
  @TempDir private Path folder;

  @Test
  void makesAndReplacesAFileThatOnlyItsUserReads() throws IOException {
    Path file = folder.resolve("note");
    for (String content : new String[] {"first", "", "another one"}) {
      DurableFile.replace(file, bytes(content));

      assertThat(file).hasContent(content);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(names()).containsExactly("note");
    }
  }

  @Test
  void whatACrashLeftAsideIsWrittenAnew() throws IOException {
    Path file = folder.resolve("note");
    DurableFile.replace(file, bytes("former"));
    Files.writeString(DurableFile.aside(file), "much longer than what follows, and cut off in t");

    DurableFile.replace(file, bytes("next"));

    assertThat(file).hasContent("next");
    assertThat(names()).containsExactly("note");
  }

  /** A process that is killed at any moment is a reader at any moment. */
  @Test
  void whoeverReadsMeanwhileSeesTheFormerContentOrTheNext() throws IOException {
    Path file = folder.resolve("note");
    byte[] ones = new byte[100_000];
    byte[] twos = new byte[70_000];
    Arrays.fill(ones, (byte) 1);
    Arrays.fill(twos, (byte) 2);
    DurableFile.replace(file, ones);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 100; i++) {
                replace(file, i % 2 == 0 ? twos : ones);
              }
            });
    do {
      byte[] seen = Files.readAllBytes(file);
      assertThat(Arrays.equals(seen, ones) || Arrays.equals(seen, twos)).isTrue();
    } while (!writing.isDone());
    writing.join();
  }

  @Test
  void theFormerContentStaysWhenItFails() throws IOException {
    Path file = folder.resolve("note");
    DurableFile.replace(file, bytes("former"));
    Path inTheWay = Files.createDirectories(DurableFile.aside(file).resolve("folder"));
    assertThatThrownBy(() -> DurableFile.replace(file, bytes("next")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThat(file).hasContent("former");
    assertThat(inTheWay).exists();
  }

  @Test
  void nothingIsLeftAsideWhenItFails() throws IOException {
    Path taken = folder.resolve("taken");
    Files.createDirectories(taken.resolve("by a folder"));
    assertThatThrownBy(() -> DurableFile.replace(taken, bytes("next")))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("taken");
    assertThatThrownBy(() -> DurableFile.replace(folder.resolve("none/note"), bytes("next")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private static void replace(Path file, byte[] content) {
    try {
      DurableFile.replace(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
