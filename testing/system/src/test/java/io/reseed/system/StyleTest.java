package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers and words that hold for all code. */
class StyleTest {
  private static final int LINES_MAX = 400;
  private static final int PARAMETERS_MAX = 4;

  private static final int TYPES_OF_A_PACKAGE_MAX = 30;

  /**
   * Files that are longer still, with their lines: exactly, so that an entry goes with its reason.
   * An entry may shrink or go, never grow; no file may be added.
   */
  private static final Map<String, Integer> LINES_STILL = Map.of();

  /** Methods that take more still, with how many, by the same rule. */
  private static final Map<String, Integer> PARAMETERS_STILL =
      Map.of(
          "io.reseed.events.codec.EncodedEvent.<init>", 5,
          "io.reseed.restore.BackupFetch.attempt", 5,
          "io.reseed.restore.BackupFetch.run", 5,
          "io.reseed.kafka.CompactedView.open", 5,
          "io.reseed.kafka.Publication.<init>", 5);

  private static final Pattern DRAWER_NAME =
      Pattern.compile(".*(Impl|Utils?|Helpers?|Manager|Common)$");
  private static final Pattern LEFTOVER = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

  @Test
  void noFileIsLong() {
    Map<String, Integer> tooLong = new TreeMap<>();
    for (Path source : Modules.sources()) {
      int lines = Modules.linesOf(source).size();
      if (lines > LINES_MAX) {
        tooLong.put(source.toString(), lines);
      }
    }
    assertThat(tooLong).as("files over %d lines", LINES_MAX).isEqualTo(LINES_STILL);
  }

  @Test
  void noMethodTakesManyParameters() {
    Map<String, Integer> tooMany = new TreeMap<>();
    for (JavaClass type : Modules.classes()) {
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        if (isWritten(type, unit) && unit.getRawParameterTypes().size() > PARAMETERS_MAX) {
          tooMany.merge(
              type.getName() + "." + unit.getName(), unit.getRawParameterTypes().size(), Math::max);
        }
      }
    }
    assertThat(tooMany).as("over %d parameters", PARAMETERS_MAX).isEqualTo(PARAMETERS_STILL);
  }

  @Test
  void noPackageIsCrowded() {
    Map<String, Integer> types = new TreeMap<>();
    for (Path source : Modules.sources()) {
      Path folder = Objects.requireNonNull(source.getParent());
      if (source.toString().contains("src/main/") && !source.endsWith("package-info.java")) {
        types.merge(folder.toString(), 1, Integer::sum);
      }
    }
    types.values().removeIf(count -> count <= TYPES_OF_A_PACKAGE_MAX);
    assertThat(types).as("packages of over %d types", TYPES_OF_A_PACKAGE_MAX).isEmpty();
  }

  /** Whether a person wrote the unit's parameter list; a record's is the list of its components. */
  private static boolean isWritten(JavaClass type, JavaCodeUnit unit) {
    boolean compiled =
        unit.getModifiers().contains(JavaModifier.SYNTHETIC)
            || unit.getModifiers().contains(JavaModifier.BRIDGE)
            || type.isAnonymousClass();
    boolean components = unit.isConstructor() && (type.isRecord() || type.isEnum());
    return !compiled && !components;
  }

  @Test
  void noTypeIsADrawer() {
    List<String> drawers = new ArrayList<>();
    for (Path source : Modules.sources()) {
      String name = source.getFileName().toString().replace(".java", "");
      if (DRAWER_NAME.matcher(name).matches()) {
        drawers.add(source.toString());
      }
    }
    assertThat(drawers).isEmpty();
  }

  @Test
  void nothingIsLeftForLater() {
    assertThat(linesWith(LEFTOVER)).isEmpty();
  }

  @Test
  void noWarningIsSuppressed() {
    assertThat(linesWith(Pattern.compile("@Suppress" + "Warnings"))).isEmpty();
  }

  /** In a hover nobody sees what it is the same as. */
  @Test
  void everyDocstringSaysWhatItIsAbout() {
    assertThat(linesWith(Pattern.compile("^\\s*/?\\*\\*? The" + " same\\b"))).isEmpty();
  }

  @Test
  void noTestSleeps() {
    assertThat(linesWith(Pattern.compile("Thread\\." + "sleep")))
        .filteredOn(line -> line.contains("src/test/"))
        .isEmpty();
  }

  /** A mistyped one would leave a test in a run, or out of it, and nobody would see it. */
  @Test
  void testsHaveNoOtherTagsThanThoseThatRunsKnow() {
    assertThat(linesWith(Pattern.compile("@Tag" + "\\(")))
        .allMatch(line -> line.endsWith("@Tag(\"slow\")") || line.endsWith("@Tag(\"long\")"));
  }

  @Test
  void everyPackageIsCheckedForNulls() {
    List<Path> sources = Modules.sources();
    List<String> unmarked = new ArrayList<>();
    for (Path source : sources) {
      boolean main = source.toString().contains("src/main/");
      Path description = source.resolveSibling("package-info.java");
      boolean marked =
          sources.contains(description)
              && Modules.linesOf(description).stream().anyMatch("@NullMarked"::equals);
      if (main && !marked) {
        unmarked.add(source.toString());
      }
    }
    assertThat(unmarked).isEmpty();
  }

  private static List<String> linesWith(Pattern pattern) {
    List<String> found = new ArrayList<>();
    String self = "StyleTest.java";
    for (Path source : Modules.sources()) {
      if (source.endsWith(self)) {
        continue;
      }
      List<String> lines = Modules.linesOf(source);
      for (int i = 0; i < lines.size(); i++) {
        if (pattern.matcher(lines.get(i)).find()) {
          found.add("%s:%d %s".formatted(source, i + 1, lines.get(i).strip()));
        }
      }
    }
    return found;
  }
}
