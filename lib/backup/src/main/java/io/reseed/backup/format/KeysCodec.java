package io.reseed.backup.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.reseed.fleet.FailureException;
import io.reseed.fleet.ShardName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The wrapped keys of one backup's packs as the bytes of their object, and back. */
public final class KeysCodec {
  /** Such an object is never longer than this. */
  public static final int OBJECT_BYTES_MAX = Envelope.KEYS.rawBytesMax() + 1_000;

  private KeysCodec() {}

  /**
   * The object's bytes.
   *
   * @param keyId of the backup's own data key
   * @param keys by the writer of the packs
   */
  public static byte[] encode(ShardName shard, String keyId, Map<String, WrappedKey> keys) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("keyId", keyId);
      json.writeStringField("shard", shard.toString());
      json.writeArrayFieldStart("keys");
      for (Map.Entry<String, WrappedKey> key : new TreeMap<>(keys).entrySet()) {
        json.writeStartArray();
        json.writeString(key.getKey());
        json.writeString(key.getValue().masterKey());
        json.writeString(key.getValue().bytes());
        json.writeEndArray();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return Envelope.KEYS.seal(body.toByteArray());
  }

  /**
   * Reads an object's bytes.
   *
   * @throws FailureException {@code KEYS_CORRUPT} or {@code FORMAT_VERSION_UNKNOWN}
   */
  public static Map<String, WrappedKey> decode(byte[] object, ShardName shard, String keyId) {
    byte[] body = Envelope.KEYS.open(object);
    Map<String, String> texts = new HashMap<>();
    Map<String, WrappedKey> keys = new TreeMap<>();
    try (StrictJsonReader json =
        new StrictJsonReader(body, "the keys of " + shard, HeapShare.OF_THIS_PROCESS)) {
      json.object(
          name -> {
            switch (name) {
              case "keyId", "shard" -> texts.put(name, json.string());
              case "keys" ->
                  json.rows(
                      () -> keys.put(json.string(), new WrappedKey(json.string(), json.string())));
              default -> json.skip();
            }
          });
      json.end();
    } catch (IllegalArgumentException | IOException e) {
      throw Envelope.KEYS.damaged("is not what the format says: " + e.getMessage(), e);
    }
    if (!keyId.equals(texts.get("keyId")) || !shard.toString().equals(texts.get("shard"))) {
      throw damaged("lies under another backup's key");
    }
    return keys;
  }

  /** The failure of an object that does not hold. */
  public static FailureException damaged(String what) {
    return Envelope.KEYS.damaged(what);
  }
}
