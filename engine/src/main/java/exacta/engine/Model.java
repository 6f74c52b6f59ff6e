package exacta.engine;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufTensor;
import exacta.engine.gguf.ModelDigest;
import exacta.engine.grammar.Grammar;
import exacta.engine.grammar.TokenFilter;
import exacta.engine.grammar.TokenTrie;
import exacta.engine.text.ModelCard;
import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.WeightFormat;
import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A language model with its weights in memory. One copy serves all hosts of a process: it is
 * immutable, and safe for many threads until it is closed. Spec: generation.md.
 */
public final class Model implements AutoCloseable {
  /** Positions of a text that are computed together: their logits take some megabytes. */
  private static final int READ_TOGETHER = 64;

  /** What a process takes beside weights. */
  private static final long OTHER_BYTES = 128L << 20;

  private final Gguf gguf;
  private final ModelCard card;
  private final CompletableFuture<ModelDigest> digest;
  private final TransformerWeights weights;
  private final Kernels kernels;
  private final int rowsTogether;

  /** Reads the card beside the weights, then hashes the file beside the first answers. */
  private final ExecutorService beside;

  /** Made when an answer first needs it. */
  private Optional<TokenTrie> tokens = Optional.empty();

  private Model(
      Gguf gguf,
      ExecutorService beside,
      ModelCard card,
      TransformerWeights weights,
      Kernels kernels) {
    this.gguf = gguf;
    this.beside = beside;
    this.card = card;
    this.weights = weights;
    this.kernels = kernels;
    rowsTogether = weights.rowsTogether(kernels);
    digest = CompletableFuture.supplyAsync(() -> ModelDigest.of(gguf), beside);
    beside.shutdown();
  }

  /**
   * Reads a whole GGUF file, or all parts of one that was split.
   *
   * @param file the first part of a split model
   * @param kernels that compute with it, for as long as it is used
   * @throws ExactaException FATAL if the file cannot be read, is of an architecture that is not
   *     known, lacks a tensor or has one of another shape, or asks for anything else that this
   *     engine does not do, or for more memory than Java may use
   */
  public static Model open(Path file, Kernels kernels) {
    ExecutorService beside = Executors.newSingleThreadExecutor();
    CompletableFuture.runAsync(kernels::prepare, beside);
    Gguf gguf;
    try {
      gguf = Gguf.open(file);
    } catch (RuntimeException | Error e) {
      beside.close();
      throw e;
    }
    try {
      return load(file.toString(), gguf, kernels, beside);
    } catch (RuntimeException | Error e) {
      beside.close(); // nobody may read what is unmapped
      gguf.close();
      throw e;
    }
  }

  private static Model load(String source, Gguf gguf, Kernels kernels, ExecutorService beside) {
    Architecture architecture = Architecture.of(gguf.metadata()); // before anything is missed
    requireMemory(source, gguf, kernels, Runtime.getRuntime().maxMemory());
    // The tokenizer takes as long as a hundred megabytes of weights, and needs nothing of them.
    CompletableFuture<ModelCard> card =
        CompletableFuture.supplyAsync(() -> ModelCard.of(source, gguf), beside);
    Runnable check =
        () -> {
          if (card.isCompletedExceptionally()) {
            result(card);
          }
        };
    try {
      TransformerShape shape = TransformerShape.of(gguf.metadata());
      TensorLoader tensors = new TensorLoader(source, gguf, kernels, architecture, check);
      TransformerWeights weights = TransformerWeights.load(tensors, shape);
      return new Model(gguf, beside, result(card), weights, kernels);
    } catch (RuntimeException e) {
      result(card); // what is wrong with the card is said, whatever was found first
      throw e;
    }
  }

  /** Better one clear refusal now than to run out of memory in the middle of the weights. */
  static void requireMemory(String source, Gguf gguf, Kernels kernels, long most) {
    long needed = OTHER_BYTES;
    for (GgufTensor tensor : gguf.tensors()) {
      needed += kernels.bytes(tensor.type().weights(), tensor.rows(), tensor.columns());
    }
    if (needed > most) {
      throw ExactaException.fatal(
          "model "
              + source
              + " needs "
              + mebibytes(needed)
              + " MiB of memory, and Java may use "
              + mebibytes(most)
              + "; start with EXACTA_JAVA_OPTS=-Xmx"
              + mebibytes(needed + needed / 2) // keys and values need some, too
              + "m if this machine has so much, or use a file of this model with fewer bits");
    }
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }

  public ModelCard card() {
    return card;
  }

  /**
   * The file's identity, with the proof that the card belongs to it; waits until it is known.
   *
   * @throws ExactaException ERROR if the model is closed before
   */
  public ModelDigest digest() {
    return result(digest);
  }

  private static <T> T result(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw e;
      }
    }
  }

  /** The formats of its matrices. */
  public Set<WeightFormat> weightFormats() {
    Set<WeightFormat> formats = EnumSet.noneOf(WeightFormat.class);
    for (GgufTensor tensor : gguf.tensors()) {
      if (tensor.dimensions().size() > 1) {
        formats.add(tensor.type().weights());
      }
    }
    return formats;
  }

  /** The most tokens of prompt and answer together. */
  public int contextLength() {
    return weights.shape().contextLength();
  }

  /** Sees what positions give, one after the other. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Called once for each position.
     *
     * @param state after the final norm
     * @param logits of that state
     */
    void at(int position, float[] state, float[] logits);
  }

  /**
   * Computes a text as one sequence, and shows its positions from {@code from} on, in order.
   *
   * @return how many positions come before the first that fails; it and those after are not shown
   * @throws IllegalArgumentException if a token is none of this model's, or the text exceeds the
   *     context
   */
  public int read(int[] tokens, int from, Reader reader) {
    requireTokens("text", tokens);
    if (tokens.length > contextLength()) {
      throw new IllegalArgumentException(
          "a text of " + tokens.length + " tokens exceeds the context of " + contextLength());
    }
    TransformerPass pass = new TransformerPass(weights, kernels);
    KeyValueCache cache = KeyValueCache.of(weights.shape().keyValues(), tokens.length);
    for (int at = 0; at < tokens.length; at += READ_TOGETHER) {
      int count = Math.min(READ_TOGETHER, tokens.length - at);
      int first = Math.clamp(from - at, 0, count);
      TransformerPass.Part part =
          new TransformerPass.Part(cache, at, tokens, at, count, count - first);
      int finite = pass.forward(List.of(part))[0];
      if (first < finite) {
        TransformerPass.Readout readout = pass.read(0, finite - first);
        for (int row = first; row < finite; row++) {
          float[] state = readout.state(row - first);
          if (!Elementary.allFinite(state, 0, state.length)) {
            return at + row;
          }
          reader.at(at + row, state, readout.logits(row - first));
        }
      }
      if (finite < count) {
        return at + finite;
      }
    }
    return tokens.length;
  }

  /**
   * The logits of each position of a text, for comparisons with other engines.
   *
   * @return (tokens, vocabulary)
   */
  public float[][] logits(int[] tokens) {
    float[][] all = new float[tokens.length][];
    int finite = read(tokens, 0, (position, _, logits) -> all[position] = logits);
    Check.that(finite == tokens.length, "a model that is compared gives finite numbers");
    return all;
  }

  TransformerWeights weights() {
    return weights;
  }

  Kernels kernels() {
    return kernels;
  }

  /** Rows of a pass that take less than twice the time of one. */
  int rowsTogether() {
    return rowsTogether;
  }

  /** Of the answers that fit a schema, if the parameters have one. */
  Optional<TokenFilter> filter(Sampling sampling) {
    if (sampling.schema().isEmpty()) {
      return Optional.empty();
    }
    Grammar grammar = Grammar.ofSchema(sampling.schema());
    return Optional.of(
        new TokenFilter(grammar, tokens(), card.tokenizer()::bytes, card.endTokens()));
  }

  private synchronized TokenTrie tokens() {
    if (tokens.isEmpty()) {
      tokens = Optional.of(TokenTrie.of(card.vocabularySize(), card.tokenizer()::bytes));
    }
    return tokens.get();
  }

  /**
   * States whether this model can answer the request.
   *
   * @throws IllegalArgumentException with the reason, if not
   */
  public void require(AnswerRequest request) {
    if ((long) request.prompt().length + request.maxTokens() > contextLength()) {
      throw new IllegalArgumentException(
          "a prompt of "
              + request.prompt().length
              + " tokens and an answer of at most "
              + request.maxTokens()
              + " exceed the context of "
              + contextLength());
    }
    requireTokens("prompt", request.prompt());
    requireTokens("tokens that were had", request.had());
    requireTokens(
        "bias", request.sampling().bias().keySet().stream().mapToInt(Integer::intValue).toArray());
  }

  private void requireTokens(String name, int[] tokens) {
    for (int token : tokens) {
      if (!isToken(token)) {
        throw new IllegalArgumentException(
            "the " + name + ": " + token + " is no token of this model");
      }
    }
  }

  boolean isToken(int token) {
    return token >= 0 && token < weights.shape().vocabulary();
  }

  /** Unmaps the file; nothing may be computed with this model afterwards. */
  @Override
  public void close() {
    beside.shutdownNow();
    beside.close(); // nobody may read what is unmapped
    digest.completeExceptionally(
        ExactaException.error("the model was closed before its file was hashed; open it again"));
    gguf.close();
  }
}
