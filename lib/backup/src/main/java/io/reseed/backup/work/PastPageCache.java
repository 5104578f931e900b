package io.reseed.backup.work;

import java.nio.file.OpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's option to read and write a file past the page cache (O_DIRECT, see open(2)). It is not
 * of the platform's documented interface, so it is looked up by name: a JDK without it goes the
 * usual way.
 */
public final class PastPageCache {
  private static final @Nullable OpenOption DIRECT = find();

  private PastPageCache() {}

  /**
   * What to open a channel with; positions, lengths and buffers' addresses must then be multiples
   * of the file system's block size. File systems without such a way refuse to open the file.
   */
  public static Optional<OpenOption> option() {
    return Optional.ofNullable(DIRECT);
  }

  private static @Nullable OpenOption find() {
    try {
      Object @Nullable [] options =
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      for (Object option : options == null ? new Object[0] : options) {
        if (option instanceof OpenOption found && option.toString().equals("DIRECT")) {
          return found;
        }
      }
      return null;
    } catch (ClassNotFoundException none) {
      return null;
    }
  }
}
