package exacta.numerics.x86;

import exacta.numerics.x86.Assembler.Label;
import exacta.numerics.x86.Assembler.Zmm;
import exacta.numerics.x86.BlockProducts.Job;
import exacta.numerics.x86.BlockProducts.Weights;
import java.util.List;

/**
 * The machine code of {@link BlockProducts}: for one kind of weights and a number of tokens that
 * are multiplied together. Lanes are rows of weights. The sum of a block's 32 products of integers
 * is exact, so it may be computed in any order; what follows is, in floats, what the specification
 * says and in its order (arithmetic.md#dot).
 *
 * <pre>
 * for each group of rows of weights, and each tile of tokens:
 *   floats = 0                                                 on the stack: (tokens, vectors)
 *   for each block of 32 columns:
 *     sums = what the weights' offset makes too much           in registers: (tokens, vectors)
 *     for each four columns:
 *       w = the weights of all rows, a byte each               one vector or two
 *       sums += w * the token's four                           for each token
 *     floats = (scale * the token's scale) * sums + floats     for each token
 *     floats = minimum * the token's sum + floats              where there are minima
 *   out = floats
 * </pre>
 */
final class BlockProductCode {
  static final int VECTOR = 64;

  /** Sums of so many with two vectors of rows fill half of the registers. */
  static final int TOKENS_MAX = 8;

  /** Columns whose products are added to a lane by one instruction. */
  static final int FOUR = 4;

  static final int BLOCK = 32;

  /** Of the weights of a block: 16 rows of bytes, or 32 of nibbles. */
  static final int BLOCK_BYTES = BLOCK / FOUR * VECTOR;

  /** Of 16 scales in f16. */
  static final int SCALES_BYTES = VECTOR / 2;

  /** How far ahead of their use weights are asked for, in bytes. */
  static final int AHEAD = 16384;

  /** What is kept on the stack; addresses unless they say something else. */
  private enum Kept {
    /** Of the group. */
    OUT,
    TILES_LEFT,
    GROUPS_LEFT
  }

  // Where things are. The callee's own registers are saved first.
  static final Register WEIGHTS = Register.RDI;
  static final Register SCALES = Register.RSI;
  static final Register ROWS = Register.RDX;
  static final Register OUT = Register.RCX;
  static final Register JOB = Call.JOB;
  private static final Register WEIGHT = Register.RAX;
  private static final Register SCALE = Register.R12;

  /** A block's records, of all tokens of the tile; behind the last block's are the next tile's. */
  static final Register ROW = Register.R13;

  private static final Register COUNTER = Register.R14;

  private static final List<Register> SAVED =
      List.of(Register.RBX, Register.R12, Register.R13, Register.R14);

  // Sums are in the first 16 vectors.
  private static final List<Zmm> W = List.of(new Zmm(16), new Zmm(17));
  private static final List<Zmm> SELECTORS = List.of(new Zmm(18), new Zmm(19));
  private static final Zmm LOW_BITS = new Zmm(20);
  private static final Zmm EIGHT = new Zmm(21);
  private static final List<Zmm> D = List.of(new Zmm(22), new Zmm(23));
  private static final List<Zmm> M = List.of(new Zmm(24), new Zmm(25));
  private static final Zmm SIGNS = LOW_BITS;

  /** Which bits of 64 are the nibbles of the even shorts, and of the odd ones. */
  static final List<Long> NIBBLES = List.of(0x2c2824200c080400L, 0x3c3834301c181410L);

  private final Assembler code;
  private final Weights weights;
  private final int tokens;

  /** What turns (4 columns, 16 rows) to (16 rows, 4 columns). */
  private final Label transposition;

  private BlockProductCode(Assembler code, Weights weights, int tokens, Label transposition) {
    this.code = code;
    this.weights = weights;
    this.tokens = tokens;
    this.transposition = transposition;
  }

  /** Writes what the functions share; returns where it is. */
  static Label writeTransposition(Assembler code) {
    return code.vector(i -> i % FOUR * (VECTOR / FOUR) + i / FOUR);
  }

  /** Writes a function and returns where it is. */
  static Label write(Assembler code, Weights weights, int tokens, Label transposition) {
    return new BlockProductCode(code, weights, tokens, transposition).write();
  }

  private Label write() {
    Label start = code.here();
    enter();
    constants();
    Label group = code.here();
    beginGroup();
    Label tile = code.here();
    beginTile();
    Label block = code.here();
    beginSums();
    for (int column = 0; column < BLOCK; column += FOUR) {
      addFour(column);
    }
    scales();
    forSums(this::addBlock);
    nextBlock(block);
    endTile(tile);
    endGroup(group);
    restore(code);
    return start;
  }

  /** What is written for each sum: of a token, with a vector of rows. */
  @FunctionalInterface
  private interface Writer {
    void write(int token, int v);
  }

  private void forSums(Writer writer) {
    for (int token = 0; token < tokens; token++) {
      for (int v = 0; v < weights.vectors(); v++) {
        writer.write(token, v);
      }
    }
  }

  private void enter() {
    save(code);
    code.and(Register.RSP, -VECTOR);
    code.add(Register.RSP, -(tokens * weights.vectors() + 1) * VECTOR);
    code.add(WEIGHTS, job(Job.WEIGHTS));
    code.add(SCALES, job(Job.SCALES));
    code.add(ROWS, job(Job.ROWS));
    code.add(OUT, job(Job.OUT));
    code.mov(kept(Kept.OUT), OUT);
    code.mov(COUNTER, job(Job.GROUPS));
    code.mov(kept(Kept.GROUPS_LEFT), COUNTER);
  }

  private void constants() {
    if (weights.isNibbles()) {
      for (int v = 0; v < 2; v++) {
        code.mov(WEIGHT, NIBBLES.get(v));
        code.vpbroadcastq(SELECTORS.get(v), WEIGHT);
      }
      code.vpbroadcastd(LOW_BITS, 0x0f0f0f0f, WEIGHT);
      code.vpbroadcastd(EIGHT, Float.floatToRawIntBits(8), WEIGHT);
    } else {
      code.vmovups(SELECTORS.getFirst(), transposition, WEIGHT);
      code.vpbroadcastd(SIGNS, 0x80808080, WEIGHT);
    }
  }

  private void beginGroup() {
    code.mov(ROW, ROWS);
    code.mov(OUT, kept(Kept.OUT));
    code.mov(COUNTER, job(Job.TILES));
    code.mov(kept(Kept.TILES_LEFT), COUNTER);
  }

  private void beginTile() {
    Zmm zero = W.getFirst();
    code.vpxord(zero, zero, zero);
    forSums((token, v) -> code.vmovups(floats(token, v), zero));
    code.mov(WEIGHT, WEIGHTS);
    code.mov(SCALE, SCALES);
    code.mov(COUNTER, job(Job.BLOCKS));
  }

  private void beginSums() {
    forSums((token, v) -> code.vpbroadcastd(sum(token, v), row(token).plus(weights.start())));
  }

  private void addFour(int column) {
    unpack(column / FOUR);
    forSums((token, v) -> code.vpdpbusd(sum(token, v), W.get(v), row(token).plus(column)));
  }

  /** Four columns as bytes without a sign. */
  private void unpack(int quarter) {
    Address from = Address.of(WEIGHT, quarter * VECTOR);
    code.prefetcht0(from.plus(AHEAD));
    if (weights.isNibbles()) {
      for (int v = 0; v < 2; v++) {
        code.vpmultishiftqb(W.get(v), SELECTORS.get(v), from);
      }
      for (int v = 0; v < 2; v++) {
        code.vpandd(W.get(v), W.get(v), LOW_BITS);
      }
    } else {
      Zmm w = W.getFirst();
      code.vpermb(w, SELECTORS.getFirst(), from);
      code.vpxord(w, w, SIGNS); // adds 128
    }
  }

  private void scales() {
    askForScales();
    for (int v = 0; v < weights.vectors(); v++) {
      code.vcvtph2ps(D.get(v), Address.of(SCALE, v * SCALES_BYTES));
      if (weights.hasMinima()) {
        code.vcvtph2ps(M.get(v), Address.of(SCALE, weights.toMinima() + v * SCALES_BYTES));
        code.vfmadd231ps(M.get(v), EIGHT, D.get(v));
      }
    }
  }

  /** As far ahead as weights: nibbles and scales lie among one another, bytes and theirs apart. */
  private void askForScales() {
    int ahead = weights.isNibbles() ? AHEAD : AHEAD / BLOCK_BYTES * weights.scalesStep();
    code.prefetcht0(Address.of(SCALE, ahead));
    if (weights.hasMinima()) {
      code.prefetcht0(Address.of(SCALE, ahead + weights.toMinima()));
    }
  }

  private void addBlock(int token, int v) {
    Zmm sum = sum(token, v);
    Zmm product = new Zmm(26 + (token * weights.vectors() + v) % 6);
    code.vcvtdq2ps(sum, sum);
    code.vmulps(product, D.get(v), row(token).plus(ByteRow.SCALE));
    code.vfmadd213ps(product, sum, floats(token, v));
    if (weights.hasMinima()) {
      code.vfmadd231ps(product, M.get(v), row(token).plus(ByteRow.SUM));
    }
    code.vmovups(floats(token, v), product);
  }

  private void nextBlock(Label block) {
    code.add(WEIGHT, weights.weightsStep());
    code.add(SCALE, weights.scalesStep());
    code.add(ROW, tokens * ByteRow.BYTES);
    code.dec(COUNTER);
    code.jnz(block);
  }

  private void endTile(Label tile) {
    for (int token = 0; token < tokens; token++) {
      for (int v = 0; v < weights.vectors(); v++) {
        code.vmovups(W.getFirst(), floats(token, v));
        code.vmovups(Address.of(OUT, v * VECTOR), W.getFirst());
      }
      code.add(OUT, job(Job.OUT_STRIDE));
    }
    code.dec(kept(Kept.TILES_LEFT));
    code.jnz(tile);
  }

  private void endGroup(Label group) {
    code.add(WEIGHTS, job(Job.WEIGHTS_STRIDE));
    code.add(SCALES, job(Job.SCALES_STRIDE));
    code.mov(OUT, kept(Kept.OUT));
    code.add(OUT, weights.vectors() * VECTOR);
    code.mov(kept(Kept.OUT), OUT);
    code.dec(kept(Kept.GROUPS_LEFT));
    code.jnz(group);
  }

  /** What a function begins with; its stack may then grow as it likes. */
  static void save(Assembler code) {
    code.push(Register.RBP);
    code.mov(Register.RBP, Register.RSP);
    SAVED.forEach(code::push);
  }

  /** What a function ends with, after {@link #save}. */
  static void restore(Assembler code) {
    code.lea(Register.RSP, Address.of(Register.RBP, -SAVED.size() * Long.BYTES));
    SAVED.reversed().forEach(code::pop);
    code.pop(Register.RBP);
    code.vzeroupper();
    code.ret();
  }

  static Address job(Job field) {
    return Address.of(JOB, field.ordinal() * Long.BYTES);
  }

  /** Behind the floats on the stack. */
  private Address kept(Kept place) {
    int floats = tokens * weights.vectors() * VECTOR;
    return Address.of(Register.RSP, floats + place.ordinal() * Long.BYTES);
  }

  private Zmm sum(int token, int v) {
    return new Zmm(token * weights.vectors() + v);
  }

  private Address floats(int token, int v) {
    return Address.of(Register.RSP, (token * weights.vectors() + v) * VECTOR);
  }

  /** Where a token's record of the block is. */
  static Address row(int token) {
    return Address.of(ROW, token * ByteRow.BYTES);
  }
}
