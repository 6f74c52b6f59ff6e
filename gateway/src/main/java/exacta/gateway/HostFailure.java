package exacta.gateway;

import exacta.protocol.v1.Refusal;

/** Why a host did not do what it was asked. */
abstract sealed class HostFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private HostFailure(String message) {
    super(message, null, false, false);
  }

  /** It cannot be reached, broke off or was silent for too long. */
  static final class Broken extends HostFailure {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  /** It sent what no honest host sends. */
  static final class Wrong extends HostFailure {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  /** It said no. */
  static final class Refused extends HostFailure {
    private static final long serialVersionUID = 1L;

    private final String code;

    Refused(Refusal refusal) {
      super(printable(refusal.getCode()) + ": " + printable(refusal.getMessage()));
      this.code = refusal.getCode();
    }

    String code() {
      return code;
    }

    /** Whether the host's lane may know the order, or a later one, all the same. */
    boolean isTaken() {
      return code.equals("replayed") || code.equals("internal");
    }

    /** What a stranger wrote, fit for a log. */
    private static String printable(String text) {
      String line = text.replaceAll("[^\\x20-\\x7e]", "?");
      return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }
  }
}
