package exacta.gateway;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
