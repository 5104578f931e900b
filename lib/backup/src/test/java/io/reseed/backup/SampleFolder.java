package io.reseed.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.Sha256;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Folders as a server leaves them, and what tells two of them apart. */
public final class SampleFolder {
  private SampleFolder() {}

  /** Sparse, empty, tiny, big, plain and well-shrinking files, an empty directory, odd names. */
  public static Path fill(Path folder, long seed) throws IOException {
    Random random = new Random(seed);
    Files.createDirectories(folder.resolve("shop"));
    Files.createDirectories(folder.resolve("empty@002dschema"));
    Files.createDirectories(folder.resolve("#innodb_redo"));
    random(folder.resolve("shop/random.ibd"), 3_000_001, random);
    shrinking(folder.resolve("shop/orders.ibd"), 2_500_000);
    sparse(folder.resolve("ibdata1"), 12L << 20, random);
    Files.write(folder.resolve("empty"), new byte[0]);
    Files.write(folder.resolve("one"), new byte[] {7});
    Files.write(folder.resolve("zero"), new byte[300_000]);
    random(folder.resolve("exact.ibd"), 128 << 10, random);
    random(folder.resolve("#innodb_redo/#ib_redo9"), 65_537, random);
    Files.writeString(folder.resolve("shop/Ünïcödé 名.sdi"), "{}");
    Files.writeString(folder.resolve("Case"), "upper");
    Files.writeString(folder.resolve("case"), "lower");
    Files.setAttribute(folder.resolve("one"), "unix:mode", 0440);
    Files.setAttribute(folder.resolve("shop"), "unix:mode", 0750);
    return folder;
  }

  /** Bytes that do not shrink. */
  public static void random(Path file, int length, Random random) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    Files.write(file, bytes);
  }

  private static void shrinking(Path file, int length) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < length; i++) {
      text.append("row ").append(i).append(" of a table that compresses well;");
    }
    Files.writeString(file, text.substring(0, length));
  }

  private static void sparse(Path file, long length, Random random) throws IOException {
    byte[] island = new byte[10_000];
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(length);
      for (long at : new long[] {0, 5_000_000, length - island.length}) {
        random.nextBytes(island);
        out.seek(at);
        out.write(island);
      }
    }
  }

  /** Asserts the same names, kinds, modes and bytes. */
  public static void assertSame(Path found, Path expected) throws IOException {
    assertThat(describe(found)).isEqualTo(describe(expected));
  }

  private static Map<String, String> describe(Path folder) throws IOException {
    Map<String, String> described = new TreeMap<>();
    try (Stream<Path> places = Files.walk(folder)) {
      places
          .filter(place -> !place.equals(folder))
          .forEach(place -> described.put(folder.relativize(place).toString(), kindOf(place)));
    }
    return described;
  }

  private static String kindOf(Path place) {
    try {
      String mode =
          Integer.toOctalString(
              (int) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS));
      return Files.isDirectory(place)
          ? mode
          : mode + " " + Files.size(place) + " " + Sha256.of(Files.readAllBytes(place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
