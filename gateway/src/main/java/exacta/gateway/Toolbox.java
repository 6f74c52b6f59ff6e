package exacta.gateway;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The functions that a client lets the model call.
 *
 * @param tools in the client's order
 * @param forced of these, the ones that the answer has to call one of; empty if it need not
 * @param severalCalls whether an answer may have more than one call
 */
record Toolbox(List<Tool> tools, List<Tool> forced, boolean severalCalls) {
  static final Toolbox EMPTY = new Toolbox(List.of(), List.of(), true);

  /**
   * One function.
   *
   * @param whole what the client sent
   * @param parameters a schema whose values are objects
   */
  record Tool(String name, ObjectNode whole, ObjectNode parameters) {}

  boolean isEmpty() {
    return tools.isEmpty();
  }

  boolean isForced() {
    return !forced.isEmpty();
  }

  boolean has(String name) {
    return tools.stream().anyMatch(tool -> tool.name().equals(name));
  }
}
