package exacta.numerics.x86;

/**
 * How a token's quantized activations lie before {@link BlockProducts}: a record of 12 ints for
 * each block of 32 columns. First the integers, a signed byte each; then what is at the offsets
 * here, in bytes.
 */
public final class ByteRow {
  /** The scale, a float. */
  public static final int SCALE = 32;

  /** The scale times the sum of the integers, a float. */
  public static final int SUM = 36;

  /** Minus 8 times the sum of the integers, an int. */
  public static final int START_8 = 40;

  /** Minus 128 times the sum of the integers, an int. */
  public static final int START_128 = 44;

  /** Of a record. */
  public static final int BYTES = 48;

  private ByteRow() {}
}
