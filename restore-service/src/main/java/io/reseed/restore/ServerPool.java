package io.reseed.restore;

import io.reseed.mysql.server.ServerSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The InnoDB buffer pool that lines for my.cnf give a server. */
final class ServerPool {
  /** InnoDB takes no less. */
  static final long MEGABYTES_MIN = 5;

  private static final String OPTION = "innodb_buffer_pool_size";
  private static final String LOOSE = "loose_" + OPTION;
  private static final String UNITS = "KMGTPE";
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18})([" + UNITS + "]?)", Pattern.CASE_INSENSITIVE);

  private ServerPool() {}

  /**
   * In MB, rounded up; empty where the lines say nothing of it.
   *
   * @throws IllegalArgumentException for what MySQL takes for no size
   */
  static Optional<Long> megabytes(Map<String, String> options) {
    return Optional.ofNullable(options.getOrDefault(OPTION, options.get(LOOSE)))
        .map(ServerPool::megabytes);
  }

  /** What a server that was made here takes, by its lines. */
  static long megabytes(ServerSpec spec) {
    return megabytes(spec.settings()).orElse((long) spec.bufferPoolMegabytes());
  }

  /** The lines with that pool. */
  static Map<String, String> with(Map<String, String> options, long megabytes) {
    Map<String, String> all = new HashMap<>(options);
    all.remove(LOOSE);
    all.put(OPTION, megabytes + "M");
    return all;
  }

  private static long megabytes(String size) {
    Matcher matcher = SIZE.matcher(size.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(OPTION + " is no size: " + size);
    }
    int unit = matcher.group(2).isEmpty() ? 0 : 1 + unit(matcher.group(2));
    double bytes = Long.parseLong(matcher.group(1)) * Math.pow(1024, unit);
    return (long) Math.ceil(bytes / (1 << 20));
  }

  private static int unit(String letter) {
    return UNITS.indexOf(Character.toUpperCase(letter.charAt(0)));
  }
}
