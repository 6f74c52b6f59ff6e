package exacta.consensus;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Arguments of a GET request: texts in double quotes, bytes in quotes or as {@code 0x...}. */
final class UriArguments implements RpcArguments {
  private final Map<String, String> values;

  UriArguments(Map<String, String> values) {
    this.values = new TreeMap<>(values);
    this.values.values().removeIf(String::isEmpty);
  }

  @Override
  public Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  @Override
  public Optional<String> text(String name) throws RpcException {
    Optional<String> value = value(name);
    if (value.isPresent() && !isQuoted(value.get())) {
      throw RpcArguments.invalid(name, "expected a text in double quotes");
    }
    return value.map(UriArguments::unquoted);
  }

  @Override
  public Optional<Long> integer(String name) throws RpcException {
    Optional<String> value = value(name);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(RpcArguments.parseInteger(name, unquoted(value.get())));
  }

  @Override
  public Optional<Boolean> flag(String name) throws RpcException {
    Optional<String> value = value(name).map(UriArguments::unquoted);
    if (value.isPresent() && !value.get().equals("true") && !value.get().equals("false")) {
      throw RpcArguments.invalid(name, "expected true or false");
    }
    return value.map(text -> text.equals("true"));
  }

  @Override
  public Optional<byte[]> bytes(String name) throws RpcException {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = value.get();
    if (isQuoted(text)) {
      return Optional.of(unquoted(text).getBytes(StandardCharsets.UTF_8));
    }
    if (text.startsWith("0x")) {
      try {
        return Optional.of(HexFormat.of().parseHex(text, 2, text.length()));
      } catch (IllegalArgumentException e) {
        throw RpcArguments.invalid(name, "expected hexadecimal digits after 0x");
      }
    }
    throw RpcArguments.invalid(name, "expected 0x and hexadecimal digits, or a quoted text");
  }

  @Override
  public Optional<byte[]> hexBytes(String name) throws RpcException {
    return bytes(name);
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  private static boolean isQuoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
  }

  private static String unquoted(String text) {
    return isQuoted(text) ? text.substring(1, text.length() - 1) : text;
  }
}
