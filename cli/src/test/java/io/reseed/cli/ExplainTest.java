package io.reseed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplainTest {
  private final Cli cli = new Cli(Path.of("."));

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void everyCodeIsExplainedFromTheRunbookIn80Columns(FailureCode code) {
    Cli.Result result = cli.run("explain", code.name());

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .startsWith(code.name() + " (" + code.failureClass() + "): ")
        .contains("docs/RUNBOOK.md, section \"")
        .doesNotContain("`", "](");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(result.out().lines().count()).isGreaterThan(4);
  }

  @Test
  void aRowOfTheRunbooksTableIsShownWithItsCauseAndWhatToDo() {
    assertThat(cli.run("explain", "promoted_read_only").out().replace('\n', ' '))
        .contains("PROMOTED_READ_ONLY: the promoted server does not accept writes. Do: end its")
        .doesNotContain("TWO_PRIMARIES");
  }

  @Test
  void whatIsNoCodeIsAnErrorAndAllCodesAreListed() {
    Cli.Result unknown = cli.run("explain", "NONSENSE");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("knows no code NONSENSE", "reseed explain");
    assertThat(cli.run("explain").out().lines()).hasSize(FailureCode.values().length);
  }
}
