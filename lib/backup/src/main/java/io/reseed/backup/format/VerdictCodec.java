package io.reseed.backup.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.reseed.fleet.BackupId;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A verdict as the bytes of its object, and back. */
public final class VerdictCodec {
  /** A verdict's object is never longer than this. */
  public static final int OBJECT_BYTES_MAX = Envelope.VERDICT.rawBytesMax() + 1_000;

  private VerdictCodec() {}

  /** The object's bytes. */
  public static byte[] encode(ShardName shard, BackupId id, Verdict verdict) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("backup", id.toString());
      json.writeStringField("shard", shard.toString());
      json.writeStringField("outcome", verdict.outcome().name());
      json.writeStringField("decidedAt", verdict.decidedAt().toString());
      json.writeStringField("reason", verdict.reason());
      json.writeObjectFieldStart("evidence");
      for (Map.Entry<String, String> entry : verdict.evidence().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return Envelope.VERDICT.seal(body.toByteArray());
  }

  /**
   * Reads an object's bytes.
   *
   * @param expectedShard the shard in the object's key
   * @param expectedId the id in the object's key
   * @throws FailureException {@code FORMAT_VERSION_UNKNOWN} or {@code VERDICT_CORRUPT}
   */
  public static Verdict decode(byte[] object, ShardName expectedShard, BackupId expectedId) {
    byte[] body = Envelope.VERDICT.open(object);
    Map<String, String> texts = new HashMap<>();
    Map<String, String> evidence = new TreeMap<>();
    try (StrictJsonReader json =
        new StrictJsonReader(body, "the verdict of " + expectedId, HeapShare.OF_THIS_PROCESS)) {
      json.object(
          name -> {
            switch (name) {
              case "backup", "shard", "outcome", "decidedAt", "reason" ->
                  texts.put(name, json.string());
              case "evidence" -> evidence.putAll(json.stringMap());
              default -> json.skip();
            }
          });
      json.end();
      if (!expectedId.toString().equals(texts.get("backup"))
          || !expectedShard.toString().equals(texts.get("shard"))) {
        throw Envelope.VERDICT.damaged("lies under another backup's key");
      }
      return new Verdict(
          Verdict.Outcome.valueOf(text(texts, "outcome")),
          ManifestJsonReader.time(text(texts, "decidedAt")),
          text(texts, "reason"),
          evidence);
    } catch (IllegalArgumentException | IOException e) {
      throw Envelope.VERDICT.damaged("is not what the format says: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, String> texts, String field) {
    return ManifestJsonReader.present(field, texts.get(field));
  }
}
