package exacta.engine.template;

/** Leaves the parser or the interpreter; never the package. */
final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message, null, false, false);
  }

  static TemplateException at(int line, String problem) {
    return new TemplateException("line " + line + ": " + problem);
  }
}
