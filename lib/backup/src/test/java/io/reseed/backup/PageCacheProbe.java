package io.reseed.backup;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Asks the kernel what of a file lies in the page cache. */
public final class PageCacheProbe {
  private static final long PAGE = 4_096;

  private PageCacheProbe() {}

  /** By mincore(2). */
  public static long residentBytes(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      MemorySegment residence = arena.allocate((channel.size() + PAGE - 1) / PAGE);
      if (mincore(mapped, residence) != 0) {
        throw new IOException("mincore fails on " + file);
      }
      long pages = 0;
      for (long page = 0; page < residence.byteSize(); page++) {
        pages += residence.get(ValueLayout.JAVA_BYTE, page) & 1;
      }
      return pages * PAGE;
    }
  }

  @SuppressWarnings("restricted") // a system call that Java has no other way to
  private static int mincore(MemorySegment mapped, MemorySegment residence) {
    Linker linker = Linker.nativeLinker();
    MethodHandle call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mincore"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    try {
      return (int) call.invokeExact(mapped, mapped.byteSize(), residence);
    } catch (Throwable e) {
      throw new IllegalStateException("mincore cannot be called", e);
    }
  }
}
