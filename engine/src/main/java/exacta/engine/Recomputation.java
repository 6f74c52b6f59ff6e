package exacta.engine;

import exacta.numerics.Kernels;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks claimed answers, many at once: finds the first tokens of each true answer, as many as were
 * claimed. While a claim is right this takes one pass in the shape of a prefill; from the first
 * difference on, the true answer is decoded. Each step is a bounded amount of work. Used by one
 * thread at a time. Spec: generation.md#recomputation.
 */
public final class Recomputation {
  /** Positions that are computed in one step, of all claims together: as many as of a prompt. */
  private static final int POSITIONS = 128;

  /** Logits that are read out together at most: 32 MiB. */
  private static final int LOGITS = 1 << 23;

  /** Choices that are made at the same time. */
  private static final int LANES = 4;

  /**
   * What the claim is to be compared with; the arrays are the caller's.
   *
   * @param likeliest of each token, as many as the request asks for
   * @param end empty if the answer goes on after these tokens, or was claimed to be cut there
   * @param digest over the states of these tokens
   */
  public record Result(
      int[] tokens,
      float[] logProbabilities,
      List<Likeliest> likeliest,
      Optional<End> end,
      Digest32 digest) {}

  /** The rows of one claim's part, among those that are read. */
  private record Rows(ClaimCheck check, int from, int to) {
    int count() {
      return to - from;
    }

    IntStream stream() {
      return IntStream.range(from, to);
    }
  }

  private final Kernels kernels;
  private final TransformerPass pass;
  private final List<ClaimCheck> checks;
  private final int rowsTogether;

  private Recomputation(Model model, List<ClaimCheck> checks, int rowsTogether) {
    kernels = model.kernels();
    pass = new TransformerPass(model.weights(), kernels);
    this.checks = checks;
    this.rowsTogether = rowsTogether;
  }

  /**
   * Prepares a check; the work is done by {@link #step}.
   *
   * @throws IllegalArgumentException if the model cannot answer one of the requests
   */
  public static Recomputation begin(Model model, List<Claim> claims) {
    return begin(model, claims, Math.clamp(LOGITS / model.card().vocabularySize(), 1, POSITIONS));
  }

  /** With the logits of so many rows at a time. */
  static Recomputation begin(Model model, List<Claim> claims, int rowsTogether) {
    List<ClaimCheck> checks = claims.stream().map(claim -> new ClaimCheck(model, claim)).toList();
    return new Recomputation(model, checks, rowsTogether);
  }

  /** Prepares the check of a single claim. */
  public static Recomputation begin(
      Model model, AnswerRequest request, int[] claimedTokens, boolean cut) {
    return begin(model, List.of(new Claim(request, claimedTokens, cut)));
  }

  /** Computes at most 128 positions; true when all results are there. */
  public boolean step() {
    List<ClaimCheck> batch = new ArrayList<>();
    List<TransformerPass.Part> parts = new ArrayList<>();
    int rows = 0;
    for (ClaimCheck check : checks) {
      if (!check.isDone() && rows < POSITIONS) {
        batch.add(check);
        parts.add(check.next(POSITIONS - rows));
        rows += parts.getLast().count();
      }
    }
    if (batch.isEmpty()) {
      return true;
    }
    int[] finite = pass.forward(parts);
    read(rows(batch, parts, finite));
    for (int i = 0; i < finite.length; i++) {
      batch.get(i).end(parts.get(i).count(), finite[i]);
    }
    return checks.stream().allMatch(ClaimCheck::isDone);
  }

  private static List<Rows> rows(
      List<ClaimCheck> batch, List<TransformerPass.Part> parts, int[] finite) {
    List<Rows> rows = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < finite.length; i++) {
      TransformerPass.Part part = parts.get(i);
      if (part.unread() < finite[i]) {
        rows.add(new Rows(batch.get(i), at, at + finite[i] - part.unread()));
      }
      at += part.read();
    }
    return rows;
  }

  /** Reads as many rows together as logits may be. */
  private void read(List<Rows> all) {
    List<Rows> together = new ArrayList<>();
    int count = 0;
    for (Rows rows : all) {
      for (int from = rows.from(); from < rows.to(); ) {
        int to = Math.min(rows.to(), from + rowsTogether - count);
        together.add(new Rows(rows.check(), from, to));
        count += to - from;
        from = to;
        if (count == rowsTogether) {
          take(together);
          together.clear();
          count = 0;
        }
      }
    }
    take(together);
  }

  /** Reads rows out, chooses their tokens on all threads, and compares them with the claims. */
  private void take(List<Rows> all) {
    List<Rows> useful = all.stream().filter(rows -> rows.check().goesOn()).toList();
    int[] wanted = useful.stream().flatMapToInt(Rows::stream).toArray();
    if (wanted.length == 0) {
      return;
    }
    TransformerPass.Readout readout = pass.read(wanted);
    TokenChooser.Choice[] choices = new TokenChooser.Choice[wanted.length];
    List<Runnable> work = new ArrayList<>();
    List<Runnable> rest = new ArrayList<>();
    int at = 0;
    for (Rows rows : useful) {
      int first = at;
      if (rows.check().choosesAhead()) {
        int lanes = Math.min(LANES, rows.count());
        rows.check().openLanes(lanes);
        for (int lane = 0; lane < lanes; lane++) {
          int start = lane;
          work.add(() -> choose(readout, rows, first, start, choices));
        }
        rest.add(() -> take(readout, rows, first, choices));
      } else {
        work.add(() -> take(readout, rows, first));
      }
      at += rows.count();
    }
    kernels.forEach(work.size(), i -> work.get(i).run());
    rest.forEach(Runnable::run);
  }

  /** Chooses the tokens of one lane's rows; the first row was read to {@code at}. */
  private static void choose(
      TransformerPass.Readout readout, Rows rows, int at, int lane, TokenChooser.Choice[] choices) {
    for (int i = lane; i < rows.count(); i += LANES) {
      choices[at + i] = rows.check().choose(readout, at + i, i, lane);
    }
  }

  private static void take(
      TransformerPass.Readout readout, Rows rows, int at, TokenChooser.Choice[] choices) {
    for (int i = 0; i < rows.count() && rows.check().goesOn(); i++) {
      rows.check().take(readout, at + i, choices[at + i]);
    }
  }

  private static void take(TransformerPass.Readout readout, Rows rows, int at) {
    for (int i = 0; i < rows.count() && rows.check().goesOn(); i++) {
      rows.check().take(readout, at + i);
    }
  }

  /** The true answers, in the order of the claims; once {@link #step} has said so. */
  public List<Result> results() {
    return checks.stream().map(ClaimCheck::result).toList();
  }

  /** That of a single claim. */
  public Result result() {
    return checks.getFirst().result();
  }
}
