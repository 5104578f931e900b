package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.BackupException;
import io.reseed.backup.FailureCode;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.ErrorCode;
import io.reseed.mysql.MysqlException;
import io.reseed.validator.failure.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is to blame, by what the libraries throw. */
class ProofFailuresTest {

  @Test
  void blamesTheHostAndNoBackupWhenItsDiskIsFull() {
    for (RuntimeException thrown :
        List.of(
            new UncheckedIOException("Cannot write", new IOException("No space left on device")),
            new BackupException(FailureCode.TARGET_FULL, "no room", "free some"),
            new MysqlException(
                ErrorCode.SERVER_STOP_TIMEOUT, "it did not stop: Disk is full writing './b.1'"),
            new MysqlException(ErrorCode.STATEMENT_FAILED, "error 3, OS errno 28"))) {
      Failure failure = Failures.of(thrown, "It");
      assertThat(failure.code()).isEqualTo("DISK_FULL");
      assertThat(failure.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    }
  }

  @Test
  void tellsABrokenDiskFromAFullOne() {
    Failure failure =
        Failures.of(new UncheckedIOException(new IOException("Input/output error")), "It");
    assertThat(failure.code()).isEqualTo("FILE_FAILED");
    assertThat(failure.failureClass()).isEqualTo(FailureClass.TRANSIENT);
  }

  @Test
  void blamesABackupForAServerThatDoesNotComeUpOnlyWhereMysqldComplainsOfItsFiles() {
    assertThat(ofStart("[ERROR] [MY-011906] [InnoDB] Database page corruption"))
        .isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(ofStart("[ERROR] [MY-012681] [InnoDB] Cannot allocate memory"))
        .isEqualTo(FailureClass.TRANSIENT);
    assertThat(ofStart("No space left on device")).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
  }

  private static FailureClass ofStart(String words) {
    MysqlException thrown = new MysqlException(ErrorCode.SERVER_START_FAILED, words);
    return Failures.of(ServerFault.ofStart(thrown, "b"), "It").failureClass();
  }
}
