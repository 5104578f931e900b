package io.reseed.backup.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.MemoryStore;
import io.reseed.backup.TestBackups;
import io.reseed.backup.TestChain;
import io.reseed.backup.encryption.MasterKeys;
import io.reseed.backup.format.Extent;
import io.reseed.backup.format.Manifest;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotParent;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.mysql.MysqlSession;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups of a real server's files: nothing that MySQL writes may be taken for damage. */
@Tag("slow")
class VerifiedServerTest {
  private static final int PAGE = 16 << 10;

  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private final MemoryStore store = new MemoryStore();
  private final TestChain chain =
      new TestChain(store, new SnapshotOptions(64 * PAGE, 4 << 20, 2, 1), PAGE);

  @Test
  void everythingOfAServerAndOfWhatChangedInItIsSound() {
    MysqlServerProcess server = MYSQL.fleet().newServer("verified");
    server.writeRows(50);
    try (MysqlSession session = server.open()) {
      session.execute("CREATE DATABASE odd");
      session.execute(
          "CREATE TABLE odd.`a b-é` (id INT PRIMARY KEY, t TEXT) ROW_FORMAT=COMPRESSED"
              + " KEY_BLOCK_SIZE=8");
      session.execute("INSERT INTO odd.`a b-é` VALUES (1, REPEAT('text', 9000)), (2, 'x')");
      session.execute(
          "CREATE TABLE odd.parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3");
      session.execute("INSERT INTO odd.parts VALUES (1), (2), (3)");
    }
    Manifest full = chain.write(stopped(server), null).manifest();
    server.start();
    try (MysqlSession session = server.open()) {
      session.execute("INSERT INTO odd.parts VALUES (11), (12)");
      session.execute("UPDATE odd.`a b-é` SET t = REPEAT('other', 5000) WHERE id = 2");
      session.execute("ALTER TABLE odd.parts REMOVE PARTITIONING");
    }
    Manifest next = chain.write(stopped(server), new SnapshotParent(full, Set.of())).manifest();
    assertThat(next.files())
        .anySatisfy(
            file -> assertThat(file.extents()).hasAtLeastOneElementOfType(Extent.Patched.class));

    Verification verification = new Verification(store, MasterKeys.NONE, VerifyOptions.defaults());
    List<VerifyReport> reports =
        List.of(
            verification.backup(TestBackups.SHARD, full.header().id(), JobMonitor.SILENT),
            verification.backup(TestBackups.SHARD, next.header().id(), JobMonitor.SILENT),
            verification.share(List.of(TestBackups.SHARD), Share.ALL, JobMonitor.SILENT));

    assertThat(reports)
        .allSatisfy(
            report -> {
              assertThat(report.sound()).as("%s", report).isTrue();
              assertThat(report.counts().pages()).isGreaterThan(1_000);
            });
  }

  private static SnapshotSource stopped(MysqlServerProcess server) {
    server.stop();
    server.local().proveCleanStop();
    return SnapshotSource.scan(Map.of("data", server.local().dataDirectory()), path -> true);
  }
}
