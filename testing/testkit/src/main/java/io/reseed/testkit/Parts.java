package io.reseed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the real parts lie: the jars of the Kafka broker and of the S3 front that the module {@code
 * testing/parts} makes, and the Java that runs them.
 *
 * <p>The repository's root is taken from the system property {@code reseed.root}, or else found by
 * walking up from the working directory.
 */
public final class Parts {
  private static final Path PARTS_MODULE = Path.of("testing", "parts");
  private static final String MAKE_THEM = "mvn -pl testing/parts process-resources";

  private Parts() {}

  /**
   * The repository's root folder.
   *
   * @throws IllegalStateException when neither the property nor the working directory leads to it
   */
  public static Path root() {
    String property = System.getProperty("reseed.root");
    if (property != null && !property.isBlank()) {
      return Path.of(property).toAbsolutePath().normalize();
    }
    for (@Nullable Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(PARTS_MODULE).resolve("pom.xml"))) {
        return at;
      }
    }
    throw new IllegalStateException(
        "The repository of Reseed is not above the working directory "
            + Path.of("").toAbsolutePath()
            + ": run inside it, or set -Dreseed.root=<its folder>.");
  }

  /** The class path of a whole Kafka broker: every jar of one folder. */
  static String kafkaClassPath() {
    Path folder = target().resolve("kafka");
    if (!holdsJar(folder)) {
      throw missing("Kafka broker's jars", folder);
    }
    return folder.resolve("*").toString();
  }

  /** The S3 front, one runnable jar. */
  static Path s3ProxyJar() {
    return s3Jar("s3proxy.jar");
  }

  /** The second S3 service, one runnable jar. */
  static Path s3MockJar() {
    return s3Jar("s3mock.jar");
  }

  private static Path s3Jar(String name) {
    Path jar = target().resolve("s3").resolve(name);
    if (!Files.exists(jar)) {
      throw missing("S3 front's jar", jar);
    }
    return jar;
  }

  /** The Java that runs this JVM. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static Path target() {
    return root().resolve(PARTS_MODULE).resolve("target");
  }

  private static boolean holdsJar(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".jar"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private static IllegalStateException missing(String what, Path where) {
    return new IllegalStateException(
        "The " + what + " is missing at " + where + ": run '" + MAKE_THEM + "' in " + root());
  }
}
