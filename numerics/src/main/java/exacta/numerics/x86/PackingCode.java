package exacta.numerics.x86;

import exacta.numerics.x86.Assembler.Label;
import exacta.numerics.x86.Assembler.Zmm;
import exacta.numerics.x86.BlockPacking.Job;
import exacta.numerics.x86.BlockProducts.Weights;
import java.util.List;

/**
 * The machine code of {@link BlockPacking}, for one kind of weights. Lanes are rows.
 *
 * <pre>
 * for each block of 32 columns:
 *   for each four bytes of a row's weights:
 *     v = those of 16 rows                                     once, or for nibbles twice
 *     bytes:   weights = v, turned to (4 columns, 16 rows)
 *     nibbles: weights = the low halves, four to a short, of both v beside one another
 *              weights four vectors on = the high ones
 *   scales = the rows' first two bytes, minima = the next two
 *   greatest = their exponents, where they are greater
 * </pre>
 */
final class PackingCode {
  private static final int VECTOR = BlockProductCode.VECTOR;
  private static final int ROWS = VECTOR / Integer.BYTES;

  // Where things are.
  private static final Register STORED = Register.RDI;
  private static final Register WEIGHTS = Register.RSI;
  private static final Register SCALES = Register.RDX;
  private static final Register TABLE = Register.RCX;
  private static final Register CONSTANT = Register.RAX;
  private static final Register COUNTER = Register.R10;

  private static final List<Zmm> OFFSETS = List.of(new Zmm(16), new Zmm(17));
  private static final Zmm EXPONENT = new Zmm(18);
  private static final Zmm GREATEST = new Zmm(19);
  private static final Zmm LOW_BITS = new Zmm(20);
  private static final Zmm ONE_AND_SIXTEEN = new Zmm(21);
  private static final Zmm EVEN_BYTES = new Zmm(22);
  private static final Zmm EVEN_WORDS = new Zmm(23);
  private static final Zmm ODD_WORDS = new Zmm(24);
  private static final Zmm TRANSPOSITION = new Zmm(25);
  private static final List<Zmm> V = List.of(new Zmm(0), new Zmm(1));
  private static final List<Zmm> PART = List.of(new Zmm(2), new Zmm(3));

  /** What the functions read, a vector each. */
  record Constants(Label evenBytes, Label evenWords, Label oddWords, Label transposition) {
    /** Writes them. */
    static Constants write(Assembler code) {
      return new Constants(
          code.vector(i -> i % 4 / 2 * VECTOR + i / 4 * 4 + i % 2 * 2),
          code.vector(i -> i % 2 == 0 ? 2 * (i / 2) : 0),
          code.vector(i -> i % 2 == 0 ? 2 * (i / 2) + 1 : 0),
          code.vector(i -> i % ROWS * Integer.BYTES + i / ROWS));
    }
  }

  private final Assembler code;
  private final Weights weights;
  private final Constants constants;

  private PackingCode(Assembler code, Weights weights, Constants constants) {
    this.code = code;
    this.weights = weights;
    this.constants = constants;
  }

  /** Writes a function and returns where it is. */
  static Label write(Assembler code, Weights weights, Constants constants) {
    return new PackingCode(code, weights, constants).write();
  }

  private Label write() {
    Label start = code.here();
    enter();
    Label block = code.here();
    for (int i = 0; i < weights.storedBytes() - weights.storedHalves(); i += Integer.BYTES) {
      if (weights.isNibbles()) {
        packNibbles(i);
      } else {
        packBytes(i);
      }
    }
    packScales();
    code.add(STORED, weights.storedBytes());
    code.add(WEIGHTS, weights.weightsStep());
    code.add(SCALES, weights.scalesStep());
    code.dec(COUNTER);
    code.jnz(block);
    code.vmovups(Address.of(TABLE, BlockPacking.GREATEST * Integer.BYTES), GREATEST);
    code.vzeroupper();
    code.ret();
    return start;
  }

  private void enter() {
    code.add(WEIGHTS, job(Job.WEIGHTS));
    code.add(SCALES, job(Job.SCALES));
    code.mov(COUNTER, job(Job.BLOCKS));
    for (int v = 0; v < weights.vectors(); v++) {
      code.vmovups(OFFSETS.get(v), Address.of(TABLE, v * VECTOR));
    }
    code.vpxord(GREATEST, GREATEST, GREATEST);
    code.vpbroadcastd(EXPONENT, 0x7c007c00, CONSTANT);
    code.vmovups(EVEN_WORDS, constants.evenWords(), CONSTANT);
    if (weights.isNibbles()) {
      code.vpbroadcastd(LOW_BITS, 0x0f0f0f0f, CONSTANT);
      code.vpbroadcastd(ONE_AND_SIXTEEN, 0x10011001, CONSTANT);
      code.vmovups(EVEN_BYTES, constants.evenBytes(), CONSTANT);
      code.vmovups(ODD_WORDS, constants.oddWords(), CONSTANT);
    } else {
      code.vmovups(TRANSPOSITION, constants.transposition(), CONSTANT);
    }
  }

  /** Four bytes of each row's block, from one on. */
  private void gather(int at) {
    for (int v = 0; v < weights.vectors(); v++) {
      code.vpgatherdd(V.get(v), STORED, OFFSETS.get(v), at);
    }
  }

  private void packBytes(int at) {
    gather(weights.storedHalves() + at);
    code.vpermb(V.getFirst(), TRANSPOSITION, V.getFirst());
    code.vmovups(Address.of(WEIGHTS, at / Integer.BYTES * VECTOR), V.getFirst());
  }

  private void packNibbles(int at) {
    gather(weights.storedHalves() + at);
    for (int v = 0; v < 2; v++) {
      code.vpandd(PART.get(v), V.get(v), LOW_BITS);
      code.vpsrld(V.get(v), V.get(v), 4);
      code.vpandd(V.get(v), V.get(v), LOW_BITS);
    }
    int low = at / Integer.BYTES * VECTOR;
    putShorts(PART, low);
    putShorts(V, low + BlockProductCode.BLOCK_BYTES / 2);
  }

  /** Four nibbles, a byte each, to a short; those of the second vector are the odd shorts. */
  private void putShorts(List<Zmm> parts, int at) {
    for (Zmm part : parts) {
      code.vpmaddubsw(part, part, ONE_AND_SIXTEEN);
    }
    code.vpermt2b(parts.getFirst(), EVEN_BYTES, parts.getLast());
    code.vmovups(Address.of(WEIGHTS, at), parts.getFirst());
  }

  private void packScales() {
    gather(0);
    Zmm second = V.get(weights.vectors() - 1);
    if (weights.hasMinima()) {
      code.vmovups(PART.getFirst(), V.getFirst());
      code.vpermt2w(PART.getFirst(), ODD_WORDS, second);
      put(Address.of(SCALES, weights.toMinima()), PART.getFirst());
    }
    code.vpermt2w(V.getFirst(), EVEN_WORDS, second);
    put(Address.of(SCALES, 0), V.getFirst());
  }

  private void put(Address to, Zmm halves) {
    if (weights.isNibbles()) {
      code.vmovups(to, halves);
    } else {
      code.vmovupsHalf(to, halves);
    }
    code.vpandd(halves, halves, EXPONENT);
    code.vpmaxuw(GREATEST, GREATEST, halves);
  }

  private static Address job(Job field) {
    return Address.of(Call.JOB, field.ordinal() * Long.BYTES);
  }
}
