package io.reseed.coordinator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;

/**
 * Writes a shard's state to its changelog and reads it back: {@code decode(encode(s)).equals(s)},
 * but for what a shard can do without after a restart, see {@link #keeping}. A state whose bytes
 * are those that are stored is not stored again. Thread-safe.
 *
 * <p>Older and newer versions of a service share a changelog while a fleet is upgraded, in either
 * order, so a state is read tolerantly: fields that are unknown are passed over, and fields that
 * are missing are null or 0, of which the state's type makes their defaults. An older version
 * stores a state without the fields that it does not know, so a newer one must be able to go on
 * from those defaults at any time. What an older version cannot go on with all the same (a new
 * variant of a sealed type, a new constant, a field that means something else) raises the version;
 * an older process then ends at once, before anything is touched, see {@link StateTooNewException}.
 *
 * <p>Anything else that {@link #decode} throws about a stored state keeps that shard from being
 * decided about (its records go to the dead letters as bugs, its bytes stay) until a version runs
 * that can read it.
 */
public interface StateCodec<S> {

  /** The bytes that are stored. */
  byte[] encode(S state);

  /**
   * The state that was stored.
   *
   * @throws StateTooNewException when a newer version of the service stored it
   */
  S decode(byte[] bytes);

  /**
   * This codec, storing only what is worth it. What is left out, such as when to look next, lives
   * in memory for as long as an instance holds the shard, and costs no record when it changes. An
   * older version reads what is stored, too, and must be able to go on from it.
   *
   * @param kept a state without what may be lost; applied to what it gives, it changes nothing
   */
  default StateCodec<S> keeping(UnaryOperator<S> kept) {
    StateCodec<S> whole = this;
    return new StateCodec<>() {
      @Override
      public byte[] encode(S state) {
        return whole.encode(kept.apply(state));
      }

      @Override
      public S decode(byte[] bytes) {
        return whole.decode(bytes);
      }
    };
  }

  /**
   * A codec by Jackson: {@code {"version":1,"state":{…}}}.
   *
   * @param type the state's type; when it is sealed it needs {@code @JsonTypeInfo}
   * @param version of what is written, and the highest that can be read
   */
  static <S> StateCodec<S> json(ObjectMapper mapper, Class<S> type, int version) {
    ObjectWriter writer = mapper.writerFor(type);
    ObjectReader reader =
        mapper.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return new StateCodec<>() {
      @Override
      public byte[] encode(S state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = mapper.createGenerator(bytes)) {
          json.writeStartObject();
          json.writeNumberField("version", version);
          json.writeFieldName("state");
          writer.writeValue(json, state);
          json.writeEndObject();
        } catch (IOException e) {
          throw new UncheckedIOException("a state of " + type.getName() + " is not writable", e);
        }
        return bytes.toByteArray();
      }

      @Override
      public S decode(byte[] bytes) {
        try (JsonParser json = mapper.createParser(bytes)) {
          expect(json.nextToken() == JsonToken.START_OBJECT);
          expect("version".equals(json.nextFieldName()));
          int stored = json.nextIntValue(0);
          expect(stored > 0);
          if (stored > version) {
            throw new StateTooNewException(stored, version);
          }
          expect("state".equals(json.nextFieldName()));
          expect(json.nextToken() == JsonToken.START_OBJECT);
          return reader.readValue(json);
        } catch (IOException e) {
          throw new UncheckedIOException("a stored state is no " + type.getName(), e);
        }
      }

      private void expect(boolean asWritten) {
        if (!asWritten) {
          throw new IllegalStateException(
              "a stored state of %s does not begin with its version".formatted(type.getName()));
        }
      }
    };
  }
}
