package io.reseed.backup.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the extents of a manifest's files. */
final class ExtentJsonReader {
  private static final int FIRST_VERSION_WITH_PATCHES = 2;

  private final StrictJsonReader json;
  private final int version;

  ExtentJsonReader(StrictJsonReader json, int version) {
    this.json = json;
    this.version = version;
  }

  /** All extents of one file. */
  List<Extent> read() throws IOException {
    List<Extent> extents = new ArrayList<>();
    json.rows(() -> extents.add(extent()));
    return extents;
  }

  private Extent extent() throws IOException {
    String kind = json.string();
    return switch (kind) {
      case "zero" -> new Extent.Zero(json.number());
      case "patched" -> patched();
      default -> stored(encoding(kind));
    };
  }

  private Extent.Stored stored(Extent.Encoding encoding) throws IOException {
    long rawBytes = json.number();
    return new Extent.Stored(rawBytes, place(encoding), Sha256.parse(json.string()));
  }

  private Extent.Patched patched() throws IOException {
    if (version < FIRST_VERSION_WITH_PATCHES) {
      throw new IllegalArgumentException("version " + version + " has no patched extents");
    }
    long rawBytes = json.number();
    int pageBytes = json.smallNumber();
    int wholeBytes = json.smallNumber();
    Sha256 sha256 = Sha256.parse(json.string());
    Extent.Stored base = json.row(() -> stored(encoding(json.string())));
    List<Extent.Patch> patches = new ArrayList<>();
    json.rows(() -> patches.add(patch()));
    return new Extent.Patched(rawBytes, pageBytes, wholeBytes, sha256, base, patches);
  }

  private Extent.Patch patch() throws IOException {
    Extent.Encoding encoding = encoding(json.string());
    PageSet pages = PageSet.parse(json.string());
    return new Extent.Patch(pages, place(encoding), Sha256.parse(json.string()));
  }

  private Extent.Place place(Extent.Encoding encoding) throws IOException {
    return new Extent.Place(encoding, json.smallNumber(), json.number(), json.smallNumber());
  }

  private static Extent.Encoding encoding(String word) {
    return switch (word) {
      case "plain" -> Extent.Encoding.PLAIN;
      case "zstd" -> Extent.Encoding.ZSTD;
      default -> throw new IllegalArgumentException("unknown kind of extent: " + word);
    };
  }
}
