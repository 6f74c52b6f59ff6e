package exacta.numerics;

import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Products of several matrices with the same rows of activations: these are quantized once, and all
 * groups of rows of weights go into one loop.
 */
final class MatrixProducts {
  /** Tokens whose activations are quantized and multiplied in one go. */
  private static final int SLICE = 256;

  /** So many tokens make it worth while to turn the weights into floats for them. */
  private static final int MANY = 9;

  /** Fewer tokens than this at the end of a batch are not worth a tile. */
  private static final int TILE_MIN = 6;

  private static final int TILE = VectorProducts4.TILE;

  /**
   * Where a thread's share of a loop is cut into pieces, in parts of the last number: small enough
   * that a late thread does not keep the others waiting.
   */
  private static final int[] CUTS = IntStream.rangeClosed(0, 16).toArray();

  /**
   * As {@link #CUTS}, for a few tokens, where a piece takes microseconds and a call counts. Threads
   * take from the end what others leave.
   */
  private static final int[] FEW_CUTS = {0, 4, 6, 7, 8};

  /** A product's matrix and the place of its result. */
  record Target(PackedMatrix w, Output out) {
    /**
     * @param out (tokens, rows) from an index on
     */
    Target(PackedMatrix w, float[] out, int at) {
      this(w, new Output(out, at, w.rows()));
    }

    private boolean isNibbles() {
      return w instanceof NibbleMatrix;
    }

    /** Rows of weights in a group. */
    private int height() {
      return isNibbles() ? NibbleMatrix.ROWS : ByteMatrix.ROWS;
    }
  }

  /** What is done with some groups of rows of one of the matrices. */
  @FunctionalInterface
  private interface Piece {
    void run(int target, int from, int to);
  }

  private final Workers workers;

  MatrixProducts(Workers workers) {
    this.workers = workers;
  }

  /**
   * Measured with the default model: 8 take 1.7 to 2.0 times as long as 1; 2 without, 1.2 to 1.5.
   */
  static int rowsTogether(PackedMatrix w) {
    return MachineCode.takes(w.format()) ? MANY - 1 : 2;
  }

  void multiply(List<Target> targets, float[] x, int tokens) {
    int cols = targets.getFirst().w().cols();
    List<Target> machine = new ArrayList<>();
    List<Target> nibbles = new ArrayList<>();
    List<Target> bytes = new ArrayList<>();
    for (Target target : targets) {
      Check.that(target.w().cols() == cols, "all matrices meet the same rows");
      switch (target.w()) {
        case PackedMatrix w when MachineCode.takes(w.format()) -> machine.add(target);
        case NibbleMatrix _ -> nibbles.add(target);
        case ByteMatrix _ -> bytes.add(target);
        case PlainMatrix plain -> multiplyPlain(plain, x, tokens, target.out());
      }
    }
    List<Target> quantized = new ArrayList<>(nibbles);
    quantized.addAll(bytes);
    for (int first = 0; first < tokens; first += SLICE) {
      int count = Math.min(SLICE, tokens - first);
      multiplyByMachine(machine, x, first, count);
      if (Lanes.COUNT == Stripes.COUNT && count >= MANY) {
        multiplyMany(quantized, x, first, count);
      } else {
        multiplyFew(nibbles, x, first, count);
        multiplyFew(bytes, x, first, count);
      }
    }
  }

  private void multiplyPlain(PlainMatrix w, float[] x, int tokens, Output out) {
    workers.forShares(
        Math.ceilDiv(w.rows(), VectorProductsPlain.ROWS),
        (from, to) -> {
          VectorProductsPlain products = new VectorProductsPlain(w, x, out);
          for (int group = from; group < to; group++) {
            products.multiply(group, tokens);
          }
        });
  }

  private void multiplyByMachine(List<Target> targets, float[] x, int first, int tokens) {
    if (targets.isEmpty()) {
      return;
    }
    int cols = targets.getFirst().w().cols();
    ByteRows rows = ByteRows.of(tokens, cols);
    Runnable fill =
        () -> workers.forValues(tokens, cols, (from, to) -> rows.fill(x, first, from, to));
    boolean isLoop = workers.isLoop(tokens, cols);
    if (isLoop) {
      fill.run();
    }
    forGroups(
        targets,
        MachineProducts.ROWS,
        1,
        tokens < MANY ? FEW_CUTS : CUTS,
        isLoop ? () -> {} : fill,
        () -> {
          MachineProducts[] products = new MachineProducts[targets.size()];
          Arrays.setAll(products, i -> new MachineProducts(targets.get(i).w(), rows));
          return (i, from, to) -> products[i].multiply(from, to, targets.get(i).out().from(first));
        });
  }

  private void multiplyMany(List<Target> targets, float[] x, int first, int tokens) {
    if (targets.isEmpty()) {
      return;
    }
    int cols = targets.getFirst().w().cols();
    TiledRows rows = TiledRows.of(x, first, tokens, cols, TileProducts.TILE, false, workers);
    forGroups(
        targets,
        TileGroup.ROWS,
        1,
        CUTS,
        (i, from, to) -> {
          TileProducts products = new TileProducts(targets.get(i).w(), rows);
          Output out = targets.get(i).out().from(first);
          for (int group = from; group < to; group++) {
            products.multiply(group, tokens, out);
          }
        });
  }

  private void multiplyFew(List<Target> targets, float[] x, int first, int tokens) {
    if (targets.isEmpty()) {
      return;
    }
    int rest = tokens % TILE;
    int tiled = rest >= TILE_MIN ? tokens : tokens - rest;
    if (tiled > 0) {
      multiplyTiles(targets, x, first, tiled);
    }
    if (tiled < tokens) {
      multiplySingle(targets, x, first + tiled, tokens - tiled);
    }
  }

  /** Multiplies with matrices of one kind; threads take what is left. */
  private void multiplyTiles(List<Target> targets, float[] x, int first, int tokens) {
    Target any = targets.getFirst();
    TiledRows rows = TiledRows.of(x, first, tokens, any.w().cols(), TILE, any.isNibbles(), workers);
    forGroups(
        targets,
        any.height(),
        1,
        CUTS,
        (i, from, to) -> {
          Target target = targets.get(i);
          GroupProducts products =
              switch (target.w()) {
                case NibbleMatrix n -> new VectorProducts4(n, rows);
                case ByteMatrix b -> new VectorProducts8(b, rows);
                case PlainMatrix _ -> throw new AssertionError("plain weights have no tiles");
              };
          for (int group = from; group < to; group++) {
            products.begin(group);
            for (int t = 0; t < tokens; t++) {
              if (t % TILE == 0) {
                products.multiply(t / TILE);
              }
              copy(target, group, products.out(), t % TILE, first + t);
            }
          }
        });
  }

  /**
   * Multiplies token by token with matrices of one kind: the way of decoding. Threads take pieces
   * of a few streams at a time, since a machine's cores are seldom equally fast.
   */
  private void multiplySingle(List<Target> targets, float[] x, int first, int tokens) {
    Target any = targets.getFirst();
    TiledRows rows = TiledRows.of(x, first, tokens, any.w().cols(), 1, any.isNibbles(), workers);
    forGroups(
        targets,
        any.height(),
        SingleProducts.GROUPS,
        FEW_CUTS,
        (i, from, to) -> {
          Target target = targets.get(i);
          SingleProducts products =
              switch (target.w()) {
                case NibbleMatrix n -> SingleProducts4.of(n, rows);
                case ByteMatrix b -> SingleProducts8.of(b, rows);
                case PlainMatrix _ -> throw new AssertionError("plain weights have no groups");
              };
          products.multiply(from, to, tokens, target.out().from(first));
        });
  }

  private void forGroups(List<Target> targets, int height, int unit, int[] cuts, Piece piece) {
    forGroups(targets, height, unit, cuts, () -> {}, () -> piece);
  }

  /**
   * Cuts the groups of all matrices into equal shares, one for each thread, and these into pieces:
   * most machines' cores are about equally fast.
   *
   * @param unit groups that are computed together; only the last piece may have a part of them
   * @param cuts of a thread's share
   * @param before what comes first, while other threads get ready
   * @param pieces for each thread its own
   */
  private void forGroups(
      List<Target> targets,
      int height,
      int unit,
      int[] cuts,
      Runnable before,
      Supplier<Piece> pieces) {
    int total = 0;
    for (Target target : targets) {
      total += Math.ceilDiv(target.w().rows(), height);
    }
    int groups = total;
    int units = Math.ceilDiv(groups, unit);
    int each = cuts.length - 1;
    workers.forRange(
        each * workers.threads(),
        1,
        before,
        () -> {
          Piece piece = pieces.get();
          return (from, to) ->
              forSome(
                  targets,
                  height,
                  Math.min(groups, cut(units, from, cuts) * unit),
                  Math.min(groups, cut(units, to, cuts) * unit),
                  piece);
        });
  }

  /** The first unit of a piece. */
  private int cut(int units, int piece, int[] cuts) {
    int pieces = cuts.length - 1;
    int parts = cuts[pieces];
    int thread = piece / pieces;
    long part = (long) thread * parts + cuts[piece % pieces];
    return (int) (units * part / (workers.threads() * parts));
  }

  /** Runs what some of the groups of all matrices have of each. */
  private static void forSome(List<Target> targets, int height, int from, int to, Piece piece) {
    int start = 0;
    for (int i = 0; i < targets.size(); i++) {
      int end = start + Math.ceilDiv(targets.get(i).w().rows(), height);
      if (from < end && to > start) {
        piece.run(i, Math.max(from, start) - start, Math.min(to, end) - start);
      }
      start = end;
    }
  }

  /** Moves a group's products of one token to their place; the last group may be cut. */
  private static void copy(Target target, int group, float[] products, int inTile, int token) {
    int row = group * target.height();
    int count = Math.min(target.height(), target.w().rows() - row);
    target.out().set(token, row, products, inTile * target.height(), count);
  }
}
