package exacta.gateway;

/**
 * A call that an answer asks for.
 *
 * @param arguments a JSON text; only its beginning, if the answer was cut by its limit
 */
record FunctionCall(String name, String arguments) {}
