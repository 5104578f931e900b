package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.JobMonitor;
import io.reseed.backup.encryption.LocalMasterKeys;
import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.snapshot.SnapshotOptions;
import io.reseed.backup.snapshot.SnapshotSource;
import io.reseed.backup.snapshot.SnapshotWriter;
import io.reseed.backup.store.FolderStore;
import io.reseed.backup.store.ObjectStore;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users start has all that it needs: tests of a module run on more than is packaged. */
class PackagedProgramsTest {
  private static final ShardName SHARD = new ShardName("commerce", "-80");
  private static final BackupId ID = new BackupId("20261121T021500Z-k3v9q0ax");
  private static final String KEYS = "main " + Base64.getEncoder().encodeToString(new byte[32]);
  private static final long TIMEOUT_SECONDS = 60;

  @TempDir private Path temp;

  static Stream<PackagedProgram> programs() {
    return Stream.concat(
        Stream.of("cli", "demo", "testing/bench").map(PackagedProgram::command),
        Stream.of("failover-detector", "restore-service", "catchup-service", "validator-service")
            .map(PackagedProgram::service));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everyClassThatAProgramCanComeToIsPackagedWithIt(PackagedProgram program) {
    assertThat(program.ownClassCount()).isGreaterThan(5);
    assertThat(program.missingClasses()).isEmpty();
  }

  @Test
  void thePackagedCommandExaminesABackupWithoutAnyService() throws Exception {
    writeABackup();
    Path output = temp.resolve("output");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath(PackagedProgram.command("cli")),
            "io.reseed.cli.Reseed",
            "backup",
            "verify",
            ID.toString(),
            "--shard",
            "commerce/-80",
            "--offline");
    command
        .environment()
        .putAll(
            Map.of(
                "RESEED_STORE_ENDPOINT",
                temp.resolve("stores").toUri().toString(),
                "RESEED_STORE_BUCKET",
                "backups",
                "RESEED_STORE_MASTER_KEYS",
                KEYS));
    Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(output).content().contains("sound: looked at 1 backups");
    assertThat(process.exitValue()).isZero();
  }

  private static String classPath(PackagedProgram program) {
    return Stream.of(program.own(), program.others())
        .flatMap(List::stream)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** One small file, which is no tablespace: nothing of MySQL itself takes part. */
  private void writeABackup() throws IOException {
    Path shop = Files.createDirectories(temp.resolve("source/shop"));
    Files.writeString(shop.resolve("orders_1.sdi"), "{\"table\": \"orders\"}");
    Files.createDirectories(temp.resolve("stores/backups"));
    ManifestHeader header =
        new ManifestHeader(
            ID,
            SHARD,
            ID.createdAt(),
            new MysqlVersion(9, 7, 4),
            Map.of("innodb_page_size", "16384"),
            GtidSet.parse(""),
            GtidSet.parse(""),
            UUID.fromString("5b1f8a1c-0d2e-4c3b-9a68-1f2e3d4c5b6a"),
            null,
            null);
    SnapshotSource source = SnapshotSource.scan(Map.of("data", temp.resolve("source")), _ -> true);
    try (ObjectStore store = FolderStore.open(temp.resolve("stores/backups"), "")) {
      new SnapshotWriter(
              store, SnapshotOptions.defaults(), new Random(1), LocalMasterKeys.parse(KEYS))
          .write(header, source, JobMonitor.SILENT);
    }
  }
}
