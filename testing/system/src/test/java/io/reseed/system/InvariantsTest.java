package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.testkit.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/INVARIANTS.md names only tests that are there. */
class InvariantsTest {
  private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");
  private static final String HELD_BY_NOTHING = "not held by a test";

  @Test
  void everyNamedTestExists() throws IOException {
    Map<String, String> tests = testSources();
    List<String> missing = new ArrayList<>();
    for (String line : lines()) {
      Matcher named = NAMED_TEST.matcher(line);
      while (named.find()) {
        String source = tests.get(named.group(1));
        String method = named.group(2);
        if (source == null || (method != null && !source.contains("void " + method + "("))) {
          missing.add(named.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyInvariantNamesItsTestOrSaysThatItHasNone() throws IOException {
    List<String> rows = lines().stream().filter(line -> line.matches("\\| \\d+ \\|.*")).toList();
    assertThat(rows).hasSizeGreaterThan(20);
    assertThat(rows).extracting(row -> row.split("\\|", 3)[1].strip()).doesNotHaveDuplicates();
    assertThat(rows)
        .allMatch(row -> NAMED_TEST.matcher(row).find() || row.contains(HELD_BY_NOTHING));
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Parts.root().resolve("docs/INVARIANTS.md"));
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> tests = new TreeMap<>();
    for (Path source : Modules.sources()) {
      String name = source.getFileName().toString();
      if (name.endsWith("Test.java") && source.toString().contains("src/test/")) {
        String text = Files.readString(Parts.root().resolve(source));
        tests.merge(name.substring(0, name.length() - ".java".length()), text, String::concat);
      }
    }
    return tests;
  }
}
