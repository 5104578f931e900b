package io.reseed.backup.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.testkit.Launch;
import io.reseed.testkit.OsProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small objects that stand for much ended the process that read them for want of memory. */
@Tag("slow")
class BombTest {
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId ID = new BackupId("20261121T010000Z-k3v9q0ax");
  private static final int BODY_BYTES = 6 << 20;

  @TempDir Path temp;

  /** What one value that takes much memory is repeated for. */
  enum Bomb {
    ROOTS("{\"roots\":[", "\"a\","),
    SETTINGS("{\"settings\":{", "\"%06x\":\"\","),
    UNKNOWN_FIELDS("{", "\"%06x\":0,"),
    PACKS("{\"packs\":[", "[\"\",1],"),
    EXTENTS("{\"files\":[[\"a\",\"b\",0,0,[", "[\"zero\",1],"),
    FILES("{\"files\":[", "[\"a\",\"%06x\",0,0,[]],"),
    GTIDS("{\"gtidExecuted\":\"3e11fa47-71ca-11e1-9e33-c80aa9429562", ":%d") {
      @Override
      String end() {
        return "\"}";
      }
    };

    private final String beginning;
    private final String repeated;

    Bomb(String beginning, String repeated) {
      this.beginning = beginning;
      this.repeated = repeated;
    }

    /** What is needed for it to be read at all. */
    String end() {
      return "";
    }

    byte[] object() {
      StringBuilder body = new StringBuilder(beginning);
      for (int i = 1; body.length() < BODY_BYTES; i++) {
        body.append(repeated.formatted(i * 2));
      }
      return sealed(ByteBuffer.wrap(body.append(end()).toString().getBytes(US_ASCII)));
    }
  }

  private static byte[] sealed(ByteBuffer body) {
    int rawBytes = body.remaining();
    ByteBuffer direct = body.isDirect() ? body : ByteBuffer.allocateDirect(rawBytes).put(body);
    ByteBuffer compressed = Zstd.compress(body.isDirect() ? direct : direct.flip(), 3);
    byte[] stored = new byte[compressed.remaining()];
    compressed.get(stored);
    byte[] line =
        "reseed manifest 1 zstd %d %s\n".formatted(rawBytes, Sha256.of(stored)).getBytes(US_ASCII);
    return ByteBuffer.allocate(line.length + stored.length).put(line).put(stored).array();
  }

  /** 33 kilobytes in the store. */
  private byte[] gibibyte() throws IOException {
    Path zeros = temp.resolve("zeros");
    try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
      file.setLength(1 << 30);
      return sealed(file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, 1 << 30));
    }
  }

  @Test
  void whatUnpacksToAThousandTimesItsSizeIsRefusedBeforeItIsUnpacked() throws IOException {
    byte[] object = gibibyte();
    assertThat(object).hasSizeLessThan(50_000);
    assertThatThrownBy(() -> ManifestCodec.decode(object, SHARD, ID))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.MANIFEST_CORRUPT));
  }

  /** The small process below is given all of them. */
  @ParameterizedTest
  @EnumSource(names = "SETTINGS")
  void whatTakesMoreThanItsShareOfTheHeapIsRefused(Bomb bomb) {
    assertRefused(bomb);
  }

  @ParameterizedTest
  @EnumSource(names = "SETTINGS", mode = EnumSource.Mode.EXCLUDE)
  @Tag("long")
  void whateverTakesMoreThanItsShareOfTheHeapIsRefused(Bomb bomb) {
    assertRefused(bomb);
  }

  private static void assertRefused(Bomb bomb) {
    byte[] object = bomb.object();
    assertThatThrownBy(
            () ->
                ManifestCodec.decode(
                    object, new ManifestCodec.Expected(SHARD, ID), new HeapShare(3 * BODY_BYTES)))
        .isInstanceOfSatisfying(
            FailureException.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.HEAP_TOO_SMALL))
        .hasMessageContaining(ID.text())
        .hasMessageContaining(SHARD.toString());
  }

  /** A process that is given all of them, with a heap as small as it is large for what it does. */
  @Test
  void aSmallProcessOutlivesThemAll() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("bombs"));
    Files.write(folder.resolve("gibibyte"), gibibyte());
    for (Bomb bomb : Bomb.values()) {
      Files.write(folder.resolve(bomb.name()), bomb.object());
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx48m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BombedProcess.class.getName(),
            folder.toString());
    Path log = temp.resolve("bombed.log");
    try (OsProcess process = OsProcess.start(new Launch("bombed", command, Map.of(), log))) {
      process.awaitLogLine(BombedProcess.DONE, Duration.ofMinutes(2));
    }
    assertThat(Files.readString(log))
        .contains("gibibyte MANIFEST_CORRUPT")
        .contains(Stream.of(Bomb.values()).map(bomb -> bomb + " HEAP_TOO_SMALL").toList());
  }

  /** Reads each object of a folder as that manifest. */
  static final class BombedProcess {
    static final String DONE = "all were read";

    private BombedProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      try (Stream<Path> objects = Files.list(Path.of(arguments[0]))) {
        for (Path object : objects.toList()) {
          try {
            ManifestCodec.decode(Files.readAllBytes(object), SHARD, ID);
          } catch (FailureException e) {
            System.out.println(object.getFileName() + " " + e.code());
          }
        }
      }
      System.out.println(DONE);
      new CountDownLatch(1).await(); // until it is ended
    }
  }
}
