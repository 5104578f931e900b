package io.reseed.mysql.server;

import static io.reseed.mysql.Fleet.ADMIN;
import static io.reseed.mysql.Fleet.START;
import static io.reseed.mysql.Fleet.STOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.Fleet;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.MysqlSession;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a real mysqld says and does on files that are not as it left them. */
@ExtendWith(Fleet.Extension.class)
@Tag("slow")
final class DamagedFilesTest {
  private static final int PAGE_BYTES = 16_384;

  private static LocalServer sound;

  private final LocalServer server;

  DamagedFilesTest(Fleet fleet) {
    server = fleet.fresh();
  }

  /** A way to damage a stopped server's files. */
  enum Damage {
    DICTIONARY_PAGES {
      @Override
      void on(Path data) throws IOException {
        overwrite(data.resolve("mysql.ibd"), 3, 200);
      }
    },
    SYSTEM_TABLESPACE_MISSING {
      @Override
      void on(Path data) throws IOException {
        Files.delete(data.resolve("ibdata1"));
      }
    },
    UNDO_HEADER {
      @Override
      void on(Path data) throws IOException {
        overwrite(data.resolve("undo_001"), 0, 1);
      }
    },
    REDO_HEADERS {
      @Override
      void on(Path data) throws IOException {
        try (Stream<Path> logs = Files.list(data.resolve("#innodb_redo"))) {
          for (Path log : logs.toList()) {
            overwrite(log, 0, 1);
          }
        }
      }
    },
    DICTIONARY_SHORT {
      @Override
      void on(Path data) throws IOException {
        try (RandomAccessFile file =
            new RandomAccessFile(data.resolve("mysql.ibd").toFile(), "rw")) {
          file.setLength(10_000_000);
        }
      }
    };

    abstract void on(Path data) throws IOException;
  }

  private static void overwrite(Path file, int firstPage, int pages) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      for (int page = firstPage; page < firstPage + pages; page++) {
        bytes.seek((long) page * PAGE_BYTES);
        bytes.write(
            "damaged by a test, page checksums cannot hold"
                .repeat(20)
                .getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  @BeforeAll
  static void stopsWithOneTable(Fleet fleet) {
    sound = fleet.started(fleet.fresh());
    try (MysqlSession session = sound.open(ADMIN)) {
      session.execute("CREATE DATABASE shop");
      session.execute("CREATE TABLE shop.orders (id INT PRIMARY KEY, t VARCHAR(200))");
      session.execute("SET cte_max_recursion_depth = 5000");
      session.execute(
          "INSERT INTO shop.orders WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
              + " WHERE i < 4000) SELECT i, REPEAT('x', 180) FROM n");
    }
    sound.stopCleanly(STOP);
  }

  @BeforeEach
  void hasTheSoundServersFiles() throws IOException {
    Path from = sound.dataDirectory();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(one -> !one.equals(from)).toList()) {
        Files.copy(file, server.dataDirectory().resolve(from.relativize(file)));
      }
    }
  }

  @AfterEach
  void destroys() {
    server.destroy();
  }

  @ParameterizedTest
  @EnumSource(names = {"SYSTEM_TABLESPACE_MISSING", "REDO_HEADERS"})
  void aServerThatCannotStartOnItsFilesSaysSo(Damage damage) throws IOException {
    assertSaysSo(damage);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SYSTEM_TABLESPACE_MISSING", "REDO_HEADERS"},
      mode = EnumSource.Mode.EXCLUDE)
  @Tag("long")
  void whateverKeepsAServerFromStartingOnItsFilesIsSaid(Damage damage) throws IOException {
    assertSaysSo(damage);
  }

  private void assertSaysSo(Damage damage) throws IOException {
    assertThat(server.causeOfDeath()).isEmpty();
    damage.on(server.dataDirectory());
    assertCode(FailureCode.FILES_REFUSED);
    assertThat(server.causeOfDeath().orElseThrow().code()).isEqualTo(FailureCode.FILES_REFUSED);
  }

  @Test
  void aServerThatDiesOfATableSaysSoInItsLog() throws IOException {
    overwrite(server.dataDirectory().resolve("shop/orders.ibd"), 5, 30);
    server.start(START);
    try (MysqlSession session = server.open(ADMIN)) {
      assertThatThrownBy(() -> session.query("SELECT COUNT(t) FROM shop.orders"))
          .isInstanceOf(MysqlException.class);
    }
    await().until(() -> !server.isRunning());
    assertThat(server.causeOfDeath().orElseThrow())
        .hasMessageContaining("space=2, page number=")
        .extracting(MysqlException::code)
        .isEqualTo(FailureCode.FILES_REFUSED);
  }

  @Test
  void aServerThatTheHostKeepsFromStartingDoesNotBlameItsFiles() throws IOException {
    LocalServer.create(
        server.spec().withSettings(Map.of("bind_address", "192.0.2.1")), MysqlTree.locate());
    LocalServer elsewhere =
        LocalServer.adopt(server.spec().directory(), MysqlTree.locate()).orElseThrow();
    assertThatThrownBy(() -> elsewhere.start(START))
        .isInstanceOf(MysqlException.class)
        .extracting(e -> ((MysqlException) e).code())
        .isEqualTo(FailureCode.SERVER_START_FAILED);
    assertThat(elsewhere.causeOfDeath()).isEmpty();
  }

  @Test
  void onlyTheLastRunCounts() throws IOException {
    Path table = server.dataDirectory().resolve("mysql.ibd");
    byte[] whole = Files.readAllBytes(table);
    Damage.DICTIONARY_SHORT.on(server.dataDirectory());
    assertCode(FailureCode.FILES_REFUSED);
    Files.write(table, whole);
    server.start(START);
    server.kill();
    assertThat(server.causeOfDeath()).isEmpty();
  }

  private void assertCode(FailureCode code) {
    assertThatThrownBy(() -> server.start(START))
        .isInstanceOf(MysqlException.class)
        .extracting(e -> ((MysqlException) e).code())
        .isEqualTo(code);
  }
}
