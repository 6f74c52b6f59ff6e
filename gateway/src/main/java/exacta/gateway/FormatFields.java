package exacta.gateway;

import exacta.engine.grammar.Grammar;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Which texts an answer may be, as clients say it. Spec: gateway.md#format. */
final class FormatFields {
  private static final String FIELD = "response_format";
  private static final String ANY_OBJECT = "{\"type\":\"object\"}";

  private FormatFields() {}

  /** The schema that the answer has to fit; empty for any text. */
  static String read(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value(FIELD);
    if (value.isEmpty()) {
      return "";
    }
    Fields format = Fields.of(value.get(), FIELD);
    String schema =
        switch (format.requireText("type")) {
          case "text" -> "";
          case "json_object" -> ANY_OBJECT;
          case "json_schema" -> schema(format);
          default ->
              throw ApiException.invalid(
                  FIELD + ".type",
                  "'%s.type' must be 'text', 'json_object' or 'json_schema'.".formatted(FIELD));
        };
    format.end();
    return schema;
  }

  private static String schema(Fields format) throws ApiException {
    Optional<JsonNode> value = format.value("json_schema");
    if (value.isEmpty()) {
      throw ApiException.missing(FIELD + ".json_schema");
    }
    Fields named = Fields.of(value.get(), FIELD + ".json_schema");
    // What it is called, and that it is meant strictly, which it is in any case.
    named.ignore(Set.of("name", "description", "strict"));
    Optional<JsonNode> schema = named.value("schema");
    if (schema.isEmpty()) {
      throw ApiException.missing(named.name("schema"));
    }
    named.end();
    String text = schema.get().toString();
    try {
      Grammar.ofSchema(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(named.name("schema"), Texts.shortened(e.getMessage(), 300));
    }
    return text;
  }
}
