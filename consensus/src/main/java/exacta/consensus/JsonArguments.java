package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Arguments of a JSON-RPC request: an object, or an array in the order of the method's names. */
final class JsonArguments implements RpcArguments {
  private final Map<String, JsonNode> values;

  private JsonArguments(Map<String, JsonNode> values) {
    this.values = values;
  }

  static JsonArguments of(Optional<JsonNode> params, List<String> names) throws RpcException {
    Map<String, JsonNode> values = new TreeMap<>();
    JsonNode given = params.orElse(null);
    if (given == null || given.isNull()) {
      return new JsonArguments(values);
    }
    if (given.isObject()) {
      given.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    } else if (given.isArray()) {
      if (given.size() > names.size()) {
        throw new RpcException(
            Kind.INVALID_PARAMS, "expected at most " + names.size() + " parameters: " + names);
      }
      for (int i = 0; i < given.size(); i++) {
        values.put(names.get(i), given.get(i));
      }
    } else {
      throw new RpcException(Kind.INVALID_PARAMS, "params must be an object or an array");
    }
    values.values().removeIf(JsonNode::isNull);
    return new JsonArguments(values);
  }

  @Override
  public Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  @Override
  public Optional<String> text(String name) throws RpcException {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isString()) {
      throw RpcArguments.invalid(name, "expected a string");
    }
    return value.map(JsonNode::asString);
  }

  @Override
  public Optional<Long> integer(String name) throws RpcException {
    Optional<JsonNode> value = value(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    JsonNode node = value.get();
    if (node.isString()) {
      return Optional.of(RpcArguments.parseInteger(name, node.asString()));
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw RpcArguments.invalid(name, "expected a whole number");
    }
    return Optional.of(node.asLong());
  }

  @Override
  public Optional<Boolean> flag(String name) throws RpcException {
    Optional<JsonNode> value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw RpcArguments.invalid(name, "expected true or false");
    }
    return value.map(JsonNode::asBoolean);
  }

  @Override
  public Optional<byte[]> bytes(String name) throws RpcException {
    Optional<String> text = text(name);
    try {
      return text.map(Base64.getDecoder()::decode);
    } catch (IllegalArgumentException e) {
      throw RpcArguments.invalid(name, "expected base64");
    }
  }

  @Override
  public Optional<byte[]> hexBytes(String name) throws RpcException {
    Optional<String> text = text(name);
    try {
      return text.map(HexFormat.of()::parseHex);
    } catch (IllegalArgumentException e) {
      throw RpcArguments.invalid(name, "expected hexadecimal digits");
    }
  }

  private Optional<JsonNode> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
