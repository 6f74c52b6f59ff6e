package exacta.gateway;

/** What comes of a {@link Question}. */
public sealed interface Reply {
  /** The answer, and how it was bought. */
  record Answered(String text, RecentRequest request) implements Reply {}

  /** Nobody could answer; the reason is for people. */
  record Failed(String reason) implements Reply {}
}
