package exacta.gateway;

/**
 * A part of a call that an answer asks for.
 *
 * @param index of the call in the answer, from 0
 * @param name of the function; empty where the call began in an earlier part
 * @param arguments more of a JSON text; only its beginning comes, if the answer was cut
 */
record CallPart(int index, String name, String arguments) {
  boolean isBeginning() {
    return !name.isEmpty();
  }

  /** Both, where the other one goes on. */
  CallPart with(CallPart next) {
    return new CallPart(index, name, arguments + next.arguments());
  }
}
