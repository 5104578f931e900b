package io.reseed.backup.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Writes a manifest's JSON as {@code docs/BACKUP_FORMAT.md} shows it. */
final class ManifestJsonWriter {
  private final JsonGenerator json;

  private ManifestJsonWriter(JsonGenerator json) {
    this.json = json;
  }

  static void write(Manifest manifest, OutputStream out) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      new ManifestJsonWriter(json).write(manifest);
    }
  }

  private void write(Manifest manifest) throws IOException {
    json.writeStartObject();
    header(manifest.header());
    json.writeArrayFieldStart("roots");
    for (String root : manifest.roots()) {
      json.writeString(root);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("directories");
    for (DirectoryEntry directory : manifest.directories()) {
      json.writeStartArray();
      place(directory.path());
      json.writeNumber(directory.mode());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("packs");
    for (PackEntry pack : manifest.packs()) {
      json.writeStartArray();
      json.writeString(pack.name());
      json.writeNumber(pack.sizeBytes());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("files");
    for (FileEntry file : manifest.files()) {
      file(file);
    }
    json.writeEndArray();
    pages(manifest.pages());
    json.writeEndObject();
  }

  private void pages(PageIndex pages) throws IOException {
    if (pages.equals(PageIndex.NONE)) {
      return;
    }
    json.writeObjectFieldStart("pages");
    json.writeNumberField("lsnMax", pages.lsnMax());
    json.writeArrayFieldStart("hashes");
    for (PageIndex.HashTable table : pages.hashes()) {
      json.writeStartArray();
      json.writeNumber(table.pack());
      json.writeNumber(table.packOffset());
      json.writeNumber(table.storedBytes());
      json.writeString(table.sha256().toString());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void header(ManifestHeader header) throws IOException {
    json.writeStringField("backup", header.id().toString());
    json.writeStringField("shard", header.shard().toString());
    json.writeStringField("createdAt", header.createdAt().toString());
    json.writeStringField("mysqlVersion", header.mysqlVersion().toString());
    json.writeObjectFieldStart("settings");
    for (Map.Entry<String, String> setting : header.settings().entrySet()) {
      json.writeStringField(setting.getKey(), setting.getValue());
    }
    json.writeEndObject();
    json.writeStringField("gtidExecuted", header.gtidExecuted().toString());
    json.writeStringField("gtidPurged", header.gtidPurged().toString());
    json.writeStringField("sourceServerUuid", header.sourceServerUuid().toString());
    if (header.parent() != null) {
      json.writeStringField("parent", header.parent().toString());
    }
    if (header.keyId() != null) {
      json.writeStringField("keyId", header.keyId());
    }
  }

  private void place(RootedPath path) throws IOException {
    json.writeString(path.root());
    json.writeString(path.path());
  }

  private void file(FileEntry file) throws IOException {
    json.writeStartArray();
    place(file.path());
    json.writeNumber(file.sizeBytes());
    json.writeNumber(file.mode());
    json.writeStartArray();
    for (Extent extent : file.extents()) {
      json.writeStartArray();
      switch (extent) {
        case Extent.Zero zero -> {
          json.writeString("zero");
          json.writeNumber(zero.rawBytes());
        }
        case Extent.Stored stored -> stored(stored);
        case Extent.Patched patched -> patched(patched);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndArray();
  }

  private void stored(Extent.Stored stored) throws IOException {
    json.writeString(stored.place().encoding().word());
    json.writeNumber(stored.rawBytes());
    place(stored.place(), stored.sha256());
  }

  private void patched(Extent.Patched patched) throws IOException {
    json.writeString("patched");
    json.writeNumber(patched.rawBytes());
    json.writeNumber(patched.pageBytes());
    json.writeNumber(patched.wholeBytes());
    json.writeString(patched.sha256().toString());
    json.writeStartArray();
    stored(patched.base());
    json.writeEndArray();
    json.writeStartArray();
    for (Extent.Patch patch : patched.patches()) {
      json.writeStartArray();
      json.writeString(patch.place().encoding().word());
      json.writeString(patch.pages().toString());
      place(patch.place(), patch.sha256());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void place(Extent.Place place, Sha256 sha256) throws IOException {
    json.writeNumber(place.pack());
    json.writeNumber(place.packOffset());
    json.writeNumber(place.storedBytes());
    json.writeString(sha256.toString());
  }
}
