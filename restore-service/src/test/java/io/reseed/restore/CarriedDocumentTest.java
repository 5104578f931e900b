package io.reseed.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/CARRIED.md is the table of what is carried, and what it leans on is there. */
class CarriedDocumentTest {
  @Test
  void theDocumentIsTheTable() throws IOException {
    Path document = Parts.root().resolve("docs/CARRIED.md");
    assertThat(Files.readString(document))
        .as("docs/CARRIED.md must be exactly this:\n%s", CarriedThings.document())
        .isEqualTo(CarriedThings.document());
  }

  @Test
  void everyNamedTestExists() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    for (Carried row : CarriedThings.all()) {
      for (String test : row.tests()) {
        String[] parts = test.split("\\.", 2);
        if (!sources.getOrDefault(parts[0], "").contains("void " + parts[1] + "(")) {
          missing.add(test);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyKindHasOneRow() {
    Set<String> kinds = new TreeSet<>();
    CarriedThings.all().forEach(row -> assertThat(kinds.add(row.kind())).as("%s", row).isTrue());
    assertThat(CarriedThings.all())
        .allMatch(row -> row.isMade() || !row.tests().isEmpty() || row.how().contains("to try"));
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> modules =
        Files.find(Parts.root(), 5, (path, _) -> path.endsWith("src/test/java"))) {
      for (Path module : modules.toList()) {
        try (Stream<Path> files = Files.walk(module)) {
          files
              .filter(file -> file.toString().endsWith("Test.java"))
              .forEach(file -> sources.merge(name(file), text(file), String::concat));
        }
      }
    }
    return sources;
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.length() - ".java".length());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
