package exacta.protocol;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.TokenBias;
import java.util.List;
import java.util.Optional;

/** Requests: what they hash to, and which are well-formed. Spec: encoding.md#request. */
public final class Requests {
  private Requests() {}

  /**
   * The sampler's key: the hash of the same request without the wish to be told the likeliest
   * tokens, so that asking for them does not change the answer.
   */
  public static Digest32 key(InferenceRequest request) {
    return hash(
        request.toBuilder()
            .setParameters(request.getParameters().toBuilder().setLikeliest(0))
            .build());
  }

  /** The hash of a request. */
  public static Digest32 hash(InferenceRequest request) {
    SamplingParameters parameters = request.getParameters();
    Hasher hasher =
        Hasher.of("request")
            .bytes(request.getModel().toByteArray())
            .tokens(Tokens.ints(request.getPromptList()))
            .integer(Integer.toUnsignedLong(parameters.getMaxTokens()))
            .integer(bits(parameters.getTemperature()))
            .integer(Integer.toUnsignedLong(parameters.getTopK()))
            .integer(bits(parameters.getTopP()))
            .integer(parameters.getStopCount());
    parameters.getStopList().forEach(hasher::text);
    hasher.bytes(request.getSeed().toByteArray());
    addOptional(hasher, "min_p", parameters.getMinP());
    addOptional(hasher, "repetition_penalty", parameters.getRepetitionPenalty());
    addOptional(hasher, "presence_penalty", parameters.getPresencePenalty());
    addOptional(hasher, "frequency_penalty", parameters.getFrequencyPenalty());
    addBias(hasher, parameters.getBiasList());
    if (!parameters.getSchema().isEmpty()) {
      hasher.text("schema").text(parameters.getSchema());
    }
    if (parameters.getLikeliest() != 0) {
      hasher.text("likeliest").integer(Integer.toUnsignedLong(parameters.getLikeliest()));
    }
    return hasher.finish();
  }

  /** Parameters that are off leave no trace: requests from before they existed keep their hash. */
  private static void addOptional(Hasher hasher, String name, float value) {
    if (bits(value) != 0) {
      hasher.text(name).integer(bits(value));
    }
  }

  private static void addBias(Hasher hasher, List<TokenBias> biases) {
    if (!biases.isEmpty()) {
      float[] values = new float[biases.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = biases.get(i).getValue();
      }
      hasher
          .text("bias")
          .tokens(biases.stream().mapToInt(TokenBias::getToken).toArray())
          .floats(values, 0, values.length);
    }
  }

  private static long bits(float value) {
    return Integer.toUnsignedLong(Float.floatToRawIntBits(value));
  }

  /** Says what is wrong with a request, whoever asks; empty if it is well-formed. */
  public static Optional<String> problem(InferenceRequest request) {
    if (request.getModel().size() != Digest32.BYTES || request.getSeed().size() != Digest32.BYTES) {
      return Optional.of("model and seed have 32 bytes");
    }
    int prompt = request.getPromptCount();
    int most = request.getParameters().getMaxTokens();
    if (prompt < 1 || prompt > Bounds.TOKENS_MAX || most < 1 || most > Bounds.TOKENS_MAX - prompt) {
      return Optional.of(
          "prompt and max_tokens are 1 or more, together at most " + Bounds.TOKENS_MAX);
    }
    for (int token : request.getPromptList()) {
      if (token < 0) {
        return Optional.of("a token is less than 2^31");
      }
    }
    return problem(request.getParameters());
  }

  private static Optional<String> problem(SamplingParameters parameters) {
    // Negated comparisons, so that what is not a number fails them.
    if (!(parameters.getTemperature() >= 0) || Float.isInfinite(parameters.getTemperature())) {
      return Optional.of("temperature is a number from 0");
    }
    if (!(parameters.getTopP() > 0 && parameters.getTopP() <= 1) || parameters.getTopK() < 0) {
      return Optional.of("top_p is above 0 and at most 1, top_k from 0");
    }
    if (!(parameters.getMinP() >= 0 && parameters.getMinP() <= 1)) {
      return Optional.of("min_p is from 0 to 1");
    }
    if (!(parameters.getRepetitionPenalty() >= 0)
        || Float.isInfinite(parameters.getRepetitionPenalty())
        || !Float.isFinite(parameters.getPresencePenalty())
        || !Float.isFinite(parameters.getFrequencyPenalty())) {
      return Optional.of("penalties are numbers, repetition_penalty from 0");
    }
    if (parameters.getStopCount() > Bounds.STOPS_MAX
        || !parameters.getStopList().stream().allMatch(Requests::isStop)) {
      return Optional.of(
          "stop has at most %d texts of 1 to %d bytes"
              .formatted(Bounds.STOPS_MAX, Bounds.STOP_BYTES_MAX));
    }
    if (Shape.utf8Length(parameters.getSchema()) > Bounds.SCHEMA_BYTES_MAX) {
      return Optional.of("schema has at most %d bytes".formatted(Bounds.SCHEMA_BYTES_MAX));
    }
    if (Integer.compareUnsigned(parameters.getLikeliest(), Bounds.LIKELIEST_MAX) > 0) {
      return Optional.of("likeliest is at most " + Bounds.LIKELIEST_MAX);
    }
    return isBias(parameters.getBiasList())
        ? Optional.empty()
        : Optional.of(
            "bias is for at most %d tokens, ascending, each a number".formatted(Bounds.BIASES_MAX));
  }

  private static boolean isStop(String text) {
    return !text.isEmpty() && Shape.utf8Length(text) <= Bounds.STOP_BYTES_MAX;
  }

  private static boolean isBias(List<TokenBias> biases) {
    int before = -1;
    for (TokenBias bias : biases) {
      if (bias.getToken() <= before || !Float.isFinite(bias.getValue())) {
        return false;
      }
      before = bias.getToken();
    }
    return biases.size() <= Bounds.BIASES_MAX;
  }
}
