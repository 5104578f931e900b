package io.reseed.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Asks the kernel what of a file lies in the page cache. */
public final class PageCacheProbe {
  private static final long PAGE = 4_096;

  private PageCacheProbe() {}

  /** Page by page, by mincore(2), which is how the JDK finds out whether a mapping is loaded. */
  public static long residentBytes(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long resident = 0;
      for (long at = 0; at < channel.size(); at += PAGE) {
        long length = Math.min(PAGE, channel.size() - at);
        resident += channel.map(MapMode.READ_ONLY, at, length).isLoaded() ? length : 0;
      }
      return resident;
    }
  }
}
