package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import java.util.Optional;
import java.util.Set;

/** A call's arguments by name. The two forms, JSON and URI, write bytes in different ways. */
interface RpcArguments {
  /** The names of what was given. */
  Set<String> names();

  Optional<String> text(String name) throws RpcException;

  Optional<Long> integer(String name) throws RpcException;

  Optional<Boolean> flag(String name) throws RpcException;

  /** Bytes that are base64 in JSON. */
  Optional<byte[]> bytes(String name) throws RpcException;

  /** Bytes that are hexadecimal in JSON. */
  Optional<byte[]> hexBytes(String name) throws RpcException;

  static RpcException invalid(String name, String expected) {
    return new RpcException(Kind.INVALID_PARAMS, "parameter \"" + name + "\": " + expected);
  }

  static <T> T required(String name, Optional<T> value) throws RpcException {
    if (value.isEmpty()) {
      throw invalid(name, "is missing");
    }
    return value.get();
  }

  static long parseInteger(String name, String text) throws RpcException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw invalid(name, "expected a whole number");
    }
  }
}
