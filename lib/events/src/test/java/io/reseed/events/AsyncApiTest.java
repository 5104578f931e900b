package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The document for other teams names exactly what there is. */
class AsyncApiTest {
  private static final Path FILE =
      Path.of(System.getProperty("reseed.root", "../.."), "docs", "asyncapi.yaml");

  private final JsonNode document = read();

  @Test
  void describesExactlyTheTopics() {
    List<String> topics = Arrays.stream(Topic.values()).map(Topic::baseName).toList();

    assertThat(document.get("asyncapi").textValue()).startsWith("3.");
    assertThat(document.get("channels").valueStream().map(it -> it.get("address").textValue()))
        .containsExactlyInAnyOrderElementsOf(topics);
    assertThat(document.at("/components/messages").size()).isEqualTo(topics.size());
    assertThat(document.get("operations").size()).isEqualTo(topics.size());
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void leadsFromTheTopicToItsMessageAndItsSchema(Topic topic) {
    JsonNode channel =
        document
            .get("channels")
            .valueStream()
            .filter(it -> it.get("address").textValue().equals(topic.baseName()))
            .findFirst()
            .orElseThrow();
    JsonNode message = resolve(channel.get("messages").elements().next());

    assertThat(message.get("name").textValue()).isEqualTo(topic.cloudEventType());
    assertThat(message.at("/payload/schema/$ref").textValue())
        .endsWith("io/reseed/events/schema/" + topic.baseName() + ".v1.json");
    assertThat(channel.get("description").textValue().startsWith("Compacted"))
        .isEqualTo(topic.cleanup() == Topic.Cleanup.COMPACT);
  }

  @Test
  void refersOnlyToWhatIsThere() {
    List<String> references = new ArrayList<>();
    collectReferences(document, references);

    assertThat(references).hasSizeGreaterThan(4 * Topic.values().length);
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
      } else {
        assertThat(FILE.resolveSibling(reference)).isRegularFile();
      }
    }
  }

  private JsonNode resolve(JsonNode node) {
    return document.at(node.get("$ref").textValue().substring(1));
  }

  private static void collectReferences(JsonNode node, List<String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getKey().equals("$ref")) {
        into.add(entry.getValue().textValue());
      }
      collectReferences(entry.getValue(), into);
    }
    if (node.isArray()) {
      node.forEach(item -> collectReferences(item, into));
    }
  }

  private static JsonNode read() {
    try {
      return new YAMLMapper().readTree(Files.readString(FILE));
    } catch (IOException unreadable) {
      throw new AssertionError(FILE + " cannot be read", unreadable);
    }
  }
}
