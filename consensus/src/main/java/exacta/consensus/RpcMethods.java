package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Methods of CometBFT's RPC by their names. Once filled, safe for several threads. */
final class RpcMethods {
  /** Answers a call. */
  interface Handler {
    ObjectNode answer(RpcArguments arguments) throws RpcException;
  }

  /** Answers a call, and uses its id later, too. */
  interface HandlerWithId {
    ObjectNode answer(JsonNode id, RpcArguments arguments) throws RpcException;
  }

  /**
   * A method.
   *
   * @param parameters their names, in the order in which an array gives them
   */
  private record Method(List<String> parameters, HandlerWithId handler) {}

  private final Map<String, Method> methods = new TreeMap<>();

  /** All that the embedded mode answers however it is asked. */
  static RpcMethods of(EmbeddedChain chain, IntSupplier port) {
    RpcMethods methods = new RpcMethods();
    new NodeMethods(chain, port).addTo(methods);
    new TransactionMethods(chain).addTo(methods);
    new BlockMethods(chain).addTo(methods);
    return methods;
  }

  /** The same methods, to which more can be added. */
  RpcMethods copy() {
    RpcMethods copy = new RpcMethods();
    copy.methods.putAll(methods);
    return copy;
  }

  void add(String name, List<String> parameters, Handler handler) {
    addWithId(name, parameters, (id, arguments) -> handler.answer(arguments));
  }

  void addWithId(String name, List<String> parameters, HandlerWithId handler) {
    methods.put(name, new Method(parameters, handler));
  }

  Set<String> names() {
    return methods.keySet();
  }

  List<String> parameters(String method) throws RpcException {
    return method(method).parameters();
  }

  private Method method(String name) throws RpcException {
    Method method = methods.get(name);
    if (method == null) {
      throw new RpcException(Kind.METHOD_NOT_FOUND, "the methods are " + methods.keySet());
    }
    return method;
  }

  ObjectNode call(String name, JsonNode id, RpcArguments arguments) throws RpcException {
    Method method = method(name);
    for (String given : arguments.names()) {
      if (!method.parameters().contains(given)) {
        throw RpcArguments.invalid(given, "unknown; those of " + name + ": " + method.parameters());
      }
    }
    return method.handler().answer(id, arguments);
  }
}
