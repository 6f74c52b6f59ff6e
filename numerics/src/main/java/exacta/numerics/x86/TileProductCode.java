package exacta.numerics.x86;

import static exacta.numerics.x86.BlockProductCode.BLOCK;
import static exacta.numerics.x86.BlockProductCode.BLOCK_BYTES;
import static exacta.numerics.x86.BlockProductCode.FOUR;
import static exacta.numerics.x86.BlockProductCode.JOB;
import static exacta.numerics.x86.BlockProductCode.NIBBLES;
import static exacta.numerics.x86.BlockProductCode.OUT;
import static exacta.numerics.x86.BlockProductCode.ROW;
import static exacta.numerics.x86.BlockProductCode.ROWS;
import static exacta.numerics.x86.BlockProductCode.SCALES;
import static exacta.numerics.x86.BlockProductCode.SCALES_BYTES;
import static exacta.numerics.x86.BlockProductCode.VECTOR;
import static exacta.numerics.x86.BlockProductCode.WEIGHTS;
import static exacta.numerics.x86.BlockProductCode.job;
import static exacta.numerics.x86.BlockProductCode.restore;
import static exacta.numerics.x86.BlockProductCode.row;
import static exacta.numerics.x86.BlockProductCode.save;

import exacta.numerics.x86.Assembler.Jump;
import exacta.numerics.x86.Assembler.Label;
import exacta.numerics.x86.Assembler.Tile;
import exacta.numerics.x86.Assembler.Zmm;
import exacta.numerics.x86.BlockProducts.Job;
import exacta.numerics.x86.BlockProducts.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;

/**
 * The machine code of {@link BlockProducts} for many tokens, on processors with a matrix unit
 * (AMX). Its sums of a block's products are the same integers as {@link BlockProductCode}'s, and
 * what follows in floats is the same. The unit hands its sums over through memory, a block ahead of
 * their use, and what it is told for a block stands among the floats of the one before, also of the
 * tile before: its loads and stores delay these less then.
 *
 * <pre>
 * for each group of rows of weights, and each vector of 16 of them:
 *   for some blocks of 32 columns, and so on to the last:
 *     weights = theirs as signed bytes, with scales and minima   on the stack
 *     for each tile of tokens:
 *       floats = 0, or else out                                  in registers: (tokens)
 *       for each of the blocks:
 *         sums = the tokens' integers * the weights              by the unit: (tokens, rows)
 *         floats = (scale * the token's scale) * sums + floats   for each token
 *         floats = minimum * the token's sum + floats            where there are minima
 *       out = floats
 * </pre>
 *
 * <p>While the unit has work, the processor multiplies floats at half its speed, so there is time
 * to ask memory for the next group's weights, at most a line with each block. Many products, as of
 * logits, are written past the caches, which would first read what is overwritten.
 */
final class TileProductCode {
  /** Fewer tokens leave too much of the unit empty. */
  static final int TOKENS_MIN = 9;

  static final int TOKENS_MAX = 16;

  /** Blocks whose weights are unpacked together: small enough for the nearest cache. */
  private static final int CHUNK = 24;

  // A block on the stack.
  private static final int SCALE_AT = BLOCK_BYTES;
  private static final int MINIMUM_AT = SCALE_AT + VECTOR;
  private static final int UNPACKED_BYTES = MINIMUM_AT + VECTOR;

  // The stack: sums of two blocks by turns, a chunk, and longs.
  private static final int SUMS_BYTES = TOKENS_MAX * VECTOR;
  private static final int CHUNK_AT = 2 * SUMS_BYTES;
  private static final int LONGS_AT = CHUNK_AT + CHUNK * UNPACKED_BYTES;
  private static final int STACK_BYTES = LONGS_AT + Kept.values().length * Long.BYTES;

  /** What is kept on the stack; addresses unless they say something else. */
  private enum Kept {
    /** Of the group, as the two that follow. */
    WEIGHTS,
    SCALES,
    OUT,
    ROWS,
    /** As {@link Job#WEIGHTS_STRIDE}. */
    WEIGHTS_STRIDE,
    /** As {@link Job#SCALES_STRIDE}. */
    SCALES_STRIDE,
    GROUPS_LEFT,
    /** As {@link Job#OUT_STRIDE}. */
    OUT_STRIDE,
    /** As {@link Job#TILES}. */
    TILES,
    /** As {@link Job#ASKED}. */
    ASKED,
    /** As {@link Job#TILE_STRIDE}. */
    TILE_STRIDE,
    /** As {@link Job#STREAM}, but 0 where products do not begin in a line of a cache. */
    STREAM,
    /** As {@link Job#BLOCKS}. */
    BLOCKS,
    /** Of the first tile, and of the chunk's first block. */
    CHUNK_ROWS,
    /** Blocks from the chunk on. */
    BLOCKS_LEFT,
    /** Blocks before the chunk. */
    BLOCKS_DONE,
    /** Blocks of the chunk. */
    COUNT,
    TILES_LEFT
  }

  // Where else things are. In the innermost loop nothing but these is used.
  private static final Register UNPACKED = Register.RAX;
  private static final Register SUMS = Register.R12;
  private static final Register COUNTER = Register.R14;

  /** Of the next group's weights, what memory is asked for next; once the rows are kept. */
  private static final Register NEXT = ROWS;

  /** 64 once the job is read: from row to row of sums and of weights. */
  private static final Register ROW_BYTES = JOB;

  /** From token to token. */
  private static final Register TOKEN_BYTES = Register.R11;

  /** The tile's, of the chunk's first block. */
  private static final Register TILE_ROWS = Register.RBX;

  // Outside of that loop.
  private static final Register AHEAD = Register.R10;
  private static final Register SCRATCH = ROW;

  private static final Tile TILE_SUMS = new Tile(0);
  private static final Tile TILE_TOKENS = new Tile(1);
  private static final Tile TILE_WEIGHTS = new Tile(2);

  // Floats are in the first 16 vectors.
  private static final Zmm D = new Zmm(16);
  private static final Zmm M = new Zmm(17);
  private static final Zmm W = new Zmm(18);
  private static final Zmm SELECTOR = new Zmm(28);
  private static final Zmm LOW_BITS = new Zmm(29);
  private static final Zmm EIGHTS = new Zmm(30);
  private static final Zmm EIGHT = new Zmm(31);

  private final Assembler code;
  private final Weights weights;
  private final int tokens;
  private final Label transposition;

  private TileProductCode(Assembler code, Weights weights, int tokens, Label transposition) {
    this.code = code;
    this.weights = weights;
    this.tokens = tokens;
    this.transposition = transposition;
  }

  /** Writes a function and returns where it is. */
  static Label write(Assembler code, Weights weights, int tokens, Label transposition) {
    return new TileProductCode(code, weights, tokens, transposition).write();
  }

  private Label write() {
    Label shapes = code.here();
    code.data(shapes());
    Label start = code.here();
    enter(shapes);
    Label group = code.here();
    code.mov(NEXT, kept(Kept.WEIGHTS));
    code.add(NEXT, kept(Kept.WEIGHTS_STRIDE));
    for (int v = 0; v < weights.vectors(); v++) {
      multiplyVector(v);
    }
    addTo(Kept.WEIGHTS, kept(Kept.WEIGHTS_STRIDE));
    addTo(Kept.SCALES, kept(Kept.SCALES_STRIDE));
    addTo(Kept.OUT, weights.vectors() * VECTOR);
    code.dec(kept(Kept.GROUPS_LEFT));
    code.jnz(group);
    leave();
    return start;
  }

  /** The rows and the bytes of a row of each tile, as LDTILECFG reads them. */
  private byte[] shapes() {
    ByteBuffer shapes = ByteBuffer.allocate(VECTOR).order(ByteOrder.LITTLE_ENDIAN);
    shapes.put(0, (byte) 1); // the palette with eight tiles
    setShape(shapes, TILE_SUMS, tokens, VECTOR);
    setShape(shapes, TILE_TOKENS, tokens, BLOCK);
    setShape(shapes, TILE_WEIGHTS, BLOCK / FOUR, VECTOR);
    return shapes.array();
  }

  private static void setShape(ByteBuffer shapes, Tile tile, int rows, int bytes) {
    shapes.putShort(16 + tile.number() * Short.BYTES, (short) bytes);
    shapes.put(48 + tile.number(), (byte) rows);
  }

  private void enter(Label shapes) {
    save(code);
    code.add(Register.RSP, -STACK_BYTES);
    code.and(Register.RSP, -CHUNK_AT); // so that one bit tells the two places of sums apart
    code.lea(UNPACKED, shapes);
    code.ldtilecfg(Address.of(UNPACKED, 0));
    keepSum(Kept.WEIGHTS, WEIGHTS, Job.WEIGHTS);
    keepSum(Kept.SCALES, SCALES, Job.SCALES);
    keepSum(Kept.ROWS, ROWS, Job.ROWS);
    keepSum(Kept.OUT, OUT, Job.OUT);
    keep(Kept.WEIGHTS_STRIDE, Job.WEIGHTS_STRIDE);
    keep(Kept.SCALES_STRIDE, Job.SCALES_STRIDE);
    keep(Kept.GROUPS_LEFT, Job.GROUPS);
    keep(Kept.OUT_STRIDE, Job.OUT_STRIDE);
    keep(Kept.TILES, Job.TILES);
    keep(Kept.BLOCKS, Job.BLOCKS);
    keep(Kept.TILE_STRIDE, Job.TILE_STRIDE);
    keep(Kept.ASKED, Job.ASKED);
    keep(Kept.STREAM, Job.STREAM);
    code.mov(SCRATCH, OUT);
    code.and(SCRATCH, VECTOR - 1);
    Jump inLine = code.jz();
    code.mov(SCRATCH, 0);
    code.mov(kept(Kept.STREAM), SCRATCH);
    code.land(inLine);
    code.mov(AHEAD, job(Job.AHEAD));
    code.mov(ROW_BYTES, VECTOR);
    code.mov(TOKEN_BYTES, ByteRow.BYTES);
  }

  private void keepSum(Kept place, Register array, Job offset) {
    code.add(array, job(offset));
    code.mov(kept(place), array);
  }

  private void keep(Kept place, Job field) {
    code.mov(SCRATCH, job(field));
    code.mov(kept(place), SCRATCH);
  }

  private void addTo(Kept place, Address summand) {
    code.mov(SCRATCH, kept(place));
    code.add(SCRATCH, summand);
    code.mov(kept(place), SCRATCH);
  }

  /** The flags are the sum's. */
  private void addTo(Kept place, int summand) {
    code.mov(SCRATCH, kept(place));
    code.add(SCRATCH, summand);
    code.mov(kept(place), SCRATCH);
  }

  private void multiplyVector(int v) {
    constants(v);
    code.mov(WEIGHTS, kept(Kept.WEIGHTS));
    code.mov(SCALES, kept(Kept.SCALES));
    code.add(SCALES, v * SCALES_BYTES);
    code.mov(SCRATCH, kept(Kept.ROWS));
    code.mov(kept(Kept.CHUNK_ROWS), SCRATCH);
    code.mov(COUNTER, kept(Kept.BLOCKS));
    code.mov(kept(Kept.BLOCKS_LEFT), COUNTER);
    code.mov(SCRATCH, 0);
    code.mov(kept(Kept.BLOCKS_DONE), SCRATCH);
    Label chunk = code.here();
    unpackChunk(v);
    multiplyChunk(v);
    addTo(Kept.CHUNK_ROWS, CHUNK * tokens * ByteRow.BYTES);
    addTo(Kept.BLOCKS_DONE, CHUNK);
    addTo(Kept.BLOCKS_LEFT, -CHUNK);
    code.jg(chunk);
  }

  private void constants(int v) {
    if (weights.isNibbles()) {
      code.mov(SCRATCH, NIBBLES.get(v));
      code.vpbroadcastq(SELECTOR, SCRATCH);
      code.vpbroadcastd(LOW_BITS, 0x0f0f0f0f, SCRATCH);
      code.vpbroadcastd(EIGHTS, 0x08080808, SCRATCH);
      code.vpbroadcastd(EIGHT, Float.floatToRawIntBits(8), SCRATCH);
    } else {
      code.vmovups(SELECTOR, transposition, SCRATCH);
    }
  }

  private void unpackChunk(int v) {
    code.mov(COUNTER, kept(Kept.BLOCKS_LEFT));
    code.mov(SCRATCH, CHUNK);
    code.min(COUNTER, SCRATCH);
    code.mov(kept(Kept.COUNT), COUNTER);
    code.lea(UNPACKED, Address.of(Register.RSP, CHUNK_AT));
    Label block = code.here();
    for (int at = 0; at < BLOCK_BYTES; at += VECTOR) {
      code.prefetcht0(new Address(WEIGHTS, AHEAD, 1, at));
      unpack(Address.of(WEIGHTS, at));
      code.vmovups(Address.of(UNPACKED, at), W);
    }
    for (int at = BLOCK_BYTES; at < weights.weightsStep(); at += VECTOR) {
      code.prefetcht0(new Address(WEIGHTS, AHEAD, 1, at)); // with nibbles, for scales among them
    }
    code.vcvtph2ps(D, Address.of(SCALES, 0));
    code.vmovups(Address.of(UNPACKED, SCALE_AT), D);
    if (weights.hasMinima()) {
      code.vcvtph2ps(M, Address.of(SCALES, weights.toMinima()));
      code.vfmadd231ps(M, EIGHT, D);
      code.vmovups(Address.of(UNPACKED, MINIMUM_AT), M);
    }
    code.add(WEIGHTS, weights.weightsStep());
    code.add(SCALES, weights.scalesStep());
    code.add(UNPACKED, UNPACKED_BYTES);
    code.dec(COUNTER);
    code.jnz(block);
  }

  /** Four columns as signed bytes. */
  private void unpack(Address from) {
    if (weights.isNibbles()) {
      code.vpmultishiftqb(W, SELECTOR, from);
      code.vpandd(W, W, LOW_BITS);
      code.vpsubb(W, W, EIGHTS);
    } else {
      code.vpermb(W, SELECTOR, from);
    }
  }

  private void multiplyChunk(int v) {
    Address nextTokens = new Address(ROW, TOKEN_BYTES, 1, tokens * ByteRow.BYTES);
    Address nextWeights = new Address(UNPACKED, ROW_BYTES, 1, UNPACKED_BYTES);
    Address firstTokens = new Address(TILE_ROWS, TOKEN_BYTES, 1, 0);
    Address firstWeights = new Address(Register.RSP, ROW_BYTES, 1, CHUNK_AT);
    code.mov(SCRATCH, kept(Kept.TILES));
    code.mov(kept(Kept.TILES_LEFT), SCRATCH);
    code.mov(TILE_ROWS, kept(Kept.CHUNK_ROWS));
    code.mov(OUT, kept(Kept.OUT));
    code.mov(SUMS, Register.RSP);
    for (Order order : Order.values()) {
      give(order, firstTokens, firstWeights);
    }
    code.xor(SUMS, SUMS_BYTES);
    Label tile = code.here();
    beginTile(v);
    code.dec(COUNTER);
    Jump last = code.jz();
    Label block = code.here();
    addBlock(nextTokens, nextWeights);
    code.add(UNPACKED, UNPACKED_BYTES);
    code.add(ROW, tokens * ByteRow.BYTES);
    code.dec(COUNTER);
    code.jnz(block);
    code.land(last);
    // Then comes the next tile's first block; behind the last tile its own, which is of no use.
    code.dec(kept(Kept.TILES_LEFT));
    Jump end = code.jz();
    code.add(TILE_ROWS, kept(Kept.TILE_STRIDE));
    code.land(end);
    addBlock(firstTokens, firstWeights);
    endTile(v);
    code.mov(SCRATCH, kept(Kept.TILES_LEFT));
    code.add(SCRATCH, 0); // for its flags
    code.jnz(tile);
  }

  private void beginTile(int v) {
    for (int token = 0; token < tokens; token++) {
      Zmm floats = new Zmm(token);
      code.vpxord(floats, floats, floats);
    }
    code.mov(SCRATCH, kept(Kept.BLOCKS_DONE));
    code.add(SCRATCH, 0); // for its flags
    Jump first = code.jz();
    code.mov(SCRATCH, OUT);
    for (int token = 0; token < tokens; token++) {
      code.vmovups(new Zmm(token), Address.of(SCRATCH, v * VECTOR));
      code.add(SCRATCH, kept(Kept.OUT_STRIDE));
    }
    code.land(first);
    code.mov(ROW, TILE_ROWS);
    code.lea(UNPACKED, Address.of(Register.RSP, CHUNK_AT));
    code.mov(COUNTER, kept(Kept.COUNT));
  }

  /** What the unit is told for a block's sums. */
  private enum Order {
    TOKENS,
    WEIGHTS,
    MULTIPLY,
    STORE
  }

  /**
   * For a block whose sums go where those of the block now are not.
   *
   * @param rows of its tokens
   * @param unpacked its weights
   */
  private void give(Order order, Address rows, Address unpacked) {
    switch (order) {
      case TOKENS -> {
        code.tilezero(TILE_SUMS);
        code.tileloadd(TILE_TOKENS, rows);
      }
      case WEIGHTS -> code.tileloadd(TILE_WEIGHTS, unpacked);
      case MULTIPLY -> code.tdpbssd(TILE_SUMS, TILE_TOKENS, TILE_WEIGHTS);
      case STORE -> {
        code.xor(SUMS, SUMS_BYTES);
        code.tilestored(new Address(SUMS, ROW_BYTES, 1, 0), TILE_SUMS);
        code.xor(SUMS, SUMS_BYTES);
      }
    }
  }

  /** Before which token's floats an order for the next block is given; measured. */
  private int turn(Order order) {
    return switch (order) {
      case TOKENS -> 0;
      case WEIGHTS -> 1;
      case MULTIPLY -> 2;
      case STORE -> tokens - 4;
    };
  }

  /**
   * Adds a block's products, gives the orders for the one after it, and asks memory for a line of
   * the next group's weights.
   *
   * @param rows as of {@link #give}, of the block after it
   */
  private void addBlock(Address rows, Address unpacked) {
    code.prefetcht1(Address.of(NEXT, 0));
    code.add(NEXT, kept(Kept.ASKED));
    code.vmovups(D, Address.of(UNPACKED, SCALE_AT));
    if (weights.hasMinima()) {
      code.vmovups(M, Address.of(UNPACKED, MINIMUM_AT));
    }
    for (int token = 0; token < tokens; token++) {
      for (Order order : Order.values()) {
        if (turn(order) == token) {
          give(order, rows, unpacked);
        }
      }
      add(token);
    }
    code.xor(SUMS, SUMS_BYTES);
  }

  private void add(int token) {
    Zmm floats = new Zmm(token);
    Zmm product = new Zmm(18 + token % 5);
    Zmm sum = new Zmm(23 + token % 5);
    code.vmulps(product, D, row(token).plus(ByteRow.SCALE));
    code.vcvtdq2ps(sum, Address.of(SUMS, token * VECTOR));
    code.vfmadd231ps(floats, product, sum);
    if (weights.hasMinima()) {
      code.vfmadd231ps(floats, M, row(token).plus(ByteRow.SUM));
    }
  }

  /** Only what is through goes past the caches. */
  private void endTile(int v) {
    code.mov(SCRATCH, kept(Kept.BLOCKS_LEFT));
    code.add(SCRATCH, -CHUNK);
    Jump unfinished = code.jg();
    code.mov(SCRATCH, kept(Kept.STREAM));
    code.add(SCRATCH, 0); // for its flags
    Jump few = code.jz();
    forEachToken(token -> code.vmovntps(Address.of(OUT, v * VECTOR), new Zmm(token)));
    Jump end = code.jmp();
    code.land(unfinished);
    code.land(few);
    forEachToken(token -> code.vmovups(Address.of(OUT, v * VECTOR), new Zmm(token)));
    code.land(end);
  }

  private void forEachToken(IntConsumer store) {
    for (int token = 0; token < tokens; token++) {
      store.accept(token);
      code.add(OUT, kept(Kept.OUT_STRIDE));
    }
  }

  private void leave() {
    code.sfence();
    code.tilerelease();
    restore(code);
  }

  private static Address kept(Kept place) {
    return Address.of(Register.RSP, LONGS_AT + place.ordinal() * Long.BYTES);
  }
}
