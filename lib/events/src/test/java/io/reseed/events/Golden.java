package io.reseed.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The golden files: records as they lie on a topic. */
final class Golden {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<Topic, Schema> SCHEMAS = new ConcurrentHashMap<>();

  private Golden() {}

  /** One record. */
  record Message(String key, Map<String, byte[]> headers, JsonNode value) {
    byte[] bytes() {
      return value.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  static Message binary(Topic topic) {
    JsonNode file = read("golden/" + topic.baseName() + ".binary.json");
    Map<String, byte[]> headers = new HashMap<>();
    file.get("headers")
        .properties()
        .forEach(
            header ->
                headers.put(
                    header.getKey(),
                    header.getValue().textValue().getBytes(StandardCharsets.UTF_8)));
    return new Message(file.get("key").textValue(), headers, file.get("value"));
  }

  /** As {@code kcat -P -k KEY -H content-type=application/cloudevents+json} sends it. */
  static Message structured(Topic topic) {
    JsonNode envelope = read("golden/" + topic.baseName() + ".structured.json");
    byte[] contentType = "application/cloudevents+json".getBytes(StandardCharsets.UTF_8);
    return new Message(
        envelope.get("subject").textValue(), Map.of("content-type", contentType), envelope);
  }

  /** What is wrong with {@code document} by the topic's schema, formats included. */
  static List<Error> violations(Topic topic, JsonNode document) {
    return SCHEMAS
        .computeIfAbsent(
            topic,
            it ->
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(schema(it).toString(), InputFormat.JSON))
        .validate(
            document.toString(),
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }

  static JsonNode schema(Topic topic) {
    return read("schema/" + topic.baseName() + ".v1.json");
  }

  static JsonNode parse(byte @Nullable [] document) {
    try {
      return JSON.readTree(document);
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  private static JsonNode read(String name) {
    try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream(name), name)) {
      return JSON.readTree(in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(name, unreadable);
    }
  }
}
