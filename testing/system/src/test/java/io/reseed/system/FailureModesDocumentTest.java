package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of failure modes is complete, and docs/FAILURE_MODES.md is the same table. */
class FailureModesDocumentTest {
  @Test
  void theDocumentIsTheTable() throws IOException {
    Path document = Parts.root().resolve("docs/FAILURE_MODES.md");
    assertThat(Files.readString(document))
        .as("docs/FAILURE_MODES.md must be exactly this:\n%s", FailureModes.document())
        .isEqualTo(FailureModes.document());
  }

  @Test
  void everyFaultHasOneRow() {
    assertThat(FailureModes.TABLE)
        .extracting(FailureMode::fault)
        .containsExactlyInAnyOrder(Fault.values());
  }

  @Test
  void eachStageEachClassAndEachWayToGoOnHasARowInEachRun() {
    for (Function<FailureMode, Enum<?>> kind :
        List.<Function<FailureMode, Enum<?>>>of(
            FailureMode::stage, FailureMode::failureClass, FailureMode::next)) {
      assertThat(FailureModes.rows(false).map(kind))
          .containsAll(FailureModes.rows(true).map(kind).toList());
    }
  }

  @Test
  void everyCodeThatCondemnsHasARowOrAReason() {
    Set<String> told = new TreeSet<>(FailureModes.ELSEWHERE.keySet());
    FailureModes.TABLE.stream()
        .filter(mode -> mode.failureClass() == FailureClass.BAD_BACKUP)
        .forEach(mode -> told.add(mode.code()));
    assertThat(told).containsAll(condemningCodes());
  }

  @Test
  void noReasonIsGivenForACodeThatDoesNotCondemnOrHasARow() {
    assertThat(condemningCodes()).containsAll(FailureModes.ELSEWHERE.keySet());
    assertThat(FailureModes.TABLE)
        .extracting(FailureMode::code)
        .doesNotContainAnyElementsOf(FailureModes.ELSEWHERE.keySet());
  }

  @Test
  void everyNamedTestExists() {
    Matcher named = Pattern.compile("`(\\w+Test)`").matcher(FailureModes.document());
    Set<String> missing = new TreeSet<>();
    while (named.find()) {
      String file = named.group(1) + ".java";
      if (Modules.sources().stream().noneMatch(source -> source.endsWith(file))) {
        missing.add(file);
      }
    }
    assertThat(missing).isEmpty();
  }

  private static Set<String> condemningCodes() {
    return Stream.of(FailureCode.values())
        .filter(code -> code.failureClass() == FailureClass.BAD_BACKUP)
        .map(Enum::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
