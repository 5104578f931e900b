package io.reseed.backup.verify;

import io.reseed.backup.format.RootedPath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which table a file belongs to, from its path. */
final class TableName {
  private static final Pattern TABLE = Pattern.compile("(?:.*/)?([^/]+)/([^/]+)\\.(?:ibd|sdi)");
  private static final Pattern PARTITION = Pattern.compile("(?i)#p#.*");
  private static final Pattern SDI_NUMBER = Pattern.compile("_[0-9]+$");
  private static final Pattern ENCODED = Pattern.compile("@([0-9a-f]{4})");
  private static final int HEX = 16;

  private TableName() {}

  /** {@code schema.table}, also for one of its partitions; null where a file is no one table's. */
  static @Nullable String of(RootedPath path) {
    Matcher matcher = TABLE.matcher(path.path());
    if (!matcher.matches()) {
      return null;
    }
    String file = PARTITION.matcher(matcher.group(2)).replaceFirst("");
    String table = path.path().endsWith(".sdi") ? SDI_NUMBER.matcher(file).replaceFirst("") : file;
    return decoded(matcher.group(1)) + "." + decoded(table);
  }

  /** The server writes other characters than letters, digits and _ as @ and their number. */
  private static String decoded(String name) {
    return ENCODED
        .matcher(name)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    Character.toString((char) Integer.parseInt(found.group(1), HEX))));
  }
}
