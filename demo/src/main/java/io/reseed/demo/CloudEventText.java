package io.reseed.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record as any CloudEvents consumer sees it, whichever library it reads with: one JSON document
 * of attributes and data.
 */
final class CloudEventText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ATTRIBUTES =
      List.of("specversion", "id", "source", "type", "subject", "time");

  private CloudEventText() {}

  /** Of a record in binary mode, indented. */
  static String of(ConsumerRecord<String, byte[]> record) {
    ObjectNode document = JSON.createObjectNode();
    for (String attribute : ATTRIBUTES) {
      put(document, attribute, record.headers().lastHeader("ce_" + attribute));
    }
    put(document, "datacontenttype", record.headers().lastHeader("content-type"));
    try {
      JsonNode data = JSON.readTree(record.value());
      document.set("data", data);
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: a record of " + record.topic(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a record of " + record.topic(), e);
    }
  }

  private static void put(ObjectNode document, String name, Header header) {
    if (header != null) {
      document.put(name, new String(header.value(), StandardCharsets.UTF_8));
    }
  }
}
