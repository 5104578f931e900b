package io.reseed.system;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Every module's compiled main classes and Java sources, found by path. */
final class Modules {
  static final String[] SERVICES = {
    "io.reseed.failover..", "io.reseed.restore..", "io.reseed.catchup..", "io.reseed.validator.."
  };
  static final String[] LIBRARIES = {
    "io.reseed.fleet..",
    "io.reseed.events..",
    "io.reseed.kafka..",
    "io.reseed.agent..",
    "io.reseed.durable..",
    "io.reseed.coordinator..",
    "io.reseed.mysql..",
    "io.reseed.backup..",
    "io.reseed.service.."
  };

  private static final List<String> FOLDERS =
      List.of(
          "lib/events",
          "lib/durable",
          "lib/fleet",
          "lib/kafka",
          "lib/agent",
          "lib/coordinator",
          "lib/mysql",
          "lib/backup",
          "lib/service",
          "testing/testkit",
          "testing/installation",
          "testing/bench",
          "failover-detector",
          "restore-service",
          "catchup-service",
          "validator-service",
          "cli",
          "demo");

  private static final JavaClasses CLASSES = read();

  private Modules() {}

  /** The main classes of all modules. */
  static JavaClasses classes() {
    return CLASSES;
  }

  private static JavaClasses read() {
    List<Location> locations = new ArrayList<>();
    for (String folder : FOLDERS) {
      Path classes = Parts.root().resolve(folder).resolve("target/classes");
      if (!Files.isDirectory(classes)) {
        throw new IllegalStateException(
            "Not compiled: " + classes + "; run 'mvn -pl testing/system -am test-compile'");
      }
      locations.add(Location.of(classes));
    }
    return new ClassFileImporter().importLocations(locations);
  }

  /** All Java sources of the repository, tests included, as paths relative to its root. */
  static List<Path> sources() {
    List<Path> sources = new ArrayList<>();
    List<String> folders = new ArrayList<>(FOLDERS);
    folders.add("testing/system");
    for (String folder : folders) {
      Path source = Parts.root().resolve(folder).resolve("src");
      try (Stream<Path> files = Files.walk(source)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(file -> Parts.root().relativize(file))
            .sorted()
            .forEach(sources::add);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read the sources under " + source, e);
      }
    }
    return sources;
  }

  /** The lines of one of the {@link #sources}. */
  static List<String> linesOf(Path source) {
    try {
      return Files.readAllLines(Parts.root().resolve(source));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + source, e);
    }
  }
}
