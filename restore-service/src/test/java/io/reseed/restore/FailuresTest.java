package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.agent.JobId;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.MysqlException;
import io.reseed.testkit.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
  private static final Job FROM_BACKUP = job(new SeedingOrigin.Backup("b"));
  private static final Job FROM_DONOR =
      job(new SeedingOrigin.Donor(new ServerAddress("127.0.0.1", 3306)));

  @TempDir private Path host;

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void keepsCodeClassAndHint(FailureCode code) {
    Failure failure = of(new FailureException(code, "why", "do this"), FROM_BACKUP);
    assertThat(failure).isEqualTo(Failure.of(code, "why", "do this"));
    assertThat(failure.failureClass()).isEqualTo(code.failureClass());
    assertThat(of(new MysqlException(code, "why"), FROM_BACKUP).hint()).isNotBlank();
  }

  @Test
  void blamesTheBackupOnlyWhereMysqldComplainsOfItsFiles() {
    MysqlException corrupt =
        new MysqlException(FailureCode.FILES_REFUSED, "[InnoDB] Database page corruption on disk");
    MysqlException memory =
        new MysqlException(FailureCode.SERVER_START_FAILED, "Cannot allocate memory for the pool");
    assertThat(of(corrupt, FROM_BACKUP).failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(of(memory, FROM_BACKUP).failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(of(corrupt, FROM_DONOR).is(FailureCode.CLONED_FILES_REFUSED)).isTrue();
    assertThat(of(corrupt, FROM_DONOR).failureClass()).isEqualTo(FailureClass.TRANSIENT);
  }

  @Test
  void tellsAFullDiskFromABrokenOneByTheDiskAndNotByItsWords() {
    Optional<String> cannotMount = SmallDisk.whyImpossible();
    assumeTrue(cannotMount.isEmpty(), () -> cannotMount.orElse(""));
    try (SmallDisk disk = SmallDisk.mount(host.resolve("small"), 200)) {
      assertThat(ofFile("No space left on device", disk.path())).isEqualTo("FILE_FAILED");
      disk.fillUpTo(0);
      assertThat(ofFile("kein Platz mehr", disk.path())).isEqualTo("TARGET_FULL");
      disk.empty();
      assertThat(ofFile("kein Platz mehr", disk.path())).isEqualTo("FILE_FAILED");
    }
  }

  private static String ofFile(String words, Path directory) {
    UncheckedIOException thrown = new UncheckedIOException(new IOException(words));
    return Failures.of(thrown, FROM_BACKUP, directory).code();
  }

  @Test
  void callsWhatNobodyExpectedABugAndCutsWhatIsTooLongToTravel() {
    Failure failure = of(new IllegalStateException("x".repeat(9_000)), FROM_BACKUP);
    assertThat(failure.failureClass()).isEqualTo(FailureClass.BUG);
    assertThat(failure.message()).hasSizeLessThan(4_000);
  }

  private Failure of(Throwable thrown, Job job) {
    return Failures.of(thrown, job, host);
  }

  private static Job job(SeedingOrigin origin) {
    return new Job(
        new JobId("s", 1),
        new ShardName("commerce", "-80"),
        SeedingPurpose.REPLICA,
        origin,
        0,
        new JobState.Accepted());
  }
}
