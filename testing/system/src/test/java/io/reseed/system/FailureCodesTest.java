package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.fleet.FailureClass;
import io.reseed.fleet.FailureCode;
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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One class per code, one code per fact: the registry, the code, and the documents agree. */
class FailureCodesTest {
  private static final Set<String> CODES =
      Stream.of(FailureCode.values()).map(Enum::name).collect(Collectors.toSet());

  /** As a failure was made of words: its code and class in one place of many. */
  private static final Pattern OF_WORDS = Pattern.compile("new Failure\\(\\s*[^)]*?FailureClass");

  private static final Pattern PAIR =
      Pattern.compile("\"([A-Z]+(?:_[A-Z]+)*)\",\\s*FailureClass\\.(\\w+)");

  private static final Pattern LITERAL = Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+)\"");

  /** Words by which an operating system or a server says that a disk is full. */
  private static final Pattern WORDS_OF_A_FULL_DISK =
      Pattern.compile("No space left|[Qq]uota exceeded|Disk is full writing");

  private static final Pattern QUOTED_CODE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)`");

  /** Other names in capitals that the documents of failures quote. */
  private static final Set<String> NO_CODES =
      Set.of("OPERATOR_MUST_ACT", "BAD_BACKUP", "READ_BACK");

  @Test
  void everyFailureIsMadeFromTheRegistry() {
    Map<String, Set<String>> classes = new TreeMap<>();
    List<String> ofWords = new ArrayList<>();
    mainSources()
        .forEach(
            (source, text) -> {
              PAIR.matcher(text)
                  .results()
                  .forEach(
                      pair ->
                          classes
                              .computeIfAbsent(pair.group(1), _ -> new TreeSet<>())
                              .add(pair.group(2)));
              if (OF_WORDS.matcher(text).find()) {
                ofWords.add(source);
              }
            });
    assertThat(classes).as("codes published beside the registry, each with its classes").isEmpty();
    assertThat(ofWords).as("sources that give a failure its class themselves").isEmpty();
  }

  @Test
  void noSourceComparesWithACodeAsAWord() {
    Set<String> words = new TreeSet<>();
    mainSources()
        .forEach(
            (source, text) ->
                LITERAL
                    .matcher(text)
                    .results()
                    .map(literal -> literal.group(1))
                    .filter(CODES::contains)
                    .forEach(code -> words.add(source + " " + code)));
    assertThat(words).isEmpty();
  }

  @Test
  void noSourceKnowsAFullDiskByItsWords() {
    Set<String> sources = new TreeSet<>();
    mainSources()
        .forEach(
            (source, text) -> {
              if (WORDS_OF_A_FULL_DISK.matcher(text).find()) {
                sources.add(source);
              }
            });
    assertThat(sources).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void theRunbookHasTheCode(FailureCode code) {
    assertThat(read("docs/RUNBOOK.md")).contains("`" + code + "`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/RUNBOOK.md", "docs/FAILURE_MODES.md", "docs/EVENTS.md"})
  void theDocumentNamesNoCodeThatDoesNotExist(String document) {
    Set<String> unknown =
        QUOTED_CODE
            .matcher(read(document))
            .results()
            .map((MatchResult quoted) -> quoted.group(1))
            .filter(name -> !CODES.contains(name) && !NO_CODES.contains(name))
            .filter(name -> !name.startsWith("RESEED_"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(unknown).isEmpty();
  }

  @Test
  void theFailureModesHaveTheirCodesClasses() {
    for (FailureMode mode : FailureModes.TABLE) {
      FailureClass failureClass = FailureCode.valueOf(mode.code()).failureClass();
      assertThat(mode.failureClass()).as("%s", mode.fault()).isEqualTo(failureClass);
    }
    assertThat(CODES).containsAll(FailureModes.ELSEWHERE.keySet());
  }

  /** All that is shipped but the registry itself and what reads failures. */
  private static Map<String, String> mainSources() {
    Map<String, String> sources = new TreeMap<>();
    for (Path source : Modules.sources()) {
      String name = source.toString();
      if (name.contains("/src/main/")
          && !name.startsWith("testing/")
          && !name.startsWith("lib/fleet/")) {
        sources.put(name, String.join("\n", Modules.linesOf(source)));
      }
    }
    assertThat(sources).hasSizeGreaterThan(300);
    return sources;
  }

  private static String read(String document) {
    try {
      return Files.readString(Parts.root().resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + document, e);
    }
  }
}
