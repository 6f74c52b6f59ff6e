package exacta.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Genesis;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our genesis as the {@code app_state} of CometBFT's: protobuf's JSON with the names of the schema,
 * 64-bit numbers as strings, bytes in base64. Chain id and time are CometBFT's own fields, and not
 * repeated. What is not in the schema is refused: a misspelt balance must not become none. Spec:
 * abci.md#genesis.
 */
public final class AppState {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final List<String> COMETS_OWN = List.of("chain_id", "time_millis");

  private AppState() {}

  /** The genesis without chain id and time. */
  public static JsonNode toJson(Genesis genesis) {
    ObjectNode json = write(genesis);
    COMETS_OWN.forEach(json::remove);
    return json;
  }

  /**
   * The genesis of a chain.
   *
   * @throws ExactaException (fatal) that names the place, if the JSON is no genesis
   */
  public static Genesis parse(byte[] json, String chainId, long timeMillis) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw fault("app_state", "is no JSON: " + e.getOriginalMessage());
    }
    for (String own : COMETS_OWN) {
      if (root.has(own)) {
        throw fault("app_state." + own, "stands beside app_state, not in it");
      }
    }
    Genesis.Builder genesis = Genesis.newBuilder();
    read(genesis, root, "app_state");
    return genesis.setChainId(chainId).setTimeMillis(timeMillis).build();
  }

  private static ExactaException fault(String where, String what) {
    return ExactaException.fatal("the genesis file: " + where + " " + what);
  }

  private static ObjectNode write(Message message) {
    ObjectNode json = MAPPER.createObjectNode();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      String name = field.getKey().getName();
      if (field.getKey().isRepeated()) {
        ArrayNode array = json.putArray(name);
        ((List<?>) field.getValue()).forEach(element -> array.add(writeValue(element)));
      } else {
        json.set(name, writeValue(field.getValue()));
      }
    }
    return json;
  }

  private static JsonNode writeValue(Object value) {
    return switch (value) {
      case Message message -> write(message);
      case ByteString bytes ->
          MAPPER
              .getNodeFactory()
              .stringNode(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case Long number -> MAPPER.getNodeFactory().stringNode(Long.toUnsignedString(number));
      case Integer number -> MAPPER.getNodeFactory().numberNode(Integer.toUnsignedLong(number));
      default -> MAPPER.getNodeFactory().stringNode(value.toString());
    };
  }

  private static void read(Message.Builder message, JsonNode json, String where) {
    if (!json.isObject()) {
      throw fault(where, "is no object");
    }
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String place = where + "." + entry.getKey();
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(entry.getKey());
      if (field == null) {
        throw fault(place, "is not known");
      }
      if (!field.isRepeated()) {
        message.setField(field, readValue(message, field, entry.getValue(), place));
        continue;
      }
      if (!entry.getValue().isArray()) {
        throw fault(place, "is no list");
      }
      int index = 0;
      for (JsonNode element : entry.getValue()) {
        String at = place + "[" + index++ + "]";
        message.addRepeatedField(field, readValue(message, field, element, at));
      }
    }
  }

  private static Object readValue(
      Message.Builder message, FieldDescriptor field, JsonNode json, String where) {
    try {
      return switch (field.getType()) {
        case MESSAGE -> {
          Message.Builder inner = message.newBuilderForField(field);
          read(inner, json, where);
          yield inner.build();
        }
        case STRING -> json.stringValue();
        case BYTES -> ByteString.copyFrom(Base64.getDecoder().decode(json.stringValue()));
        case UINT64 -> Long.parseUnsignedLong(json.stringValue());
        case UINT32 -> {
          long number = json.longValue();
          if (number < 0 || number > 0xffff_ffffL) {
            throw fault(where, "is not between 0 and 4294967295");
          }
          yield (int) number;
        }
        default -> throw new AssertionError("a genesis has no " + field.getType() + ": " + field);
      };
    } catch (JacksonException | IllegalArgumentException e) {
      throw fault(where, "is not written as " + described(field));
    }
  }

  private static String described(FieldDescriptor field) {
    return switch (field.getType()) {
      case BYTES -> "base64 in a string";
      case UINT64 -> "a whole number in a string";
      case UINT32 -> "a whole number";
      default -> "a string";
    };
  }
}
