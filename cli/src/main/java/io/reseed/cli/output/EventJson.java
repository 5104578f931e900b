package io.reseed.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reseed.cli.fleet.Fleet;
import io.reseed.events.Event;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventContext;
import io.reseed.fleet.ShardName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** JSON for other programs: events appear exactly as on their topics. */
public final class EventJson {
  private static final EventContext UNUSED = new EventContext("-", URI.create("-"), null, null);

  private final JsonMapper json = new JsonMapper();
  private final EventCodec codec = new EventCodec();

  /** The document that {@code reseed status -o json} prints; docs/CLI.md describes it. */
  public String status(Fleet fleet, Set<ShardName> only, Instant now) {
    ObjectNode root = json.createObjectNode();
    root.put("readAt", now.toString());
    root.set("shards", array(fleet.shards(only)));
    root.set("declared", array(fleet.declared(only)));
    ArrayNode seedings = root.putArray("seedings");
    fleet.seedings(only).forEach(seeding -> seedings.add(seeding(seeding)));
    root.set("hosts", array(fleet.hosts()));
    root.set("backups", array(fleet.backups(only)));
    root.set("paused", array(fleet.paused(now)));
    root.put("recordsUnreadable", fleet.recordsUnreadable());
    return root.toPrettyString();
  }

  /** The document that {@code reseed backups -o json} prints; docs/CLI.md describes it. */
  public String backups(Fleet fleet, Set<ShardName> only, Instant now) {
    ObjectNode root = json.createObjectNode();
    root.put("readAt", now.toString());
    root.set("backups", array(fleet.backups(only)));
    ArrayNode unproven = root.putArray("unproven");
    fleet.unproven(only).forEach(shard -> unproven.add(shard.toString()));
    root.put("recordsUnreadable", fleet.recordsUnreadable());
    return root.toPrettyString();
  }

  /** One line for {@code reseed watch}. */
  public String line(ObjectNode node) {
    try {
      return json.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  public ObjectNode object() {
    return json.createObjectNode();
  }

  public JsonNode event(Event event) {
    return document(event);
  }

  private ObjectNode document(Event event) {
    try {
      return json.readValue(codec.encode(event, UNUSED).value(), ObjectNode.class);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private ObjectNode seeding(Fleet.Seeding seeding) {
    ObjectNode node = json.createObjectNode();
    node.set("assigned", assigned(seeding));
    seeding
        .progress()
        .ifPresent(
            progress -> {
              node.set("progress", event(progress.event()));
              progress.percent().ifPresent(percent -> node.put("percent", percent));
              progress.secondsLeft().ifPresent(seconds -> node.put("secondsLeft", seconds));
              node.put("heardAt", progress.receivedAt().toString());
            });
    return node;
  }

  /** One document, whichever topics it came from. */
  private JsonNode assigned(Fleet.Seeding seeding) {
    ObjectNode assigned = document(seeding.assigned());
    seeding
        .proof()
        .ifPresent(
            proof -> {
              assigned.put("goal", seeding.goal());
              assigned.setAll(document(proof).retain("checks"));
            });
    return assigned;
  }

  private ArrayNode array(List<? extends Event> events) {
    ArrayNode array = json.createArrayNode();
    events.forEach(event -> array.add(event(event)));
    return array;
  }
}
