package io.reseed.coordinator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes a shard's state to its changelog and reads it back: {@code decode(encode(s)).equals(s)}.
 * Thread-safe. What {@link #decode} throws about a stored state keeps that shard from being decided
 * about (its records go to the dead letters as bugs, its bytes stay) until a version runs that can
 * read it.
 */
public interface StateCodec<S> {

  byte[] encode(S state);

  S decode(byte[] bytes);

  /**
   * A codec by Jackson.
   *
   * @param type the state's type; when it is sealed it needs {@code @JsonTypeInfo}
   */
  static <S> StateCodec<S> json(ObjectMapper mapper, Class<S> type) {
    ObjectWriter writer = mapper.writerFor(type);
    ObjectReader reader = mapper.readerFor(type);
    return new StateCodec<>() {
      @Override
      public byte[] encode(S state) {
        try {
          return writer.writeValueAsBytes(state);
        } catch (IOException e) {
          throw new UncheckedIOException("a state of " + type.getName() + " is not writable", e);
        }
      }

      @Override
      public S decode(byte[] bytes) {
        try {
          return reader.readValue(bytes);
        } catch (IOException e) {
          throw new UncheckedIOException("a stored state is no " + type.getName(), e);
        }
      }
    };
  }
}
