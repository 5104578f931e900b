package io.reseed.demo;

import io.reseed.installation.Installation;
import io.reseed.installation.KeptProcess;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A demo that was left running: its folder and its processes, noted in {@code .reseed/} of the
 * checkout, where {@code ./reseed down} finds it.
 */
final class KeptDemo {
  private static final String FOLDER = "folder";
  private static final String PROCESS = "process.";

  private final Path folder;
  private final List<KeptProcess> processes;

  private KeptDemo(Path folder, List<KeptProcess> processes) {
    this.folder = folder;
    this.processes = List.copyOf(processes);
  }

  /** The command line's configuration, which {@code ./reseed} names to it when it is there. */
  static Path cliConfiguration() {
    return home().resolve("cli.properties");
  }

  private static Path home() {
    return Parts.root().resolve(".reseed");
  }

  private static Path record() {
    return home().resolve("demo.properties");
  }

  /** Notes what runs, in the order in which it is to be stopped. */
  static KeptDemo write(Installation installation, List<KeptProcess> processes) {
    KeptDemo kept = new KeptDemo(installation.folder(), processes);
    Properties values = new Properties();
    values.setProperty(FOLDER, kept.folder.toString());
    for (int i = 0; i < processes.size(); i++) {
      KeptProcess process = processes.get(i);
      values.setProperty("%s%02d.%s".formatted(PROCESS, i, process.name()), process.toText());
    }
    Properties cli = new Properties();
    cli.setProperty("bootstrap.servers", installation.kafka().bootstrapServers());
    store(values, record());
    store(cli, cliConfiguration());
    return kept;
  }

  private static void store(Properties values, Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (OutputStream out = Files.newOutputStream(file)) {
        values.store(out, "Written by ./reseed demo --keep; ./reseed down removes it.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The demo that was left running in this checkout. */
  static Optional<KeptDemo> find() {
    if (!Files.exists(record())) {
      return Optional.empty();
    }
    Properties values = new Properties();
    try (InputStream in = Files.newInputStream(record())) {
      values.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + record(), e);
    }
    List<KeptProcess> processes = new ArrayList<>();
    values.stringPropertyNames().stream()
        .filter(key -> key.startsWith(PROCESS))
        .sorted()
        .forEach(key -> processes.add(KeptProcess.parse(key, values.getProperty(key))));
    return Optional.of(new KeptDemo(Path.of(values.getProperty(FOLDER)), processes));
  }

  /** Whether any of its processes runs. */
  boolean isAlive() {
    return processes.stream().anyMatch(KeptProcess::isAlive);
  }

  /**
   * Ends its processes, then its servers, and removes its folder and the notes about it. May be
   * repeated, also after a failure in the middle.
   *
   * @return how many processes still ran
   */
  long stop() {
    long stopped = processes.parallelStream().filter(KeptProcess::stop).count();
    MysqlFleet.destroyServersUnder(folder);
    removeFolder();
    try {
      Files.deleteIfExists(cliConfiguration());
      Files.deleteIfExists(record());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the notes in " + home(), e);
    }
    return stopped;
  }

  private void removeFolder() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }
}
