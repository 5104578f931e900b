package io.reseed.events.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.reseed.fleet.InvalidFieldException;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;

/**
 * How event documents are written and read as JSON: strict on types, so that a publisher's mistake
 * shows at the first record instead of being guessed away; lenient on fields nobody knows.
 */
public final class EventJson {
  private static final int NESTING_DEPTH_MAX = 32;
  private static final int NUMBER_CHARACTERS_MAX = 40;

  private EventJson() {}

  static JsonMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .maxStringLength(EventCodec.VALUE_BYTES_MAX)
                    .maxDocumentLength(EventCodec.VALUE_BYTES_MAX)
                    .build())
            .build();
    return JsonMapper.builder(factory)
        .addModule(types())
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfigDefaults(
            all ->
                all.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail))
        .build();
  }

  /**
   * How the types that travel as one string (shards, addresses, times) are written and read; for a
   * service that keeps events inside its own documents.
   */
  public static SimpleModule types() {
    return new SimpleModule("reseed-events")
        .addSerializer(Instant.class, ToStringSerializer.instance)
        .addDeserializer(Instant.class, new TextDeserializer<>(Instant.class, EventJson::time))
        .addDeserializer(String.class, new TextDeserializer<>(String.class, text -> text))
        .addDeserializer(ShardName.class, new TextDeserializer<>(ShardName.class, ShardName::parse))
        .addDeserializer(
            ServerAddress.class, new TextDeserializer<>(ServerAddress.class, ServerAddress::parse));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException notATime) {
      throw new InvalidFieldException(
          "", "must be a time like 2026-01-31T12:00:00Z but is '" + text + "'");
    }
  }

  /** Takes strings only: a bare number does not say whether it counts seconds or millis. */
  private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<String, T> reading;

    private TextDeserializer(Class<T> type, Function<String, T> reading) {
      super(type);
      this.reading = reading;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        throw new InvalidFieldException("", "must be a string");
      }
      return reading.apply(parser.getText());
    }
  }
}
