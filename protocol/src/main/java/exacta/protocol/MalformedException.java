package exacta.protocol;

/** Bytes of strangers that break a rule of form; the message says which. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedException(String reason) {
    super(reason, null, false, false);
  }
}
