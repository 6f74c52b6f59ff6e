package exacta.engine;

/** How an answer ends by itself. Spec: generation.md#end. */
public enum End {
  /** With an end token, or with the token that completes a stop text. */
  STOP,
  /** With as many tokens as were asked for. */
  LENGTH,
  /** At a number that is not finite; no token is added for it. */
  FAILED
}
