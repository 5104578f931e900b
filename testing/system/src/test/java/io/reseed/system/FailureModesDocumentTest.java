package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.backup.FailureCode;
import io.reseed.fleet.FailureClass;
import io.reseed.mysql.ErrorCode;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of failure modes is complete, and docs/FAILURE_MODES.md is the same table. */
class FailureModesDocumentTest {
  /** As services write a failure of their own: {@code new Failure("CODE", FailureClass.BAD_…}. */
  private static final Pattern CONDEMNING =
      Pattern.compile("\"([A-Z][A-Z_]+)\",\\s*(?:FailureClass\\.)?BAD_BACKUP\\b");

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
    Set<String> codes = new TreeSet<>();
    for (FailureCode code : FailureCode.values()) {
      if (code.failureClass() == FailureClass.BAD_BACKUP) {
        codes.add(code.name());
      }
    }
    for (ErrorCode code : ErrorCode.values()) {
      if (code.failureClass() == FailureClass.BAD_BACKUP) {
        codes.add(code.name());
      }
    }
    codes.addAll(codesOfServices());
    return codes;
  }

  /** Codes that services name themselves stand as words in their sources. */
  private static Set<String> codesOfServices() {
    Set<String> codes = new TreeSet<>();
    for (Path source : Modules.sources()) {
      if (source.toString().contains("-service/src/main/")) {
        Matcher code =
            CONDEMNING.matcher(Modules.linesOf(source).stream().collect(Collectors.joining("\n")));
        while (code.find()) {
          codes.add(code.group(1));
        }
      }
    }
    assertThat(codes).as("codes that services call bad backups").isNotEmpty();
    return codes;
  }
}
