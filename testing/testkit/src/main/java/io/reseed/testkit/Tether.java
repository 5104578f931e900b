package io.reseed.testkit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what this JVM started when the JVM ends, however it ends.
 *
 * <p>On a normal end and on Ctrl-C a shutdown hook kills the held processes. On SIGKILL no hook
 * runs, so a small shell process, in a session of its own, reads from a pipe whose other end only
 * this JVM holds: when the pipe closes it kills the held processes, the servers of the held
 * folders, unmounts the disks and removes the folders it was told to. One such process serves the
 * whole JVM.
 *
 * <p>Safe for use by several threads. Paths with a line break are refused.
 */
public final class Tether {
  private static final Logger LOG = LoggerFactory.getLogger(Tether.class);
  private static final Tether THIS_JVM = new Tether();

  private final BufferedWriter orders;
  private final Set<ProcessHandle> held = ConcurrentHashMap.newKeySet();

  private Tether() {
    try {
      orders =
          new ProcessBuilder("setsid", "sh", "-c", script())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .outputWriter(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The tether cannot start; it needs 'setsid' and 'sh' (Debian: util-linux, dash).", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::killHeld, "reseed-tether"));
  }

  /** The one tether of this JVM; started with the first use. */
  public static Tether ofThisJvm() {
    return THIS_JVM;
  }

  /** The process is killed with SIGKILL when this JVM ends, unless released before. */
  public void hold(ProcessHandle process) {
    held.add(process);
    order("hold", Long.toString(process.pid()));
  }

  /** The process is no longer ended with this JVM. Harmless when it was not held. */
  public void release(ProcessHandle process) {
    held.remove(process);
    order("release", Long.toString(process.pid()));
  }

  /**
   * When this JVM ends, every mysqld whose options file ({@code --defaults-file}) lies under the
   * folder is killed. For servers that were started detached, by this JVM or by services that it
   * started.
   */
  public void holdServersUnder(Path folder) {
    order("hold-servers", line(folder));
  }

  /** Undoes {@link #holdServersUnder}. */
  public void releaseServersUnder(Path folder) {
    order("release-servers", line(folder));
  }

  /** The folder is removed with all its content when this JVM ends. */
  public void removeAtEnd(Path folder) {
    order("remove", line(folder));
  }

  /** Undoes {@link #removeAtEnd}. */
  public void keep(Path folder) {
    order("keep", line(folder));
  }

  /** The disk mounted there is unmounted when this JVM ends, after all processes. */
  void unmountAtEnd(Path disk) {
    order("unmount", line(disk));
  }

  /** Undoes {@link #unmountAtEnd}. */
  void unmounted(Path disk) {
    order("unmounted", line(disk));
  }

  private synchronized void order(String order, String what) {
    try {
      orders.write(order + ' ' + what + '\n');
      orders.flush();
    } catch (IOException e) {
      // The hook still ends the processes unless this JVM is SIGKILLed: say so and go on.
      LOG.warn("Tether is gone; a SIGKILL of this JVM would leave its processes behind", e);
    }
  }

  private void killHeld() {
    held.forEach(ProcessHandle::destroyForcibly);
  }

  private static String line(Path folder) {
    String path = folder.toAbsolutePath().normalize().toString();
    if (path.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("A path with a line break cannot be tethered: " + path);
    }
    return path;
  }

  private static String script() throws IOException {
    try (InputStream in = Tether.class.getResourceAsStream("tether.sh")) {
      if (in == null) {
        throw new IOException("tether.sh is missing beside " + Tether.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
