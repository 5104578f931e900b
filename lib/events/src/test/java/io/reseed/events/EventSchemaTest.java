package io.reseed.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.reseed.events.codec.DecodedEvent;
import io.reseed.events.codec.EncodedEvent;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.PauseScope;
import io.reseed.fleet.ServerAddress;
import io.reseed.fleet.ShardName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventSchemaTest {
  private static final Set<Class<?>> WRITTEN_AS_TEXT =
      Set.of(ShardName.class, ServerAddress.class, PauseScope.class);

  private static final EventContext CONTEXT =
      new EventContext("e-1", URI.create("/test"), null, null);

  private final EventCodec codec = new EventCodec();

  @Provide
  Arbitrary<Event> events() {
    return Arbitraries.of(Topic.values()).flatMap(EventSamples::arbitrary);
  }

  @Property(tries = 2_000)
  void everyEventSurvivesTheWireAndFitsItsSchema(@ForAll("events") Event event) {
    EncodedEvent encoded = codec.encode(event, CONTEXT);

    assertThat(codec.decode(encoded.topic(), encoded.key(), encoded.headers(), encoded.value()))
        .isEqualTo(new DecodedEvent.Valid(event, CONTEXT));
    assertThat(Golden.violations(event.topic(), Golden.parse(encoded.value()))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void theSchemaHasExactlyTheFieldsOfTheRecord(Topic topic) {
    JsonNode schema = Golden.schema(topic);

    assertThat(schema.get("title").textValue()).isEqualTo(topic.baseName());
    assertSameShape(topic.eventType(), schema, schema);
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void schemaAndCodecAgreeOnEveryBrokenField(Topic topic) {
    for (int seed = 0; seed < 5; seed++) {
      EventSamples samples =
          new EventSamples(new Random(seed), EventSamples.Optionals.WHERE_POSSIBLE);
      EncodedEvent encoded = codec.encode(samples.event(topic), CONTEXT);
      List<Broken> all = new ArrayList<>();
      Broken.collect(Golden.parse(encoded.value()), all);
      assertThat(all).hasSizeGreaterThan(5);
      for (Broken broken : all) {
        byte[] document = broken.document().getBytes(StandardCharsets.UTF_8);
        DecodedEvent decoded = codec.decode(topic, null, encoded.headers(), document);
        boolean fits = Golden.violations(topic, Golden.parse(document)).isEmpty();
        assertThat(decoded instanceof DecodedEvent.Valid).as(broken.what()).isEqualTo(fits);
        assertThat(fits && broken.mistyped()).as(broken.what()).isFalse();
      }
    }
  }

  private static void assertSameShape(Class<?> record, JsonNode node, JsonNode root) {
    JsonNode schema = resolved(node, root);
    Set<String> required = new HashSet<>();
    for (RecordComponent component : record.getRecordComponents()) {
      if (!EventSamples.isOptional(component)) {
        required.add(component.getName());
      }
      JsonNode property = schema.path("properties").path(component.getName());
      assertThat(property.isObject()).as(record + "." + component.getName()).isTrue();
      assertSameType(component.getGenericType(), property, root);
    }
    assertThat(schema.get("properties").propertyStream().map(Map.Entry::getKey))
        .as("properties of " + record)
        .containsExactlyElementsOf(
            Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName).toList());
    assertThat(texts(schema.get("required"))).as("required of " + record).isEqualTo(required);
  }

  private static void assertSameType(Type type, JsonNode node, JsonNode root) {
    JsonNode schema = resolved(node, root);
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        assertSameType(generic.getActualTypeArguments()[0], schema.get("items"), root);
      }
      return;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      assertThat(texts(schema.get("enum")))
          .isEqualTo(
              Arrays.stream(plain.getEnumConstants())
                  .map(Object::toString)
                  .collect(Collectors.toSet()));
    } else if (plain.isRecord() && !WRITTEN_AS_TEXT.contains(plain)) {
      assertSameShape(plain, schema, root);
    } else if (plain == SeedingOrigin.class) {
      assertThat(schema.get("oneOf")).hasSameSizeAs(plain.getPermittedSubclasses());
    }
  }

  private static JsonNode resolved(JsonNode node, JsonNode root) {
    return node.has("$ref") ? root.at(node.get("$ref").textValue().substring(1)) : node;
  }

  private static Set<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::textValue)
        .collect(Collectors.toSet());
  }
}
