package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.format.ManifestHeader;
import io.reseed.backup.format.MysqlVersion;
import io.reseed.backup.format.RepositoryLayout;
import io.reseed.events.SeedingFailed;
import io.reseed.events.SeedingStage;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.gtid.GtidSet;
import io.reseed.testkit.KafkaExtension;
import io.reseed.testkit.MysqlExtension;
import io.reseed.testkit.MysqlServerProcess;
import io.reseed.testkit.S3Extension;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host reports of backups that cannot be restored, each made so on real parts. */
@Tag("slow")
class BadBackupTest {
  @RegisterExtension static final KafkaExtension KAFKA = KafkaExtension.shared();
  @RegisterExtension static final S3Extension S3 = S3Extension.shared();
  @RegisterExtension static final MysqlExtension MYSQL = new MysqlExtension();

  private static final int PAGE_BYTES = 16_384;
  private static final int OTHERS_BYTES = 12 << 20;
  private static final GtidSet OTHERS = GtidSet.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-10");

  private static Stage stage;
  private static Stage.Stopped source;
  private static AgentProcess.Setting host;
  private static RunningAgent service;

  @BeforeAll
  static void start() throws InterruptedException {
    MysqlServerProcess server = MYSQL.fleet().newServer("source");
    server.writeRows(10);
    source = Stage.stop(server);
    stage = new Stage(KAFKA, S3, MYSQL);
    host = stage.host("bad");
    service = host.start(4, 0);
  }

  private static Stage.BackedUp backUp(UnaryOperator<ManifestHeader> claim) {
    return Stage.snapshot(source, S3, claim);
  }

  @AfterAll
  static void close() {
    service.close();
    stage.close();
  }

  /** What somebody did to a backup's objects. */
  enum Injury {
    PACK_MISSING("PACK_MISSING", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        Files.delete(largestPack(backup));
      }
    },
    PACK_TRUNCATED("PACK_CORRUPT", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        Path pack = largestPack(backup);
        byte[] bytes = Files.readAllBytes(pack);
        Files.write(pack, Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    PACK_OF_ANOTHER("PACK_CORRUPT", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        // more than all else, so that the largest pack is one that no other backup has
        byte[] others = new byte[OTHERS_BYTES];
        new Random(1).nextBytes(others);
        Path table = Files.write(source.data().resolve("others.ibd"), others);
        String other = backUp(header -> header).id();
        Files.delete(table);
        Files.copy(largestPack(other), largestPack(backup), StandardCopyOption.REPLACE_EXISTING);
      }
    },
    MANIFEST_MISSING("BACKUP_MISSING", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        Files.delete(manifest(backup));
      }
    },
    MANIFEST_CHANGED("MANIFEST_CORRUPT", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        byte[] bytes = Files.readAllBytes(manifest(backup));
        bytes[bytes.length / 2] ^= 1;
        Files.write(manifest(backup), bytes);
      }
    },
    MANIFEST_OF_ANOTHER("MANIFEST_CORRUPT", FailureClass.BAD_BACKUP) {
      @Override
      void on(String backup) throws IOException {
        Files.write(manifest(backup), Files.readAllBytes(manifest(backUp(header -> header).id())));
      }
    },
    FORMAT_OF_THE_FUTURE("FORMAT_VERSION_UNKNOWN", FailureClass.OPERATOR_MUST_ACT) {
      @Override
      void on(String backup) throws IOException {
        byte[] later = "reseed manifest 99 zstd 1 x\n".getBytes(StandardCharsets.US_ASCII);
        Files.write(manifest(backup), later);
      }
    };

    private final String code;
    private final FailureClass failureClass;

    Injury(String code, FailureClass failureClass) {
      this.code = code;
      this.failureClass = failureClass;
    }

    abstract void on(String backup) throws IOException;
  }

  /** What a whole backup's manifest claims wrongly. */
  enum Claim {
    OTHER_TRANSACTIONS("GTID_MISMATCH", FailureClass.BAD_BACKUP) {
      @Override
      ManifestHeader of(ManifestHeader header) {
        return claiming(header, header.mysqlVersion(), header.gtidExecuted().union(OTHERS));
      }
    },
    LATER_MAJOR("VERSION_TOO_NEW", FailureClass.BAD_BACKUP) {
      @Override
      ManifestHeader of(ManifestHeader header) {
        return claiming(header, new MysqlVersion(10, 0, 0), header.gtidExecuted());
      }
    },
    LATER_MINOR("SERVER_TOO_OLD", FailureClass.TRANSIENT) {
      @Override
      ManifestHeader of(ManifestHeader header) {
        return claiming(header, new MysqlVersion(9, 99, 0), header.gtidExecuted());
      }
    };

    private final String code;
    private final FailureClass failureClass;

    Claim(String code, FailureClass failureClass) {
      this.code = code;
      this.failureClass = failureClass;
    }

    abstract ManifestHeader of(ManifestHeader header);

    private static ManifestHeader claiming(
        ManifestHeader header, MysqlVersion version, GtidSet executed) {
      return new ManifestHeader(
          header.id(),
          header.shard(),
          header.createdAt(),
          version,
          header.settings(),
          executed,
          header.gtidPurged(),
          header.sourceServerUuid(),
          header.parent(),
          header.keyId());
    }
  }

  @ParameterizedTest
  @EnumSource(names = "MANIFEST_OF_ANOTHER", mode = EnumSource.Mode.EXCLUDE)
  void anInjuryIsNamedAndBlamed(Injury injury) throws Exception {
    assertNamedAndBlamed(injury);
  }

  @Test
  @Tag("long")
  void aManifestOfAnotherBackupIsNamedAndBlamed() throws Exception {
    assertNamedAndBlamed(Injury.MANIFEST_OF_ANOTHER);
  }

  private static void assertNamedAndBlamed(Injury injury) throws Exception {
    Stage.BackedUp backup = backUp(header -> header);
    injury.on(backup.id());
    assertReported(injury.name(), backup, injury.code, injury.failureClass);
  }

  @ParameterizedTest
  @EnumSource(Claim.class)
  void aWrongClaimIsNamedAndBlamed(Claim claim) throws Exception {
    Stage.BackedUp backup = backUp(claim::of);
    assertReported(claim.name(), backup, claim.code, claim.failureClass);
  }

  /** The objects hash right: only mysqld can tell. */
  @Test
  void filesThatMysqldRefusesAreBlamedOnTheBackup() throws Exception {
    Path dictionary = source.data().resolve("mysql.ibd");
    byte[] whole = Files.readAllBytes(dictionary);
    try (RandomAccessFile file = new RandomAccessFile(dictionary.toFile(), "rw")) {
      for (long page = 3; page < 300; page++) {
        file.seek(page * PAGE_BYTES + 5_000);
        file.write(new byte[] {1, -1, 7, 99});
      }
    }
    Stage.BackedUp backup = backUp(header -> header);
    Files.write(dictionary, whole);
    assertReported("refused", backup, "FILES_REFUSED", FailureClass.BAD_BACKUP);
  }

  private static void assertReported(
      String name, Stage.BackedUp backup, String code, FailureClass failureClass) throws Exception {
    stage.make(name, 1, host.host(), backup.origin());
    SeedingFailed failed = stage.failed(name, 1);
    assertThat(failed.failure().code()).as(failed.failure().message()).isEqualTo(code);
    assertThat(failed.failure().failureClass()).isEqualTo(failureClass);
    assertThat(failed.failure().hint()).isNotBlank();
    assertThat(failed.stage()).isEqualTo(SeedingStage.RESTORE);
    assertThat(failed.backup()).isEqualTo(backup.id());
    assertThat(Stage.serverFolders(host)).isEmpty();
    assertThat(service.snapshot().unclaimed()).isEmpty();
    stage.withdraw(name);
    Stage.awaitNothingLeft(host, service);
  }

  private static Path object(String key) {
    return S3.front().folder().resolve(S3.bucket()).resolve(key);
  }

  private static Path manifest(String backup) {
    return object(layout().manifestKey(new BackupId(backup)));
  }

  private static RepositoryLayout layout() {
    return new RepositoryLayout(Stage.SHARD);
  }

  private static Path largestPack(String backup) throws IOException {
    try (Stream<Path> packs = Files.list(object(layout().packsPrefix()))) {
      return packs
          .filter(pack -> String.valueOf(pack.getFileName()).startsWith(backup))
          .max(Comparator.comparingLong(pack -> pack.toFile().length()))
          .orElseThrow();
    }
  }
}
