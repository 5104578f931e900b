package io.reseed.backup.snapshot;

import io.reseed.backup.format.Extent;
import io.reseed.backup.format.PackEntry;
import io.reseed.backup.format.PageIndex;
import io.reseed.backup.format.Sha256;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pack that the store has, and what lies in it.
 *
 * @param entry its name and size
 * @param etag the store's tag of it; empty when that is not to be compared
 * @param hashes its table of page hashes; the number of its pack says nothing
 * @param parts extents and patches, each by its raw bytes; the number of their pack says nothing
 */
record ConfirmedPack(
    PackEntry entry, String etag, PageIndex.@Nullable HashTable hashes, List<Extent.Stored> parts) {
  private static final String NONE = "-";
  private static final int HEAD_WORDS = 6;

  /** Copies the list. */
  ConfirmedPack {
    parts = List.copyOf(parts);
  }

  /** As a line of a journal has it. */
  String text() {
    StringBuilder text = new StringBuilder();
    boolean comparable = !etag.isEmpty() && etag.chars().allMatch(c -> c > ' ' && c < 0x7f);
    text.append(entry.name()).append(' ').append(entry.sizeBytes());
    text.append(' ').append(comparable ? etag : NONE);
    if (hashes == null) {
      text.append(" 0 0 ").append(NONE);
    } else {
      text.append(' ').append(hashes.packOffset()).append(' ').append(hashes.storedBytes());
      text.append(' ').append(hashes.sha256());
    }
    for (Extent.Stored part : parts) {
      Extent.Place place = part.place();
      text.append(' ').append(place.encoding().word()).append(':').append(part.rawBytes());
      text.append(':').append(place.packOffset()).append(':').append(place.storedBytes());
      text.append(':').append(part.sha256());
    }
    return text.toString();
  }

  /** Reads what {@link #text} wrote. */
  static ConfirmedPack parse(String text) {
    String[] words = text.split(" ", -1);
    PackEntry entry = new PackEntry(words[0], Long.parseLong(words[1]));
    PageIndex.HashTable hashes =
        words[5].equals(NONE)
            ? null
            : new PageIndex.HashTable(
                0, Long.parseLong(words[3]), Integer.parseInt(words[4]), Sha256.parse(words[5]));
    List<Extent.Stored> parts = new ArrayList<>();
    for (int i = HEAD_WORDS; i < words.length; i++) {
      parts.add(part(words[i]));
    }
    return new ConfirmedPack(entry, words[2].equals(NONE) ? "" : words[2], hashes, parts);
  }

  private static Extent.Stored part(String word) {
    String[] fields = word.split(":", -1);
    Extent.Encoding encoding =
        fields[0].equals(Extent.Encoding.PLAIN.word())
            ? Extent.Encoding.PLAIN
            : Extent.Encoding.ZSTD;
    return new Extent.Stored(
        Long.parseLong(fields[1]),
        new Extent.Place(encoding, 0, Long.parseLong(fields[2]), Integer.parseInt(fields[3])),
        Sha256.parse(fields[4]));
  }
}
