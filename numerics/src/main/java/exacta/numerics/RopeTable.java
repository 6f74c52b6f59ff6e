package exacta.numerics;

import exacta.primitives.Check;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Cosines and sines of the rotary position embedding: those of position times frequency, in
 * binary64 by StrictMath, rounded once. Spec: arithmetic.md#rope.
 *
 * <p>A context may be long and its sequences short, so positions are computed in pages as they are
 * met. Safe for many threads: two that meet a page at once compute the same.
 */
public final class RopeTable {
  /** Which two values of a head are rotated together. */
  public enum Pairing {
    /** 2i and 2i + 1; the llama architecture of GGUF. */
    ADJACENT,
    /** i and i + headSize / 2; NeoX. */
    HALVES
  }

  /** From here on the rule for sines does not hold. Spec: arithmetic.md#elementary. */
  public static final int POSITIONS_MAX = 1 << 19;

  private static final int PAGE = 256;

  /**
   * Cosines and sines of some positions.
   *
   * @param cosines (PAGE, pairs), as are the sines
   */
  private record Page(float[] cosines, float[] sines) {}

  private final RopeFrequencies frequencies;
  private final int positions;
  private final Pairing pairing;
  private final AtomicReferenceArray<Page> pages;

  public RopeTable(RopeFrequencies frequencies, int positions, Pairing pairing) {
    Check.that(positions > 0 && positions <= POSITIONS_MAX, "positions that the rule covers");
    this.frequencies = frequencies;
    this.positions = positions;
    this.pairing = pairing;
    pages = new AtomicReferenceArray<>(Math.ceilDiv(positions, PAGE));
  }

  public int headSize() {
    return frequencies.headSize();
  }

  /** Positions 0 to this - 1 are in the table. */
  public int positions() {
    return positions;
  }

  void require(Segment segment) {
    Check.that(segment.first() + segment.count() <= positions, "the table has all positions");
  }

  /** Rotates all heads of the segment's positions from {@code from} to {@code to - 1}. */
  void rotate(float[] x, int heads, Segment segment, int from, int to) {
    for (int i = from; i < to; i++) {
      for (int head = 0; head < heads; head++) {
        rotate(x, ((segment.row() + i) * heads + head) * headSize(), segment.first() + i);
      }
    }
  }

  /** Rotates the head that starts at x[at]. */
  void rotate(float[] x, int at, int position) {
    Page page = page(position / PAGE);
    int pairs = headSize() / 2;
    int row = position % PAGE * pairs;
    int stride = pairing == Pairing.ADJACENT ? 2 : 1;
    int partner = pairing == Pairing.ADJACENT ? 1 : pairs;
    for (int i = 0; i < pairs; i++) {
      float cosine = page.cosines[row + i];
      float sine = page.sines[row + i];
      int first = at + i * stride;
      float x0 = x[first];
      float x1 = x[first + partner];
      x[first] = Math.fma(x0, cosine, -(x1 * sine));
      x[first + partner] = Math.fma(x0, sine, x1 * cosine);
    }
  }

  private Page page(int index) {
    Page page = pages.get(index);
    if (page == null) {
      page = compute(index * PAGE);
      pages.set(index, page);
    }
    return page;
  }

  private Page compute(int first) {
    int pairs = headSize() / 2;
    Page page = new Page(new float[PAGE * pairs], new float[PAGE * pairs]);
    for (int i = 0; i < pairs; i++) {
      for (int t = 0; t < Math.min(PAGE, positions - first); t++) {
        double angle = (first + t) * frequencies.frequency(i);
        page.cosines[t * pairs + i] = (float) StrictMath.cos(angle) * frequencies.magnitude();
        page.sines[t * pairs + i] = (float) StrictMath.sin(angle) * frequencies.magnitude();
      }
    }
    return page;
  }
}
