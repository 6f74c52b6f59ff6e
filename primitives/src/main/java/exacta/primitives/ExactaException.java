package exacta.primitives;

/**
 * Something outside the program went wrong: a disk, a peer, a file, a setting. The message says
 * what, where and what to do.
 */
public final class ExactaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a supervisor should do about it. */
  public enum Category {
    /** Starting again may help (exit code 1). */
    ERROR,
    /** Starting again will not help until a person changes something (exit code 2). */
    FATAL
  }

  private final Category category;

  public ExactaException(Category category, String message) {
    super(message);
    this.category = category;
  }

  public ExactaException(Category category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  public static ExactaException error(String message) {
    return new ExactaException(Category.ERROR, message);
  }

  public static ExactaException fatal(String message) {
    return new ExactaException(Category.FATAL, message);
  }

  public Category category() {
    return category;
  }
}
