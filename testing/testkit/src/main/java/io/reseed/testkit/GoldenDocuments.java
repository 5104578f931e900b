package io.reseed.testkit;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * JSON documents that releases have written, kept for ever beside a test: one a line, in {@code
 * golden/<release>/<name>.jsonl}. Until a release is tagged its documents may be recorded anew, by
 * running the tests that offer them with {@code -Dreseed.golden.record=<release>}; after that they
 * are never changed.
 */
public final class GoldenDocuments {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String RECORD = "reseed.golden.record";
  private static final Pattern FIELD = Pattern.compile("[a-z][A-Za-z]*");
  private static final Set<String> SHOWN = ConcurrentHashMap.newKeySet();

  private final List<String> lines;

  private GoldenDocuments(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** The documents of that name of all releases, in the package of the test. */
  public static GoldenDocuments beside(Class<?> test, String name) {
    URL golden = Objects.requireNonNull(test.getResource("golden"), "no golden documents");
    try (Stream<Path> releases = Files.list(Path.of(golden.toURI()))) {
      List<String> lines = new ArrayList<>();
      for (Path release : releases.sorted().toList()) {
        lines.addAll(Files.readAllLines(release.resolve(name + ".jsonl")));
      }
      return new GoldenDocuments(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each document. */
  public List<String> all() {
    return lines;
  }

  /** The variants of sealed types that no document shows, as {@code property=name}. */
  public List<String> unseen(Class<?>... sealedTypes) {
    return Arrays.stream(sealedTypes)
        .flatMap(GoldenDocuments::variants)
        .filter(variant -> lines.stream().noneMatch(line -> line.contains(variant)))
        .toList();
  }

  private static Stream<String> variants(Class<?> sealed) {
    String property = sealed.getAnnotation(JsonTypeInfo.class).property();
    return Arrays.stream(sealed.getAnnotation(JsonSubTypes.class).value())
        .map(variant -> "\"%s\":\"%s\"".formatted(property, variant.name()));
  }

  /** What a document says that the other does not say as well, by its place; more may be said. */
  public static List<String> lost(String document, String other) {
    try {
      List<String> lost = new ArrayList<>();
      compare("", JSON.readTree(document), JSON.readTree(other), lost);
      return lost;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Takes the document into those of the release that is being recorded, if one is, and if it shows
   * what none before it showed. Does nothing in a test run.
   */
  public static void offer(Class<?> test, String name, byte[] document) {
    String release = System.getProperty(RECORD);
    if (release == null) {
      return;
    }
    synchronized (SHOWN) {
      try {
        JsonNode read = JSON.readTree(document);
        Set<String> shows = new HashSet<>();
        features(name, read, shows);
        if (SHOWN.addAll(shows)) {
          Path file =
              Path.of("src/test/resources", test.getPackageName().replace('.', '/'))
                  .resolve(Path.of("golden", release, name + ".jsonl"));
          Files.createDirectories(file.getParent());
          Files.writeString(file, read + "\n", CREATE, APPEND);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Which fields there are, whether they say something, and which variants their objects are. */
  private static void features(String place, JsonNode node, Set<String> found) {
    if (node.isObject()) {
      String variant = node.path("kind").asText(node.path("state").asText(""));
      found.add(place + "=" + variant);
      node.properties()
          .forEach(
              field ->
                  features(
                      place
                          + "="
                          + variant
                          + "/"
                          + (isField(field.getKey()) ? field.getKey() : "*"),
                      field.getValue(),
                      found));
    } else if (node.isArray()) {
      found.add(place + (node.isEmpty() ? "[empty]" : "[]"));
      node.forEach(element -> features(place + "[]", element, found));
    } else {
      found.add(node.isNull() ? place + " null" : place);
    }
  }

  /** The keys of maps are data. */
  private static boolean isField(String key) {
    return FIELD.matcher(key).matches();
  }

  private static void compare(String place, JsonNode one, JsonNode other, List<String> lost) {
    if (one.isObject() && other.isObject()) {
      one.properties()
          .forEach(
              field ->
                  compare(
                      place + "/" + field.getKey(),
                      field.getValue(),
                      other.path(field.getKey()),
                      lost));
    } else if (one.isArray() && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        compare(place + "/" + i, one.get(i), other.get(i), lost);
      }
    } else if (!one.equals(other)) {
      lost.add(place + ": " + one + " became " + other);
    }
  }
}
