package io.reseed.bench.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the system keeps of files in memory. */
public enum PageCache {
  /** As the last run left it. */
  WARM,
  /** Emptied before each run; only root may. */
  COLD;

  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  /** Cold where this process may empty the cache. */
  public static PageCache coldest() {
    return Files.isWritable(DROP) ? COLD : WARM;
  }

  /** Makes what is written durable, so that no run pays for another, and empties the cache. */
  public void settle(boolean keepPages) throws IOException {
    run(List.of("sync"));
    if (this == COLD && !keepPages) {
      Files.writeString(DROP, "3");
    }
  }

  private static void run(List<String> command) throws IOException {
    try {
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IOException(command + " ended with code " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command, e);
    }
  }
}
