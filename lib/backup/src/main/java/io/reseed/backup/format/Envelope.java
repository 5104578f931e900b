package io.reseed.backup.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line in front of a manifest's or verdict's body: what it is, in which version, how long, and
 * its hash.
 *
 * @param kind {@code manifest} or {@code verdict}
 * @param encoding of the body
 * @param rawBytesMax bound of the decoded body
 * @param versionMax the newest version that this release reads
 * @param damaged the code for one that does not hold
 */
record Envelope(
    String kind, Extent.Encoding encoding, int rawBytesMax, int versionMax, FailureCode damaged) {
  static final Envelope MANIFEST =
      new Envelope("manifest", Extent.Encoding.ZSTD, 1 << 30, 2, FailureCode.MANIFEST_CORRUPT);
  static final Envelope VERDICT =
      new Envelope("verdict", Extent.Encoding.PLAIN, 4 << 20, 1, FailureCode.VERDICT_CORRUPT);

  static final Envelope KEYS =
      new Envelope("keys", Extent.Encoding.PLAIN, 64 << 20, 1, FailureCode.KEYS_CORRUPT);

  private static final int LINE_BYTES_MAX = 200;
  private static final int ZSTD_LEVEL = 3;

  /** A manifest shrinks to a half or a tenth: most of it are hashes and paths. */
  private static final int RATIO_MAX = 500;

  private static final int RATIO_MATTERS_BYTES = 16 << 20;
  private static final Pattern START = Pattern.compile("reseed ([a-z]+) (\\d{1,9})( .*)?");
  private static final Pattern REST = Pattern.compile(" (plain|zstd) (\\d{1,10}) ([0-9a-f]{64})");

  byte[] seal(byte[] body) {
    return seal(1, body);
  }

  byte[] seal(int version, byte[] body) {
    byte[] stored = encoding == Extent.Encoding.ZSTD ? Zstd.compress(body, ZSTD_LEVEL) : body;
    String line =
        String.format(
            Locale.ROOT, // the default one may have digits of its own
            "reseed %s %d %s %d %s\n",
            kind,
            version,
            encoding.word(),
            body.length,
            Sha256.of(stored));
    byte[] first = line.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(first.length + stored.length).put(first).put(stored).array();
  }

  /** The version that an object which was opened is to be read by. */
  int version(byte[] object) {
    return Integer.parseInt(start(object).group(2));
  }

  byte[] open(byte[] object) {
    return open(object, "the " + kind, HeapShare.OF_THIS_PROCESS);
  }

  /**
   * The body of an object that holds.
   *
   * @param what the object is, for people
   * @param share of memory that the body may take
   */
  byte[] open(byte[] object, String what, HeapShare share) {
    int end = endOfLine(object);
    Matcher start = start(object);
    int version = Integer.parseInt(start.group(2));
    if (version < 1 || version > versionMax) {
      throw new FailureException(
          FailureCode.FORMAT_VERSION_UNKNOWN,
          "the "
              + kind
              + " has format version "
              + version
              + "; this release reads 1 to "
              + versionMax,
          "Restore it with a release of Reseed that knows this version.");
    }
    Matcher rest = REST.matcher(firstLine(object).substring(start.end(2)));
    if (!rest.matches() || !rest.group(1).equals(encoding.word())) {
      throw damaged("has a broken first line");
    }
    long rawBytes = Long.parseLong(rest.group(2));
    if (rawBytes > rawBytesMax) {
      throw damaged("claims " + rawBytes + " bytes; at most " + rawBytesMax + " are read");
    }
    int storedBytes = object.length - end - 1;
    if (rawBytes > RATIO_MATTERS_BYTES && rawBytes / RATIO_MAX > storedBytes) {
      throw damaged(
          "claims that %d bytes are %d, %d times as many: nothing that Reseed writes shrinks so"
              .formatted(storedBytes, rawBytes, rawBytes / Math.max(1, storedBytes)));
    }
    share.require(rawBytes, what);
    byte[] stored = Arrays.copyOfRange(object, end + 1, object.length);
    if (!Sha256.of(stored).equals(Sha256.parse(rest.group(3)))) {
      throw damaged("does not hash to what its first line says");
    }
    return decode(stored, (int) rawBytes);
  }

  private Matcher start(byte[] object) {
    Matcher start = START.matcher(firstLine(object));
    if (!start.matches() || !start.group(1).equals(kind)) {
      throw damaged("does not begin as a " + kind);
    }
    return start;
  }

  private String firstLine(byte[] object) {
    return new String(object, 0, endOfLine(object), StandardCharsets.US_ASCII);
  }

  FailureException damaged(String what) {
    return damaged(what, null);
  }

  FailureException damaged(String what, @Nullable Throwable cause) {
    return new FailureException(
        damaged,
        "the " + kind + " " + what,
        "Take another backup; look at the store for what damaged this object.",
        cause);
  }

  private int endOfLine(byte[] object) {
    for (int i = 0; i < Math.min(object.length, LINE_BYTES_MAX); i++) {
      if (object[i] == '\n') {
        return i;
      }
    }
    throw damaged("has no first line");
  }

  private byte[] decode(byte[] stored, int rawBytes) {
    boolean plain = encoding == Extent.Encoding.PLAIN;
    // the frame's own length is compared first: a short frame must not make us take a GiB
    if ((plain ? stored.length : Zstd.getFrameContentSize(stored)) != rawBytes) {
      throw damaged("is not as long as its first line says");
    }
    try {
      return plain ? stored : Zstd.decompress(stored, rawBytes);
    } catch (ZstdException e) {
      throw damaged("does not decompress", e);
    }
  }
}
