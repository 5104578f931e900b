package io.reseed.demo;

import io.reseed.demo.Screen.Tone;
import io.reseed.installation.Installation;
import io.reseed.installation.Tempo;
import io.reseed.testkit.MysqlFleet;
import io.reseed.testkit.Tether;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The demo's folder with all that runs in it. Whatever happens to this JVM, nothing of it is left,
 * unless {@link #leave} was called; after a failure the logs stay.
 */
final class Workplace implements AutoCloseable {
  private static final long COPIES = 16; // of one shard's data, at the story's fullest moment
  private static final long BYTES_BESIDE = 4_000_000_000L; // redo logs, undo, system tablespaces
  private static final int TAIL_LINES = 25;

  private final Path folder;
  private final Thread hook = new Thread(this::stopForGood, "demo-stop");
  private @Nullable Installation installation;
  private volatile boolean stopping;
  private boolean left;
  private boolean logsKept;

  private Workplace(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder, {@code demo-<pid>} in Reseed's home.
   *
   * @param bytes of one shard's data
   * @throws IllegalStateException when the disk has too little room
   */
  static Workplace open(long bytes) throws IOException {
    Path home = Files.createDirectories(home());
    long needed = COPIES * bytes + BYTES_BESIDE;
    long free = Files.getFileStore(home).getUsableSpace();
    if (free < needed) {
      throw new IllegalStateException(
          "%s has %s of free disk and the demo needs %s: free some, choose a smaller --size, or set RESEED_HOME"
              .formatted(home, Figures.bytes(free), Figures.bytes(needed)));
    }
    Path folder = home.resolve("demo-" + ProcessHandle.current().pid());
    Files.createDirectory(folder);
    Workplace workplace = new Workplace(folder.toRealPath());
    workplace.logHere();
    Tether.ofThisJvm().removeAtEnd(workplace.folder);
    Runtime.getRuntime().addShutdownHook(workplace.hook);
    return workplace;
  }

  private static Path home() {
    String named = System.getenv("RESEED_HOME");
    return named != null && !named.isBlank()
        ? Path.of(named).toAbsolutePath()
        : Path.of(System.getProperty("user.home"), ".cache", "reseed");
  }

  /** Starts the parts that everything else needs. */
  Installation install(Tempo tempo) {
    installation = Installation.start(folder, tempo);
    return installation;
  }

  /** Where the services' logs are. */
  Path logs() {
    return folder.resolve("logs");
  }

  /** What this JVM itself logs goes into a file, beside the story; before the first logger. */
  private void logHere() throws IOException {
    Files.createDirectories(logs());
    System.setProperty("org.slf4j.simpleLogger.logFile", logs().resolve("demo.log").toString());
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd HH:mm:ss,SSS");
    System.setProperty("org.slf4j.simpleLogger.log.org.apache.kafka", "warn");
  }

  /** Lets everything live on. */
  void leave() {
    left = true;
    Tether.ofThisJvm().releaseServersUnder(folder);
    Tether.ofThisJvm().keep(folder);
  }

  /** Keeps the logs when all else is removed. */
  void keepLogs() {
    logsKept = true;
    Tether.ofThisJvm().keep(folder);
    collectLogs();
  }

  /** Says where the logs are, and shows the end of the one that looks guilty. */
  void explain(Screen screen, Exception failure) {
    try {
      keepLogs();
      screen.line("The logs are in " + logs(), Tone.PLAIN);
      Files.createDirectories(logs());
      StringBuilder trace = new StringBuilder(failure + "\n");
      for (StackTraceElement element : failure.getStackTrace()) {
        trace.append("  at ").append(element).append('\n');
      }
      Files.writeString(logs().resolve("demo-failure.log"), trace);
      Optional<Path> guilty = suspicious(failure);
      if (guilty.isPresent()) {
        screen.line("The end of " + guilty.get().getFileName() + ":", Tone.PLAIN);
        List<String> lines = Files.readAllLines(guilty.get(), StandardCharsets.UTF_8);
        lines
            .subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())
            .forEach(line -> screen.line("  | " + line, Tone.FAINT));
      }
    } catch (IOException | UncheckedIOException e) {
      screen.line("The logs cannot be read: " + e, Tone.BAD);
    }
  }

  /** The log that the failure names, else the service log with the most errors, else warnings. */
  private Optional<Path> suspicious(Exception failure) throws IOException {
    String message = String.valueOf(failure.getMessage());
    try (Stream<Path> files = Files.list(logs())) {
      Optional<Path> named =
          files.filter(file -> message.contains(file.getFileName().toString())).findFirst();
      if (named.isPresent()) {
        return named;
      }
    }
    try (Stream<Path> files = Files.list(logs())) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .filter(
              file ->
                  file.getFileName().toString().contains("service-")
                      || file.getFileName().toString().contains("detector"))
          .filter(file -> troubles(file) > 0)
          .max(Comparator.comparingLong(Workplace::troubles));
    }
  }

  private static long troubles(Path log) {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
      return lines
          .mapToLong(line -> line.contains(" ERROR ") ? 100 : line.contains(" WARN ") ? 1 : 0)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Error logs of servers lie in folders that are about to be removed. */
  private void collectLogs() {
    try (Stream<Path> files = Files.walk(folder, 6)) {
      List<Path> errorLogs =
          files
              .filter(
                  file ->
                      file.endsWith(Path.of("run", "error.log"))
                          || file.endsWith("broker.log")
                          || file.endsWith("s3.log"))
              .toList();
      Files.createDirectories(logs());
      for (Path log : errorLogs) {
        String name = folder.relativize(log).toString().replace('/', '-');
        Files.copy(log, logs().resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot collect the logs of " + folder, e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return; // the hook does it
    }
    stop();
  }

  /** Whether this JVM is ending from outside; what fails then is no failure. */
  boolean isStopping() {
    return stopping;
  }

  private void stopForGood() {
    stopping = true;
    try {
      stop();
    } catch (RuntimeException e) {
      System.err.println("Stopping the demo: " + e); // the tether kills what is left
    }
  }

  private void stop() {
    if (left) {
      return;
    }
    try {
      if (installation != null) {
        installation.close();
      }
    } finally {
      MysqlFleet.destroyServersUnder(folder);
      removeFolder();
    }
  }

  private void removeFolder() {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(file -> !logsKept || !(file.startsWith(logs()) || file.equals(folder)))
          .forEach(Workplace::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file, e);
    }
  }
}
