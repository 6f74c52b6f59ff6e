package exacta.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes JSON at random places. */
final class JsonMutations {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "-1",
          "0",
          "1",
          "2.5",
          "1e308",
          "-1e-308",
          "9223372036854775807",
          "99999999999999999999999",
          "\"\"",
          "\"a\"",
          "\"\\ud83d\"",
          "\"\\u0000\"",
          "[null]",
          "[1,2,3]",
          "[[1,2]]",
          "[\"a\",\"b\"]",
          "{\"type\":\"text\"}",
          "[[[[[[[[[[]]]]]]]]]]");

  private JsonMutations() {}

  /** A copy with one to three changes. */
  static JsonNode mutate(JsonNode node, Random random) {
    JsonNode copy = node.deepCopy();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      change(copy, random);
    }
    return copy;
  }

  private static void change(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode value = TestNetwork.JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
    switch (containers.get(random.nextInt(containers.size()))) {
      case ObjectNode object -> change(object, value, random);
      case ArrayNode array -> {
        if (array.isEmpty() || random.nextBoolean()) {
          array.add(value);
        } else {
          array.set(random.nextInt(array.size()), value);
        }
      }
      default -> throw new AssertionError("a container is an object or an array");
    }
  }

  private static void change(ObjectNode object, JsonNode value, Random random) {
    List<String> names = List.copyOf(object.propertyNames());
    if (names.isEmpty() || random.nextInt(8) == 0) {
      object.set("x" + random.nextInt(3), value);
    } else if (random.nextInt(6) == 0) {
      object.remove(names.get(random.nextInt(names.size())));
    } else {
      object.set(names.get(random.nextInt(names.size())), value);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> out) {
    if (node.isContainer()) {
      out.add(node);
      node.values().forEach(child -> collect(child, out));
    }
  }
}
