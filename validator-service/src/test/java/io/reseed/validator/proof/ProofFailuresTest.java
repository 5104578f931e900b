package io.reseed.validator.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.mysql.MysqlException;
import io.reseed.testkit.SmallDisk;
import io.reseed.validator.failure.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is to blame, by what the libraries throw. */
class ProofFailuresTest {
  @TempDir private Path host;

  @Test
  void blamesTheHostAndNoBackupWhenAServersDiskIsFull() {
    for (RuntimeException thrown :
        List.of(
            new MysqlException(
                FailureCode.SERVER_STOP_TIMEOUT,
                "it did not stop: Festplatte voll './b.1' (OS errno 28 - kein Platz)"),
            new MysqlException(FailureCode.STATEMENT_FAILED, "error 3, OS errno 28"))) {
      Failure failure = Failures.of(thrown, "It", host);
      assertThat(failure.is(FailureCode.DISK_FULL)).as(failure.code()).isTrue();
      assertThat(failure.failureClass()).isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    }
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
    return Failures.of(new UncheckedIOException(new IOException(words)), "It", directory).code();
  }

  @Test
  void keepsWhatTheLibrariesFoundAndCutsWhatIsTooLongToTravel() {
    for (FailureCode code : FailureCode.values()) {
      Failure failure =
          Failures.of(new FailureException(code, "x".repeat(9_000), "do this"), "It", host);
      assertThat(failure.code()).isEqualTo(code.name());
      assertThat(failure.failureClass()).isEqualTo(code.failureClass());
      assertThat(failure.message()).hasSizeLessThan(Failure.TEXT_CHARACTERS_MAX);
      assertThat(failure.hint()).isEqualTo("do this");
    }
  }

  @Test
  void blamesABackupForAServerThatDoesNotComeUpOnlyWhereMysqldComplainsOfItsFiles() {
    assertThat(ofStart("[ERROR] [MY-011906] [InnoDB] Database page corruption"))
        .isEqualTo(FailureClass.BAD_BACKUP);
    assertThat(ofStart("[ERROR] [MY-012681] [InnoDB] Cannot allocate memory"))
        .isEqualTo(FailureClass.TRANSIENT);
    assertThat(ofStart("[ERROR] [MY-012657] [InnoDB] no master key"))
        .isEqualTo(FailureClass.OPERATOR_MUST_ACT);
    assertThat(ofStart("[ERROR] [MY-012640] [InnoDB] Error number 28 means 'voll'"))
        .isEqualTo(FailureClass.OPERATOR_MUST_ACT);
  }

  private FailureClass ofStart(String words) {
    MysqlException thrown = new MysqlException(FailureCode.SERVER_START_FAILED, words);
    return Failures.of(ServerFault.ofStart(thrown, "b"), "It", host).failureClass();
  }
}
