package io.reseed.backup.format;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server version, e.g. {@code 9.7.4}; a suffix such as {@code -commercial} or {@code -debug} is
 * read and dropped, since it does not change the files.
 */
public record MysqlVersion(int major, int minor, int patch) implements Comparable<MysqlVersion> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})([-+~][A-Za-z0-9.+~-]{0,64})?");

  /** Reads what {@code SELECT VERSION()} says. */
  public static MysqlVersion parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a MySQL version: '" + text + "'");
    }
    return new MysqlVersion(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  @Override
  public int compareTo(MysqlVersion other) {
    return Comparator.comparingInt(MysqlVersion::major)
        .thenComparingInt(MysqlVersion::minor)
        .thenComparingInt(MysqlVersion::patch)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
