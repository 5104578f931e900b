package io.reseed.backup.format;

import io.reseed.fleet.ForeignText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A path below a named root, e.g. {@code data:shop/orders.ibd}. It cannot leave its root: the path
 * is relative, uses {@code /}, and has no empty, {@code .} or {@code ..} segment, no NUL or other
 * control character and no backslash.
 *
 * @param root a lower-case word, e.g. {@code data}, {@code undo}, {@code redo}
 * @param path at most 4,096 bytes, 255 a segment
 */
public record RootedPath(String root, String path) implements Comparable<RootedPath> {
  private static final Pattern ROOT = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final int PATH_BYTES_MAX = 4_096;
  private static final int SEGMENT_BYTES_MAX = 255;

  /** Checks the rules above. */
  public RootedPath {
    if (!isRootName(root)) {
      throw new UnsafeContentException("not a root's name: '" + printable(root) + "'");
    }
    String fault = faultOf(path);
    if (!fault.isEmpty()) {
      throw new UnsafeContentException(fault + ": '" + printable(path) + "'");
    }
  }

  /** Whether {@code name} may name a root. */
  public static boolean isRootName(String name) {
    return ROOT.matcher(name).matches();
  }

  /** Where the path lies when its root is {@code folder}. */
  public Path below(Path folder) {
    Path resolved = folder.resolve(path).normalize();
    if (!resolved.startsWith(folder.normalize()) || resolved.equals(folder.normalize())) {
      throw new UnsafeContentException("path leaves its root: " + this);
    }
    return resolved;
  }

  private static String faultOf(String path) {
    if (path.isEmpty()) {
      return "path is empty";
    }
    if (path.startsWith("/")) {
      return "path is absolute";
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
      return "path is longer than " + PATH_BYTES_MAX + " bytes";
    }
    if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
      return "path has a control character or backslash";
    }
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return "path has an empty, '.' or '..' segment";
      }
      if (segment.getBytes(StandardCharsets.UTF_8).length > SEGMENT_BYTES_MAX) {
        return "path has a segment of more than " + SEGMENT_BYTES_MAX + " bytes";
      }
    }
    return "";
  }

  private static String printable(String text) {
    return ForeignText.shown(text, 200);
  }

  @Override
  public int compareTo(RootedPath other) {
    int byRoot = root.compareTo(other.root);
    return byRoot != 0 ? byRoot : path.compareTo(other.path);
  }

  @Override
  public String toString() {
    return root + ":" + path;
  }
}
