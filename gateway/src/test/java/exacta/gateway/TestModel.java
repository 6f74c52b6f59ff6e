package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.ModelDigest;
import exacta.engine.text.ModelCard;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Orders;
import exacta.protocol.Requests;
import exacta.protocol.Tokens;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.ModelRecord;
import exacta.testkit.TinyModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A model's card, and a function that answers like one model would: always the same. */
final class TestModel {
  static final String NAME = "tiny";

  /** What the one answer to a request is. */
  record Answer(int[] tokens, float[] logProbabilities, AnswerEnd end) {}

  private static final List<String> WORDS =
      List.of("the ", "and ", "Grüße ", "😀", "in", "er", "ou ", "x", "\n", "日本");

  private final ModelDigest digest;
  private volatile Optional<String> said = Optional.empty();
  private final ModelCard card;

  private TestModel(ModelDigest digest, ModelCard card) {
    this.digest = digest;
    this.card = card;
  }

  static TestModel create(Path folder) {
    Path file = folder.resolve("tiny.gguf");
    TinyModels.llama(7, file);
    try (Gguf gguf = Gguf.open(file)) {
      return new TestModel(ModelDigest.of(gguf), ModelCard.of("tiny", gguf));
    }
  }

  ModelCard card() {
    return card;
  }

  ModelDigest digest() {
    return digest;
  }

  Digest32 root() {
    return digest.identity().root();
  }

  ModelRecord record() {
    return ModelRecord.newBuilder()
        .setName(NAME)
        .setRoot(ByteString.copyFrom(root().toBytes()))
        .setCardBytes(digest.identity().cardBytes())
        .setWeightBytes(digest.identity().weightBytes())
        .setLeafCount(digest.identity().leafCount())
        .build();
  }

  /** What the model finds likely at a position of an answer: any tokens, but always the same. */
  static int likely(int position, int rank) {
    return 3 + (position * 31 + rank) % 200;
  }

  /** From now on the answer to everything is this text. */
  void say(String text) {
    said = Optional.of(text);
  }

  private Answer answer(String whole, int most) {
    int[] text = card.tokenizer().encode(whole);
    int[] tokens = Arrays.copyOf(text, text.length + 1);
    tokens[text.length] = card.endTokens().last();
    int count = Math.min(most, tokens.length);
    float[] logs = new float[count];
    Arrays.fill(logs, -1);
    return new Answer(
        Arrays.copyOf(tokens, count),
        logs,
        count == tokens.length ? AnswerEnd.ANSWER_END_STOP : AnswerEnd.ANSWER_END_LENGTH);
  }

  /** Tokens of random words; after 40 to 100 of them a stop token. */
  Answer answer(InferenceRequest request) {
    Digest32 key = key(request);
    int most = request.getParameters().getMaxTokens();
    int natural = 40 + (int) Math.floorMod(key.longAt(0), 60L);
    if (said.isPresent()) {
      return answer(said.get(), most);
    }
    AnswerText text =
        new AnswerText(card, request.getParameters().getStopList(), Collections.emptySortedMap());
    List<Integer> tokens = new ArrayList<>();
    List<Float> logs = new ArrayList<>();
    int word = 0;
    while (tokens.size() < most && !text.isEnded()) {
      for (int token : nextTokens(key, word++, natural, tokens.size())) {
        if (tokens.size() < most && !text.isEnded()) {
          text.next(new ScoredToken(token, 0, new int[0], new float[0]));
          tokens.add(token);
          logs.add(-1f / (1 + tokens.size()));
        }
      }
    }
    return new Answer(
        Tokens.ints(tokens),
        Tokens.floats(logs),
        text.isEnded() ? AnswerEnd.ANSWER_END_STOP : AnswerEnd.ANSWER_END_LENGTH);
  }

  /** At temperature 0 a real answer depends on the prompt only, but for where it ends. */
  private static Digest32 key(InferenceRequest request) {
    return request.getParameters().getTemperature() == 0
        ? Orders.hadHash(Tokens.ints(request.getPromptList()))
        : Requests.key(request);
  }

  private int[] nextTokens(Digest32 key, int word, int natural, int count) {
    if (count >= natural) {
      return new int[] {card.endTokens().last()};
    }
    Digest32 draw = Hasher.of("word").digest(key).integer(word).finish();
    String text = WORDS.get((int) Math.floorMod(draw.longAt(0), (long) WORDS.size()));
    return card.tokenizer().encode(text);
  }
}
