package exacta.host;

import exacta.host.stored.Given;
import exacta.primitives.Digest32;
import exacta.protocol.Receipts;
import exacta.protocol.Tokens;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import java.util.List;
import java.util.Optional;

/**
 * Tokens of an order's stream, as they are kept.
 *
 * @param likeliest what stands for the likeliest tokens of all positions up to the last of these,
 *     if the request asks for them
 */
record StreamPart(int[] tokens, float[] logProbabilities, Optional<Digest32> likeliest) {
  /** All that was streamed with an order's receipts, of which there is one at least. */
  static StreamPart of(List<Given> given) {
    List<Integer> tokens = given.stream().flatMap(g -> g.getTokensList().stream()).toList();
    List<Float> logs = given.stream().flatMap(g -> g.getLogProbabilitiesList().stream()).toList();
    return new StreamPart(
        Tokens.ints(tokens), Tokens.floats(logs), Wire.parseDigest(given.getLast().getLikeliest()));
  }

  void putInto(Given.Builder given) {
    given.addAllTokens(Tokens.list(tokens)).addAllLogProbabilities(Tokens.list(logProbabilities));
    likeliest.ifPresent(digest -> given.setLikeliest(Wire.bytes(digest)));
  }

  /** The hash of a whole stream. */
  Digest32 hash(AnswerEnd end) {
    return likeliest
        .map(digest -> Receipts.streamHash(tokens, logProbabilities, end, digest))
        .orElseGet(() -> Receipts.streamHash(tokens, logProbabilities, end));
  }
}
