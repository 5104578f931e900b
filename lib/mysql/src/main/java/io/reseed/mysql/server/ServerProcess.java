package io.reseed.mysql.server;

import io.reseed.fleet.FailureCode;
import io.reseed.mysql.MysqlException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The process of one server folder. It is ours when it lives in the boot, with the start time that
 * were recorded, and its command line is that of mysqld with this folder's my.cnf; so a recycled
 * process id is never taken for ours. A process that was started just before we crashed, before it
 * was recorded, is found by its command line.
 */
final class ServerProcess {
  private static final Path PROC = Path.of("/proc");

  /** What a shell adds to a signal's number, and the JVM, too. */
  private static final int SIGNALLED = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15,
          "SIGTERM", 31, "SIGSYS");

  private final ServerFolder folder;

  /** As far as this process started it: of others' children nobody learns how they ended. */
  private volatile @Nullable Process child;

  ServerProcess(ServerFolder folder) {
    this.folder = folder;
  }

  /** Starts mysqld in a session of its own: neither our end nor our terminal's reaches it. */
  void spawn(Path mysqld, List<String> moreArguments) {
    List<String> command = new ArrayList<>(List.of("setsid", mysqld.toString(), defaultsFile()));
    command.addAll(moreArguments);
    try {
      // setsid, the wrapper's shell and the loader each become the next by exec: one process id.
      Process process =
          new ProcessBuilder(command)
              .directory(folder.directory().toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.console().toFile())
              .start();
      child = process;
      record(process.pid());
    } catch (IOException e) {
      throw new MysqlException(
          FailureCode.SERVER_START_FAILED, "cannot start " + mysqld + ": " + e.getMessage(), e);
    }
  }

  /** How the process ended that was started here; empty while it runs, and for another's. */
  Optional<String> ending() {
    Process started = child;
    if (started == null || started.isAlive()) {
      return Optional.empty();
    }
    int status = started.exitValue();
    int signal = status - SIGNALLED;
    return Optional.of(
        signal <= 0 || signal > 64
            ? "exit status " + status
            : "killed by signal %d%s"
                .formatted(
                    signal, SIGNALS.containsKey(signal) ? " (" + SIGNALS.get(signal) + ")" : ""));
  }

  private void record(long pid) {
    Properties properties = new Properties();
    properties.setProperty("pid", Long.toString(pid));
    living(pid).ifPresent(stat -> properties.setProperty("startTime", stat.startTime()));
    properties.setProperty("boot", bootId());
    Folders.replace(
        folder.processRecord(), ServerFolder.print(properties, "The process started last."));
  }

  /** The living process, recorded or found. */
  Optional<ProcessHandle> find() {
    return recorded().or(this::searched).flatMap(ProcessHandle::of);
  }

  private Optional<Long> recorded() {
    if (!Files.exists(folder.processRecord())) {
      return Optional.empty();
    }
    Properties properties = ServerFolder.read(folder.processRecord());
    long pid = Long.parseLong(properties.getProperty("pid", "0"));
    boolean same =
        bootId().equals(properties.getProperty("boot"))
            && living(pid)
                .map(stat -> stat.startTime().equals(properties.getProperty("startTime")))
                .orElse(false);
    return same && !hasForeignCommandLine(pid) ? Optional.of(pid) : Optional.empty();
  }

  private Optional<Long> searched() {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (hasOurCommandLine(pid)) {
          return Optional.of(pid);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw Folders.failed("list processes", e);
    }
  }

  /**
   * While a process becomes another program by exec, its command line is empty for a moment: the
   * start has two such moments, and is not over in them. It is empty again once a process that ends
   * has given back its memory, until it is gone: see {@link #living}. So it is read once here: what
   * had a command line a moment ago, and has none now, is no other program.
   */
  private boolean hasForeignCommandLine(long pid) {
    return readProc(pid, "cmdline").filter(commandLine -> !isOurs(commandLine)).isPresent();
  }

  private boolean hasOurCommandLine(long pid) {
    return readProc(pid, "cmdline").filter(this::isOurs).isPresent();
  }

  private boolean isOurs(String commandLine) {
    List<String> arguments = List.of(commandLine.split("\0", -1));
    return arguments.contains(defaultsFile())
        && arguments.stream()
            .anyMatch(argument -> argument.equals("mysqld") || argument.endsWith("/mysqld"));
  }

  private String defaultsFile() {
    return "--defaults-file=" + folder.settings();
  }

  private static Optional<ProcessStat> living(long pid) {
    return readProc(pid, "stat").map(ProcessStat::parse).filter(ProcessStat::isLiving);
  }

  /**
   * The process may end at any moment: then there is nothing to read. Whatever else keeps us from
   * reading must not make a living process look gone. Not by a channel, which an interrupt closes.
   */
  private static Optional<String> readProc(long pid, String name) {
    Path file = PROC.resolve(Long.toString(pid)).resolve(name);
    try (InputStream in = new FileInputStream(file.toFile())) {
      byte[] bytes = in.readAllBytes();
      return bytes.length == 0
          ? Optional.empty()
          : Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (Files.isReadable(file)) { // not so when it is gone, or hidden from us
        throw Folders.failed("read", file, e);
      }
      return Optional.empty();
    }
  }

  private static String bootId() {
    try {
      return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      throw Folders.failed("read the boot id", e);
    }
  }
}
