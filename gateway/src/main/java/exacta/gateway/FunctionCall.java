package exacta.gateway;

/**
 * A call that a model wrote.
 *
 * @param arguments a JSON text
 */
record FunctionCall(String name, String arguments) {}
