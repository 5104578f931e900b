package io.reseed.installation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that outlives the demo, known by id, start time and boot: an id alone may have come to
 * another process in the meantime.
 *
 * @param startTicks clock ticks from the boot to the start, field 22 of {@code /proc/<pid>/stat}
 * @param boot the kernel's id of this boot
 */
public record KeptProcess(String name, long pid, long startTicks, String boot) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int START_FIELD_AFTER_NAME = 19;
  private static final long STOP_SECONDS = 8;

  /** The running process with this id. */
  public static KeptProcess of(String name, long pid) {
    long ticks =
        startTicks(pid)
            .orElseThrow(() -> new IllegalStateException(name + " does not run, pid " + pid));
    return new KeptProcess(name, pid, ticks, currentBoot());
  }

  /** Reads what {@link #toText} wrote. */
  public static KeptProcess parse(String name, String text) {
    String[] parts = text.split(" ", -1);
    if (parts.length != 3) {
      throw new IllegalStateException("not a process record: " + name + "=" + text);
    }
    return new KeptProcess(name, Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
  }

  /** Its id, start and boot, for {@link #parse}. */
  public String toText() {
    return pid + " " + startTicks + " " + boot;
  }

  /** Whether that very process still runs. */
  public boolean isAlive() {
    return boot.equals(currentBoot())
        && startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
  }

  /** SIGTERM, then SIGKILL; false when it was gone already. */
  public boolean stop() {
    Optional<ProcessHandle> handle = isAlive() ? ProcessHandle.of(pid) : Optional.empty();
    if (handle.isEmpty()) {
      return false;
    }
    handle.get().destroy();
    if (!isGoneIn(handle.get(), STOP_SECONDS)) {
      handle.get().destroyForcibly();
      isGoneIn(handle.get(), STOP_SECONDS);
    }
    return true;
  }

  private static boolean isGoneIn(ProcessHandle handle, long seconds) {
    CompletableFuture<ProcessHandle> exit = handle.onExit();
    try {
      exit.get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot wait for process " + handle.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<Long> startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(Long.parseLong(fields[START_FIELD_AFTER_NAME]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static String currentBoot() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + BOOT, e);
    }
  }
}
