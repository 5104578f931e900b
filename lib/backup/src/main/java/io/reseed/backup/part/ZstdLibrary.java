package io.reseed.backup.part;

import com.github.luben.zstd.util.Native;

/** The native library that packs and unpacks parts. */
public final class ZstdLibrary {
  private ZstdLibrary() {}

  /**
   * Loads it now, not in the middle of a restore. May be repeated.
   *
   * @throws IllegalArgumentException that says what is in the way
   */
  public static void require() {
    try {
      Native.load();
    } catch (LinkageError | RuntimeException e) {
      throw new IllegalArgumentException(
          "the native library of zstd cannot be loaded (%s): it is unpacked into java.io.tmpdir, %s,"
                  .formatted(e.getMessage(), System.getProperty("java.io.tmpdir"))
              + " which must be writable and not mounted noexec; set -Djava.io.tmpdir to another",
          e);
    }
  }
}
