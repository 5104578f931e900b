package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import io.reseed.mysql.server.LocalServer;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whom a real mysqld's death is blamed on, when there is no room on its disk. */
@Tag("slow")
class FullDiskTest {
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MEGABYTES = 500;
  private static final long BYTES_FOR_A_START = 32_000_000;

  private SmallDisk disk;
  private MysqlServerProcess process;
  private LocalServer server;

  /** Before all: what follows each test would run after a test that was given up, too. */
  @BeforeAll
  static void skipWhereNoDiskCanBeMounted() {
    Optional<String> cannotMount = SmallDisk.whyImpossible();
    assumeTrue(cannotMount.isEmpty(), () -> cannotMount.orElse(""));
  }

  @BeforeEach
  void startsOnASmallDisk() {
    disk = SmallDisk.mount(MYSQL.fleet().folder().resolve("small"), MEGABYTES);
    process = MYSQL.fleet().newServer("small/server");
    server = process.local();
  }

  @AfterEach
  void givesTheDiskBack() {
    MYSQL.fleet().destroy(process);
    disk.close();
  }

  /** It meets no full disk itself here, and so has nothing else to say. */
  @Test
  void itIsNotTheFilesThatAreBlamedWhereTheDiskHasNoRoom() throws IOException {
    server.stopCleanly(PATIENCE);
    try (RandomAccessFile file =
        new RandomAccessFile(server.dataDirectory().resolve("mysql.ibd").toFile(), "rw")) {
      file.setLength(10_000_000);
    }
    assertRefused(FailureCode.FILES_REFUSED);

    disk.fillUpTo(BYTES_FOR_A_START);
    assertRefused(FailureCode.DISK_FULL);
    assertThat(server.causeOfDeath().orElseThrow()).hasMessageContaining("bytes left");

    disk.empty();
    assertRefused(FailureCode.FILES_REFUSED);
  }

  @Test
  void aServerThatDiesWithoutAWordOnAFullDiskDiedOfIt() {
    disk.fillUpTo(0);
    server.kill();
    assertThat(server.causeOfDeath().orElseThrow())
        .hasMessageContaining("it blamed nothing")
        .extracting(MysqlException::code)
        .isEqualTo(FailureCode.DISK_FULL);
    disk.empty();
    assertThat(server.causeOfDeath()).isEmpty();
  }

  @Test
  void aServerThatWasStoppedDidNotDieOfItsFullDisk() {
    server.stopCleanly(PATIENCE);
    disk.fillUpTo(0);
    assertThat(server.causeOfDeath()).isEmpty();
  }

  private void assertRefused(FailureCode code) {
    assertThatThrownBy(() -> server.start(PATIENCE))
        .isInstanceOfSatisfying(MysqlException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
