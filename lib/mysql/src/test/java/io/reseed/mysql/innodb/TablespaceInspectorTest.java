package io.reseed.mysql.innodb;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlSession;
import io.reseed.mysql.innodb.PageFault.Kind;
import io.reseed.mysql.server.LocalServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the files of a real server that was stopped cleanly. */
@ExtendWith(Fleet.Extension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Tag("slow")
final class TablespaceInspectorTest {
  private static final int PAGE = 16 << 10;
  private static final int PIECE = 64 << 10;

  /** Where only the first page of the system tablespace has something, which no checksum covers. */
  private static final Set<Integer> UNCOVERED = Set.of(26, 27, 28, 29, 30, 31, 32, 33);

  /** A compressed page's log position, too. */
  private static final Set<Integer> ZIP_UNCOVERED =
      Set.of(16, 17, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30, 31, 32, 33);

  private final Fleet fleet;
  private LocalServer server;
  private List<Path> files = List.of();

  @TempDir Path folder;

  TablespaceInspectorTest(Fleet fleet) {
    this.fleet = fleet;
    this.server = fleet.fresh();
  }

  @BeforeAll
  void fillAndStop() throws IOException {
    fill(server);
    files = Findings.tablespacesUnder(server.dataDirectory());
  }

  @AfterAll
  void remove() {
    server.destroy();
  }

  private void fill(LocalServer filled) {
    fleet.started(filled);
    try (MysqlSession session = filled.open(ADMIN)) {
      SampleTables.fill(session);
      SampleTables.fillSystem(session);
    }
    filled.stopCleanly(STOP);
    filled.proveCleanStop();
  }

  @Test
  void findsNothingInSoundFiles() throws IOException {
    assertThat(files).hasSizeGreaterThan(18);
    assertSound(files);
  }

  private static void assertSound(List<Path> files) throws IOException {
    for (Path file : files) {
      Findings findings = Findings.of(file);
      assertThat(findings.fault()).as(file.toString()).isEmpty();
      if (!file.endsWith("ibdata3")) { // nothing has come so far
        assertThat(findings.pages()).as(file.toString()).isPositive();
      }
    }
  }

  @Test
  void agreesWithInnochecksumOnSoundFiles() throws IOException, InterruptedException {
    for (Path file : files) {
      assertThat(innochecksum(file)).as(file.toString()).isZero();
    }
  }

  private int innochecksum(Path file) throws IOException, InterruptedException {
    Path program = fleet.tree().mysqld().resolveSibling("innochecksum");
    Process process =
        new ProcessBuilder(program.toString(), file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic_rows.ibd", "zip_4.ibd"})
  void findsEveryFlippedByteThatAChecksumCovers(String name) throws IOException {
    assertFindsEveryFlippedByte(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip_8.ibd", "zip_1.ibd", "undo_001", "ibdata1"})
  @Tag("long")
  void findsEveryFlippedByteOfOtherFiles(String name) throws IOException {
    assertFindsEveryFlippedByte(name);
  }

  private void assertFindsEveryFlippedByte(String name) throws IOException {
    Path file = file(name);
    TablespaceInspector inspector = TablespaceInspector.open(file);
    int pageBytes = name.startsWith("zip") ? (name.charAt(4) - '0') << 10 : PAGE;
    byte[] bytes = Files.readAllBytes(file);
    Set<Integer> missed = new TreeSet<>();
    for (int i = 0; i < pageBytes; i++) {
      int at = PIECE + pageBytes * 3 + i;
      assertThat(bytes[PIECE + pageBytes * 3 + 7]).as("a page with content").isNotZero();
      bytes[at] ^= (byte) (1 << i % 8);
      if (inspector.inspect(PIECE, ByteBuffer.wrap(bytes, PIECE, PIECE)).isEmpty()) {
        missed.add(i);
      }
      bytes[at] ^= (byte) (1 << i % 8);
    }
    assertThat(missed).isEqualTo(name.startsWith("zip") ? ZIP_UNCOVERED : UNCOVERED);
  }

  @Test
  void findsFlippedBytesInTheFirstPage() throws IOException {
    assertFindsFlippedBytesInTheFirstPage(11, 499);
  }

  @Test
  @Tag("long")
  void findsEveryFlippedByteInTheFirstPage() throws IOException {
    assertFindsFlippedBytesInTheFirstPage(1, 97);
  }

  private void assertFindsFlippedBytesInTheFirstPage(int stepAtFirst, int stepLater)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file("dynamic_rows.ibd"));
    for (int i = 0; i < PAGE; i += i > 200 ? stepLater : stepAtFirst) {
      if (!UNCOVERED.contains(i)) {
        bytes[i] ^= 4;
        assertThat(changed("dynamic_rows.ibd", bytes).fault()).as("byte " + i).isPresent();
        bytes[i] ^= 4;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zlib_pages.ibd", "lz4_pages.ibd"})
  void findsFlippedBytesInCompressedPages(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(file(name));
    int compressed = 0;
    for (int page = PIECE; page < bytes.length; page += PAGE) {
      if (bytes[page + 25] == PageHeader.TYPE_COMPRESSED) {
        compressed++;
        int at = page + PageHeader.DATA + compressed * 7 % 200;
        bytes[at] ^= 0x55;
        assertThat(changed(name, bytes).fault())
            .hasValueSatisfying(fault -> assertThat(fault.kind()).isEqualTo(Kind.CHECKSUM));
        bytes[at] ^= 0x55;
      }
    }
    assertThat(compressed).isGreaterThan(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dynamic_rows.ibd", "zip_4.ibd", "zlib_pages.ibd", "mysql.ibd"})
  void findsPagesInEachOthersPlaces(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(file(name));
    int size = name.startsWith("zip") ? 4 << 10 : PAGE;
    byte[] page = Arrays.copyOfRange(bytes, 4 * size, 5 * size);
    System.arraycopy(bytes, 5 * size, bytes, 4 * size, size);
    System.arraycopy(page, 0, bytes, 5 * size, size);
    assertFault(name, bytes, new PageFault(file(name), 4, Kind.PAGE_NUMBER, "page 5"));
  }

  @Test
  void findsAPageOfAnotherTablespace() throws IOException {
    byte[] bytes = Files.readAllBytes(file("dynamic_rows.ibd"));
    byte[] others = Files.readAllBytes(file("compact_rows.ibd"));
    System.arraycopy(others, 4 * PAGE, bytes, 4 * PAGE, PAGE);
    assertFault(
        "dynamic_rows.ibd",
        bytes,
        new PageFault(file("dynamic_rows.ibd"), 4, Kind.SPACE_ID, "in a file of space"));
  }

  @Test
  void tellsATornPageFromOneThatRotted() throws IOException {
    byte[] bytes = Files.readAllBytes(file("dynamic_rows.ibd"));
    bytes[5 * PAGE - 1] ^= 1;
    assertFault(
        "dynamic_rows.ibd",
        bytes,
        new PageFault(file("dynamic_rows.ibd"), 4, Kind.TORN, "different log positions"));
  }

  @Test
  void findsAFileThatWasCutOrWiped() throws IOException {
    String name = "dynamic_rows.ibd";
    byte[] bytes = Files.readAllBytes(file(name));
    assertFault(
        name,
        Arrays.copyOf(bytes, bytes.length - PAGE),
        new PageFault(file(name), 0, Kind.FILE, "ends after"));
    // a table's name may begin as that of the system tablespace's files do
    Path table = file(name).resolveSibling("ibdata_log.ibd");
    assertThat(Findings.ofChanged(folder, table, Arrays.copyOf(bytes, bytes.length - PAGE)).fault())
        .hasValueSatisfying(fault -> assertThat(fault.message()).contains("ends after"));
    Arrays.fill(bytes, 0, PAGE, (byte) 0);
    assertFault(name, bytes, new PageFault(file(name), 0, Kind.FILE, "is empty"));
  }

  private void assertFault(String name, byte[] bytes, PageFault expected) throws IOException {
    assertThat(changed(name, bytes).fault())
        .hasValueSatisfying(
            fault -> {
              assertThat(fault.kind()).isEqualTo(expected.kind());
              assertThat(fault.page()).isEqualTo(expected.page());
              assertThat(fault.message()).contains(name, expected.message());
            });
  }

  private Findings changed(String name, byte[] bytes) throws IOException {
    return Findings.ofChanged(folder, file(name), bytes);
  }

  private Path file(String name) {
    return files.stream().filter(file -> file.endsWith(name)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ib_16384_0.dblwr", "ibtmp1", "undo_1_trunc.log", "a.sdi", "t.MYI"})
  void leavesOtherFilesAlone(String name) {
    assertThat(TablespaceInspector.isTablespace(Path.of("data", name))).isFalse();
  }

  /** Each run inspects files with other pages, too: those of {@code OddServersTest}. */
  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 8 << 10, 32 << 10, 64 << 10})
  @Tag("long")
  void findsNothingInSoundFilesWithOtherPages(int pageBytes) throws Exception {
    Path data = folder.resolve("data-" + pageBytes);
    List<String> command =
        List.of(
            fleet.tree().mysqld().toString(),
            "--no-defaults",
            "--initialize-insecure",
            "--user=" + System.getProperty("user.name"),
            "--innodb-page-size=" + pageBytes,
            "--datadir=" + data);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertSound(Findings.tablespacesUnder(data));
  }

  @ParameterizedTest
  @ValueSource(strings = "innodb_checksum_algorithm=none")
  void findsNothingInSoundFilesOfOtherServers(String setting) throws IOException {
    assertSoundWith(setting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "innodb_data_file_path=ibdata1:12M;ibdata2:8M;ibdata3:4M:autoextend",
        "innodb_checksum_algorithm=innodb"
      })
  @Tag("long")
  void findsNothingInSoundFilesOfFurtherServers(String setting) throws IOException {
    assertSoundWith(setting);
  }

  private void assertSoundWith(String setting) throws IOException {
    String[] parts = setting.split("=", 2);
    LocalServer other = fleet.fresh(Map.of(parts[0], parts[1]));
    fill(other);
    assertSound(Findings.tablespacesUnder(other.dataDirectory()));
    other.destroy();
  }
}
