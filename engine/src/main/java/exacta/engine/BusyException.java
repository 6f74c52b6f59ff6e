package exacta.engine;

/** There is no place for another answer now; later there may be. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusyException(String message) {
    super(message);
  }
}
