package io.reseed.cli.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.reseed.cli.invocation.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One YAML file of the user, and everything that is wrong with it. */
public final class YamlFile {
  private final Path path;
  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  private YamlFile(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  public static YamlFile read(Path path) {
    YAMLMapper yaml =
        new YAMLMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    try {
      return new YamlFile(path, yaml.readTree(Files.readString(path)));
    } catch (JsonProcessingException malformed) {
      throw CliException.usage(
          path + " is no readable YAML: " + malformed.getOriginalMessage(), "mend the file");
    } catch (IOException unreadable) {
      throw CliException.usage(
          "cannot read " + path + " (" + unreadable.getClass().getSimpleName() + ")",
          "name a file that can be read with -f");
    }
  }

  public JsonNode root() {
    return root;
  }

  public void problem(String problem) {
    problems.add(problem);
  }

  /** Notes every key of {@code object} that is not among {@code known}. */
  public void checkKeys(String where, JsonNode object, Set<String> known) {
    object
        .properties()
        .forEach(
            entry -> {
              if (!known.contains(entry.getKey())) {
                problem(where + " has the unknown key '" + entry.getKey() + "'");
              }
            });
  }

  /** Ends the command, naming everything that was noted, if anything was. */
  public void refuseProblems() {
    if (!problems.isEmpty()) {
      throw CliException.usage(
          path + " cannot be used: " + String.join("; ", problems),
          "mend the file; nothing was done");
    }
  }
}
