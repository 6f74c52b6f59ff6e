package exacta.gateway;

import exacta.engine.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes how likely an answer's tokens were. Spec: gateway.md#log-probabilities. */
final class LogProbabilityFormat {
  /** JSON has no infinity; it is what OpenAI says of a token that is out of the question. */
  private static final float LEAST = -9999;

  private final Optional<Tokenizer> tokenizer;

  private LogProbabilityFormat(Optional<Tokenizer> tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** For clients that did not ask. */
  static LogProbabilityFormat none() {
    return new LogProbabilityFormat(Optional.empty());
  }

  static LogProbabilityFormat of(Tokenizer tokenizer) {
    return new LogProbabilityFormat(Optional.of(tokenizer));
  }

  /** The part of an answer whose choice this is consists of these tokens. */
  void put(ObjectNode choice, List<ScoredToken> tokens) {
    if (tokenizer.isEmpty() || tokens.isEmpty()) {
      choice.putNull("logprobs");
      return;
    }
    ObjectNode logprobs = choice.putObject("logprobs");
    ArrayNode content = logprobs.putArray("content");
    for (ScoredToken token : tokens) {
      ObjectNode entry = content.addObject();
      put(entry, tokenizer.get(), token.token(), token.logProbability());
      ArrayNode top = entry.putArray("top_logprobs");
      for (int i = 0; i < token.likeliest().length; i++) {
        put(
            top.addObject(),
            tokenizer.get(),
            token.likeliest()[i],
            token.likeliestLogProbabilities()[i]);
      }
    }
    logprobs.putNull("refusal");
  }

  private static void put(ObjectNode entry, Tokenizer tokenizer, int token, float logProbability) {
    byte[] bytes = tokenizer.bytes(token);
    boolean silent = bytes.length == 0;
    entry.put("token", silent ? tokenizer.name(token) : new String(bytes, StandardCharsets.UTF_8));
    entry.put("logprob", Math.max(LEAST, logProbability));
    if (silent) {
      entry.putNull("bytes");
      return;
    }
    ArrayNode numbers = entry.putArray("bytes");
    for (byte value : bytes) {
      numbers.add(value & 0xff);
    }
  }
}
