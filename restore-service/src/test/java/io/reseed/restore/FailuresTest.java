package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.events.SeedingOrigin;
import io.reseed.events.SeedingPurpose;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
  private static final Job FROM_BACKUP = job(new SeedingOrigin.Backup("b"));
  private static final Job FROM_DONOR =
      job(new SeedingOrigin.Donor(new ServerAddress("127.0.0.1", 3306)));

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void keepsCodeClassAndHintOfABackupFailure(FailureCode code) {
    Failure failure = Failures.of(new BackupException(code, "why", "do this"), FROM_BACKUP);
    assertThat(failure.message()).isEqualTo("why");
    if (code == FailureCode.TARGET_FULL) {
      assertThat(failure.code()).isEqualTo("DISK_FULL");
      assertThat(failure.failureClass())
          .as("another host may have room")
          .isEqualTo(FailureClass.TRANSIENT);
    } else {
      assertThat(failure.code()).isEqualTo(code.name());
      assertThat(failure.failureClass().name()).isEqualTo(code.failureClass().name());
      assertThat(failure.hint()).isEqualTo("do this");
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void namesEveryMysqlErrorWithItsHint(ErrorCode code) {
    Failure failure = Failures.of(new MysqlException(code, "why"), FROM_BACKUP);
    assertThat(failure.code()).isEqualTo(code.name());
    assertThat(failure.hint()).isNotBlank();
  }

  @Test
  void blamesTheBackupOnlyWhereMysqldComplainsOfItsFiles() {
    MysqlException corrupt =
        new MysqlException(ErrorCode.FILES_REFUSED, "[InnoDB] Database page corruption on disk");
    MysqlException memory =
        new MysqlException(ErrorCode.SERVER_START_FAILED, "Cannot allocate memory for the pool");
    assertThat(Failures.of(corrupt, FROM_BACKUP).failureClass()).isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(Failures.of(memory, FROM_BACKUP).failureClass()).isEqualTo(FailureClass.TRANSIENT);
    assertThat(Failures.of(corrupt, FROM_DONOR).failureClass()).isEqualTo(FailureClass.TRANSIENT);
  }

  @Test
  void tellsAFullDiskFromABrokenOne() {
    assertThat(
            Failures.of(
                    new UncheckedIOException(new IOException("No space left on device")),
                    FROM_BACKUP)
                .code())
        .isEqualTo("DISK_FULL");
    Failure ofSettings =
        Failures.of(
            new MysqlException(ErrorCode.FILE_FAILED, "cannot write my.cnf: No space left"),
            FROM_BACKUP);
    assertThat(ofSettings.code()).isEqualTo("DISK_FULL");
    Failure ofMysqld =
        Failures.of(new MysqlException(ErrorCode.DISK_FULL, "mysqld ended"), FROM_BACKUP);
    assertThat(ofMysqld.code()).isEqualTo("DISK_FULL");
    assertThat(ofMysqld.failureClass())
        .as("what was restored had room: it is what came after that has none")
        .isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    assertThat(
            Failures.of(
                    new UncheckedIOException(new IOException("Input/output error")), FROM_BACKUP)
                .code())
        .isEqualTo("FILE_FAILED");
  }

  @Test
  void callsWhatNobodyExpectedABugAndCutsWhatIsTooLongToTravel() {
    Failure failure = Failures.of(new IllegalStateException("x".repeat(9_000)), FROM_BACKUP);
    assertThat(failure.failureClass()).isEqualTo(FailureClass.BUG);
    assertThat(failure.message()).hasSizeLessThan(4_000);
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
