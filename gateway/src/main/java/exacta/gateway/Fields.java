package exacta.gateway;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The fields of a JSON object, read strictly: a wrong type or value is an error that names the
 * field, and so is a field that nobody asked for. A field that is null counts as missing.
 */
final class Fields {
  private static final int NAME_SHOWN_MAX = 64;

  private final JsonNode object;
  private final String path;
  private final Set<String> known = new TreeSet<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /** Those of a whole request. */
  static Fields of(JsonNode object) {
    return new Fields(object, "");
  }

  /**
   * Those of an object within a request.
   *
   * @param path names it in messages, such as {@code messages[2]}
   */
  static Fields of(JsonNode node, String path) throws ApiException {
    if (!node.isObject()) {
      throw ApiException.wrongType(path, "an object", kind(node));
    }
    return new Fields(node, path + ".");
  }

  /** How messages call the field. */
  String name(String field) {
    return path + field;
  }

  Optional<JsonNode> value(String field) {
    known.add(field);
    return Optional.ofNullable(object.get(field)).filter(value -> !value.isNull());
  }

  Optional<String> text(String field) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isPresent() && !value.get().isString()) {
      throw wrongType(field, "a string", value.get());
    }
    return value.map(JsonNode::asString);
  }

  String requireText(String field) throws ApiException {
    Optional<String> text = text(field);
    if (text.isEmpty()) {
      throw ApiException.missing(name(field));
    }
    return text.get();
  }

  Optional<Long> integer(String field, long min, long max) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = value.get();
    if (!node.isIntegralNumber()) {
      throw wrongType(field, "an integer", node);
    }
    if (!node.canConvertToLong() || node.asLong() < min || node.asLong() > max) {
      throw ApiException.invalid(
          name(field), "'%s' must be from %d to %d.".formatted(name(field), min, max));
    }
    return Optional.of(node.asLong());
  }

  Optional<Float> number(String field, float min, float max) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!value.get().isNumber()) {
      throw wrongType(field, "a number", value.get());
    }
    float number = value.get().floatValue(Float.NaN);
    // Negated, so that what is not a number fails.
    if (!(number >= min && number <= max)) {
      throw ApiException.invalid(
          name(field), "'%s' must be from %s to %s.".formatted(name(field), min, max));
    }
    return Optional.of(number);
  }

  /** The fields of an object that has to be there. */
  Fields object(String field) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isEmpty()) {
      throw ApiException.missing(name(field));
    }
    return of(value.get(), name(field));
  }

  boolean flag(String field) throws ApiException {
    return flag(field, false);
  }

  boolean flag(String field, boolean without) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw wrongType(field, "a boolean", value.get());
    }
    return value.map(JsonNode::asBoolean).orElse(without);
  }

  /** Accepts these with any value: they change nothing about an answer. */
  void ignore(Set<String> fields) {
    known.addAll(fields);
  }

  /** Accepts a field only with a value that means the same as leaving it out. */
  void neutral(String field, Predicate<JsonNode> isNeutral) throws ApiException {
    Optional<JsonNode> value = value(field);
    if (value.isPresent() && !isNeutral.test(value.get())) {
      throw ApiException.unsupported(
          name(field), "'%s' is not supported with this value.".formatted(name(field)));
    }
  }

  /** Ends the reading: whatever else is there is an error. */
  void end() throws ApiException {
    for (String field : object.propertyNames()) {
      if (!known.contains(field)) {
        throw ApiException.unknownParameter(name(Texts.shortened(field, NAME_SHOWN_MAX)));
      }
    }
  }

  private ApiException wrongType(String field, String expected, JsonNode found) {
    return ApiException.wrongType(name(field), expected, kind(found));
  }

  /** What kind of value it is, for messages. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case BOOLEAN -> "a boolean";
      case NUMBER -> node.isIntegralNumber() ? "an integer" : "a decimal number";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> "something else";
    };
  }
}
