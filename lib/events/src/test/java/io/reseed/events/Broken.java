package io.reseed.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A document with one field removed or of a wrong type.
 *
 * @param mistyped whether a value got another type, so that it cannot be valid any more
 */
record Broken(String what, String document, boolean mistyped) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Adds every way to break {@code root} in one place, at any depth. */
  static void collect(JsonNode root, List<Broken> into) {
    walk(root, root, "", into);
  }

  private static void walk(JsonNode root, JsonNode node, String path, List<Broken> into) {
    if (node instanceof ObjectNode object) {
      for (String name : object.propertyStream().map(entry -> entry.getKey()).toList()) {
        JsonNode value = object.get(name);
        object.remove(name);
        into.add(new Broken(path + "/" + name + " removed", root.toString(), false));
        for (JsonNode other : others(value)) {
          object.set(name, other);
          into.add(new Broken(path + "/" + name + " = " + other, root.toString(), true));
        }
        object.set(name, value);
        walk(root, value, path + "/" + name, into);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode value = array.get(i);
        for (JsonNode other : others(value)) {
          array.set(i, other);
          into.add(new Broken(path + "[" + i + "] = " + other, root.toString(), true));
        }
        array.set(i, value);
        walk(root, value, path + "[" + i + "]", into);
      }
    }
  }

  private static List<JsonNode> others(JsonNode value) {
    List<JsonNode> all =
        List.of(
            NODES.numberNode(7),
            NODES.numberNode(0.5),
            NODES.textNode(" 3"),
            NODES.booleanNode(true),
            NODES.arrayNode().add(1),
            NODES.objectNode().put("x", 1));
    return all.stream().filter(other -> !sameKind(value, other)).toList();
  }

  private static boolean sameKind(JsonNode value, JsonNode other) {
    return value.getNodeType() == other.getNodeType()
        && (!value.isNumber() || value.isIntegralNumber() == other.isIntegralNumber());
  }
}
