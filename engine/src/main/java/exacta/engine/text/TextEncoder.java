package exacta.engine.text;

/** The part of a tokenizer that turns text without special tokens into tokens. Immutable. */
sealed interface TextEncoder permits BytePairEncoder, SentencePieceEncoder {
  /**
   * Appends the tokens of a text, which is not empty and has no half surrogate pairs.
   *
   * @param first whether nothing or a special token is in front of it
   */
  void encode(String text, boolean first, TokenBuffer out);

  /** The bytes that a token of ordinary text stands for. */
  byte[] bytes(int token);
}
