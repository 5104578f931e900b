package io.reseed.backup.format;

import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureCode;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import io.reseed.mysql.gtid.GtidSet;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads a manifest's JSON strictly. */
final class ManifestJsonReader {
  /** An interval of two characters is an object of its own. */
  private static final int GTID_CHARACTER_BYTES = 32;

  private final StrictJsonReader json;
  private final ExtentJsonReader extents;
  private final int version;
  private final Map<String, String> texts = new HashMap<>();
  private @Nullable Map<String, String> settings;
  private @Nullable List<String> roots;
  private @Nullable List<DirectoryEntry> directories;
  private @Nullable List<PackEntry> packs;
  private @Nullable List<FileEntry> files;
  private PageIndex pages = PageIndex.NONE;

  ManifestJsonReader(int version, StrictJsonReader json) {
    this.version = version;
    this.json = json;
    extents = new ExtentJsonReader(json, version);
  }

  Manifest read() throws IOException {
    json.object(this::field);
    json.end();
    return new Manifest(
        header(),
        present("roots", roots),
        present("directories", directories),
        present("packs", packs),
        present("files", files),
        pages);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "backup", "shard", "createdAt", "mysqlVersion", "sourceServerUuid", "parent", "keyId" ->
          texts.put(name, json.string());
      case "gtidExecuted", "gtidPurged" -> {
        String set = json.string();
        json.keep((long) set.length() * GTID_CHARACTER_BYTES);
        texts.put(name, set);
      }
      case "settings" -> settings = json.stringMap();
      case "roots" -> {
        List<String> names = new ArrayList<>();
        json.strings(names::add);
        roots = names;
      }
      case "directories" -> {
        List<DirectoryEntry> list = new ArrayList<>();
        json.rows(() -> list.add(new DirectoryEntry(path(), json.smallNumber())));
        directories = list;
      }
      case "packs" -> {
        List<PackEntry> list = new ArrayList<>();
        json.rows(() -> list.add(new PackEntry(json.string(), json.number())));
        packs = list;
      }
      case "files" -> {
        List<FileEntry> list = new ArrayList<>();
        json.rows(
            () ->
                list.add(new FileEntry(path(), json.number(), json.smallNumber(), extents.read())));
        files = list;
      }
      case "pages" -> pages = pageIndex();
      default -> json.skip();
    }
  }

  private ManifestHeader header() {
    String keyId = texts.get("keyId");
    if (keyId != null && version == 1) {
      throw new FailureException(
          FailureCode.KEY_UNKNOWN,
          "the backup is encrypted with the key '" + keyId + "', which version 1 does not define",
          "Find out which release wrote it.");
    }
    String parent = texts.get("parent");
    return new ManifestHeader(
        new BackupId(text("backup")),
        ShardName.parse(text("shard")),
        time(text("createdAt")),
        MysqlVersion.parse(text("mysqlVersion")),
        present("settings", settings),
        GtidSet.parse(text("gtidExecuted")),
        GtidSet.parse(text("gtidPurged")),
        UUID.fromString(text("sourceServerUuid")),
        parent == null ? null : new BackupId(parent),
        keyId);
  }

  private RootedPath path() throws IOException {
    return new RootedPath(json.string(), json.string());
  }

  private PageIndex pageIndex() throws IOException {
    List<PageIndex.HashTable> hashes = new ArrayList<>();
    AtomicLong lsnMax = new AtomicLong();
    json.object(
        name -> {
          switch (name) {
            case "lsnMax" -> lsnMax.set(json.number());
            case "hashes" ->
                json.rows(
                    () ->
                        hashes.add(
                            new PageIndex.HashTable(
                                json.smallNumber(),
                                json.number(),
                                json.smallNumber(),
                                Sha256.parse(json.string()))));
            default -> json.skip();
          }
        });
    return new PageIndex(lsnMax.get(), hashes);
  }

  private String text(String field) {
    return present(field, texts.get(field));
  }

  static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("not a time: " + text, e);
    }
  }

  static <T> T present(String field, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("field '" + field + "' is missing");
    }
    return value;
  }
}
