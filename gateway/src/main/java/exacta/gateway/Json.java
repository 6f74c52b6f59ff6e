package exacta.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** JSON of strangers, within bounds, and ours. */
final class Json {
  private static final int DEPTH_MAX = 32;
  private static final int NUMBER_CHARACTERS_MAX = 64;
  private static final int NAME_CHARACTERS_MAX = 256;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNumberLength(NUMBER_CHARACTERS_MAX)
                          .maxNameLength(NAME_CHARACTERS_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Numbers as they are written: what a model wrote goes on to a program. */
  private static final JsonMapper EXACT =
      MAPPER.rebuild().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Json() {}

  /** The object that a request consists of. */
  static JsonNode parse(byte[] body) throws ApiException {
    if (body.length == 0) {
      throw ApiException.badRequest("The request has no body; send a JSON object.");
    }
    try {
      JsonNode node = MAPPER.readTree(body);
      if (!node.isObject()) {
        throw ApiException.badRequest("The request body must be a JSON object.");
      }
      return node;
    } catch (JacksonException e) {
      throw ApiException.badRequest(
          "The request body is not valid JSON: " + Texts.shortened(e.getOriginalMessage(), 200));
    }
  }

  /** The value that a text is; empty if it is none, or exceeds the bounds. */
  static Optional<JsonNode> read(String text) {
    try {
      JsonNode node = EXACT.readTree(text);
      return node.isMissingNode() ? Optional.empty() : Optional.of(node);
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** An object as templates take it; empty if it is none. */
  static Optional<Map<String, Object>> values(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    Map<String, Object> values = new LinkedHashMap<>();
    node.properties().forEach(field -> values.put(field.getKey(), value(field.getValue())));
    return Optional.of(values);
  }

  private static Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> values(node).orElseThrow();
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        node.values().forEach(item -> items.add(value(item)));
        yield items;
      }
      case STRING -> node.asString();
      case BOOLEAN -> node.asBoolean();
      case NUMBER -> number(node);
      case NULL, BINARY, MISSING, POJO -> null;
    };
  }

  private static Number number(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? (Number) node.asLong() : node.bigIntegerValue();
    }
    return node.isBigDecimal() ? node.decimalValue().doubleValue() : node.doubleValue();
  }

  /** What {@link #values} gave, as a text. */
  static String ofValues(Map<String, ?> values) {
    return MAPPER.writeValueAsString(values);
  }

  static JsonNode text(String text) {
    return StringNode.valueOf(text);
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /** The body of an error. */
  static ObjectNode error(ApiException e) {
    ObjectNode body = object();
    ObjectNode error = body.putObject("error");
    error.put("message", e.getMessage()).put("type", e.type());
    error.put("param", e.param().orElse(null));
    error.put("code", e.code().orElse(null));
    return body;
  }
}
