package exacta.numerics.x86;

import exacta.primitives.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes the machine code of the few x86-64 instructions that {@link BlockProductCode} and {@link
 * TileProductCode} are made of, those on vectors with 512 bits. Operands are in the order of
 * Intel's manuals, the destination first. Source of the encodings: Intel 64 and IA-32 Architectures
 * Software Developer's Manual, volume 2, sections 2.2 (REX), 2.3 (VEX), 2.7 (EVEX) and the pages of
 * the instructions.
 */
final class Assembler {
  private static final int VECTOR_BYTES = 64;

  /** One of the 32 vector registers. */
  record Zmm(int number) {
    Zmm {
      Check.that(number >= 0 && number < 32, "there are 32 vector registers");
    }
  }

  /** One of the eight tiles, matrices of up to 16 rows of 64 bytes. */
  record Tile(int number) {
    Tile {
      Check.that(number >= 0 && number < 8, "there are eight tiles");
    }
  }

  /** The opcode maps, by their numbers in EVEX. */
  private enum Map {
    OF(1),
    OF38(2);

    private final int number;

    Map(int number) {
      this.number = number;
    }
  }

  /** What says which vector instruction it is. */
  private record Opcode(Map map, boolean has66, boolean wide, int code) {}

  /** The prefixes that VEX holds, by their numbers there. */
  private enum Prefix {
    NONE(0),
    F3(2),
    F2(3);

    private final int number;

    Prefix(int number) {
      this.number = number;
    }
  }

  /** Where a backward jump goes. */
  record Label(int at) {}

  /** A forward jump that does not yet know where it goes. */
  record Jump(int end) {}

  private byte[] code = new byte[1024];
  private int size;

  /** The code so far. */
  byte[] bytes() {
    return Arrays.copyOf(code, size);
  }

  Label here() {
    return new Label(size);
  }

  // Vector instructions.

  void vmovups(Zmm to, Address from) {
    vector(new Opcode(Map.OF, false, false, 0x10), to.number, 0, from, VECTOR_BYTES, false);
  }

  void vmovups(Address to, Zmm from) {
    vector(new Opcode(Map.OF, false, false, 0x11), from.number, 0, to, VECTOR_BYTES, false);
  }

  /** Past the caches; the address is a multiple of 64. */
  void vmovntps(Address to, Zmm from) {
    vector(new Opcode(Map.OF, false, false, 0x2b), from.number, 0, to, VECTOR_BYTES, false);
  }

  /** All lanes are the four bytes at an address. */
  void vpbroadcastd(Zmm to, Address from) {
    vector(new Opcode(Map.OF38, true, false, 0x58), to.number, 0, from, Integer.BYTES, false);
  }

  /** All lanes are a register's lower half. */
  void vpbroadcastd(Zmm to, Register from) {
    vector(new Opcode(Map.OF38, true, false, 0x7c), to.number, 0, from.ordinal());
  }

  /** All lanes are a register. */
  void vpbroadcastq(Zmm to, Register from) {
    vector(new Opcode(Map.OF38, true, true, 0x7c), to.number, 0, from.ordinal());
  }

  void vpandd(Zmm to, Zmm a, Zmm b) {
    vector(new Opcode(Map.OF, true, false, 0xdb), to.number, a.number, b.number);
  }

  /** to = a - b, byte by byte. */
  void vpsubb(Zmm to, Zmm a, Zmm b) {
    vector(new Opcode(Map.OF, true, false, 0xf8), to.number, a.number, b.number);
  }

  void vpxord(Zmm to, Zmm a, Zmm b) {
    vector(new Opcode(Map.OF, true, false, 0xef), to.number, a.number, b.number);
  }

  /** Bytes from anywhere in the 64 that are at an address. Needs VBMI. */
  void vpermb(Zmm to, Zmm indices, Address from) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x8d);
    vector(opcode, to.number, indices.number, from, VECTOR_BYTES, false);
  }

  /** Each byte is eight bits of the same 64, from the bit on that the shift names. Needs VBMI. */
  void vpmultishiftqb(Zmm to, Zmm shifts, Address from) {
    Opcode opcode = new Opcode(Map.OF38, true, true, 0x83);
    vector(opcode, to.number, shifts.number, from, VECTOR_BYTES, false);
  }

  /**
   * Adds to each int the products of four bytes without a sign with four that have one, the same in
   * all lanes. Needs VNNI.
   */
  void vpdpbusd(Zmm sum, Zmm unsigned, Address signedOfAll) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x50);
    vector(opcode, sum.number, unsigned.number, signedOfAll, Integer.BYTES, true);
  }

  /** Sixteen f16 as floats. */
  void vcvtph2ps(Zmm to, Address from) {
    vector(new Opcode(Map.OF38, true, false, 0x13), to.number, 0, from, VECTOR_BYTES / 2, false);
  }

  /** Ints as floats. */
  void vcvtdq2ps(Zmm to, Zmm from) {
    vector(new Opcode(Map.OF, false, false, 0x5b), to.number, 0, from.number);
  }

  /** Ints as floats. */
  void vcvtdq2ps(Zmm to, Address from) {
    vector(new Opcode(Map.OF, false, false, 0x5b), to.number, 0, from, VECTOR_BYTES, false);
  }

  /** to = a * b, where b is one float for all lanes. */
  void vmulps(Zmm to, Zmm a, Address ofAll) {
    Opcode opcode = new Opcode(Map.OF, false, false, 0x59);
    vector(opcode, to.number, a.number, ofAll, Float.BYTES, true);
  }

  /** factor = factor * other + summand, rounded once. */
  void vfmadd213ps(Zmm factor, Zmm other, Address summand) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0xa8);
    vector(opcode, factor.number, other.number, summand, VECTOR_BYTES, false);
  }

  /** sum = a * b + sum, rounded once; b is one float for all lanes. */
  void vfmadd231ps(Zmm sum, Zmm a, Address ofAll) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0xb8);
    vector(opcode, sum.number, a.number, ofAll, Float.BYTES, true);
  }

  /** sum = a * b + sum, rounded once. */
  void vfmadd231ps(Zmm sum, Zmm a, Zmm b) {
    vector(new Opcode(Map.OF38, true, false, 0xb8), sum.number, a.number, b.number);
  }

  /** Before code without vectors of 512 bits goes on. */
  void vzeroupper() {
    emit(0xc5, 0xf8, 0x77);
  }

  // Instructions on tiles. Those with memory take its index as the bytes from row to row.

  /** Says how large tiles are, by 64 bytes at an address. */
  void ldtilecfg(Address shapes) {
    vex(Prefix.NONE, 0, shapes);
    emit(0x49);
    memory(0, shapes, 1);
  }

  void tilerelease() {
    vex(Prefix.NONE, 0);
    emit(0x49, 0xc0);
  }

  void tilezero(Tile tile) {
    vex(Prefix.F2, 0);
    emit(0x49, 0xc0 | tile.number << 3);
  }

  void tileloadd(Tile to, Address from) {
    vex(Prefix.F2, 0, from);
    emit(0x4b);
    memory(to.number, from, 1);
  }

  void tilestored(Address to, Tile from) {
    vex(Prefix.F3, 0, to);
    emit(0x4b);
    memory(from.number, to, 1);
  }

  /**
   * Adds to each int the products of four bytes of a row of a with four of a column of b, all with
   * signs. Needs AMX-INT8.
   */
  void tdpbssd(Tile sums, Tile a, Tile b) {
    vex(Prefix.F2, b.number);
    emit(0x5e, 0xc0 | sums.number << 3 | a.number);
  }

  // Other instructions, on 64 bits unless their names say something else.

  void mov(Register to, Register from) {
    rex(from.high(), 0, to.high());
    emit(0x89, 0xc0 | from.low() << 3 | to.low());
  }

  void mov(Register to, long constant) {
    rex(0, 0, to.high());
    emit(0xb8 | to.low());
    emitLittleEndian(constant, Long.BYTES);
  }

  void mov(Register to, Address from) {
    onMemory(0x8b, to.ordinal(), from);
  }

  void mov(Address to, Register from) {
    onMemory(0x89, from.ordinal(), to);
  }

  /** The smaller one of two numbers with signs, by cmp and cmovg. */
  void min(Register value, Register limit) {
    rex(limit.high(), 0, value.high());
    emit(0x39, 0xc0 | limit.low() << 3 | value.low()); // cmp
    rex(value.high(), 0, limit.high());
    emit(0x0f, 0x4f, 0xc0 | value.low() << 3 | limit.low()); // cmovg
  }

  void add(Register to, Register summand) {
    rex(summand.high(), 0, to.high());
    emit(0x01, 0xc0 | summand.low() << 3 | to.low());
  }

  void add(Register to, Address summand) {
    onMemory(0x03, to.ordinal(), summand);
  }

  void add(Register to, int constant) {
    rex(0, 0, to.high());
    emit(0x81, 0xc0 | to.low());
    emitLittleEndian(constant, Integer.BYTES);
  }

  void and(Register to, int constant) {
    rex(0, 0, to.high());
    emit(0x81, 0xe0 | to.low());
    emitLittleEndian(constant, Integer.BYTES);
  }

  void xor(Register to, int constant) {
    rex(0, 0, to.high());
    emit(0x81, 0xf0 | to.low());
    emitLittleEndian(constant, Integer.BYTES);
  }

  void lea(Register to, Address place) {
    onMemory(0x8d, to.ordinal(), place);
  }

  /** The address of something before this instruction. */
  void lea(Register to, Label back) {
    rex(to.high(), 0, 0);
    emit(0x8d, to.low() << 3 | 5);
    emitLittleEndian(back.at() - (size + Integer.BYTES), Integer.BYTES);
  }

  void dec(Register register) {
    rex(0, 0, register.high());
    emit(0xff, 0xc8 | register.low());
  }

  void dec(Address place) {
    onMemory(0xff, 1, place);
  }

  /** Bytes that are no instructions. */
  void data(byte[] bytes) {
    append(bytes, bytes.length);
  }

  /** Jumps if the last result was not zero. */
  void jnz(Label back) {
    emit(0x0f, 0x85);
    emitLittleEndian(back.at() - (size + Integer.BYTES), Integer.BYTES);
  }

  /** Jumps if the last sum was above zero. */
  void jg(Label back) {
    emit(0x0f, 0x8f);
    emitLittleEndian(back.at() - (size + Integer.BYTES), Integer.BYTES);
  }

  /** Jumps ahead if the last result was zero. */
  Jump jz() {
    emit(0x0f, 0x84);
    return ahead();
  }

  /** Jumps ahead if the last sum was above zero. */
  Jump jg() {
    emit(0x0f, 0x8f);
    return ahead();
  }

  /** Jumps ahead. */
  Jump jmp() {
    emit(0xe9);
    return ahead();
  }

  private Jump ahead() {
    emitLittleEndian(0, Integer.BYTES);
    return new Jump(size);
  }

  /** A jump goes here. */
  void land(Jump jump) {
    int from = jump.end() - Integer.BYTES;
    ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).putInt(from, size - jump.end());
  }

  void push(Register register) {
    if (register.high() > 0) {
      emit(0x41);
    }
    emit(0x50 | register.low());
  }

  void pop(Register register) {
    if (register.high() > 0) {
      emit(0x41);
    }
    emit(0x58 | register.low());
  }

  /** Asks for the 64 bytes around an address, which need not be readable. */
  void prefetcht0(Address place) {
    prefetch(1, place);
  }

  /** The same, but only to the second cache. */
  void prefetcht1(Address place) {
    prefetch(2, place);
  }

  private void prefetch(int level, Address place) {
    emit(0x40 | (place.scale() == 0 ? 0 : place.index().high()) << 1 | place.base().high());
    emit(0x0f, 0x18);
    memory(level, place, 1);
  }

  /** Others see what went past the caches before they see anything that follows. */
  void sfence() {
    emit(0x0f, 0xae, 0xf8);
  }

  /** What the processor can do, by eax and ecx; overwrites eax, ebx, ecx and edx. */
  void cpuid() {
    emit(0x0f, 0xa2);
  }

  /** Calls the system: number in rax, arguments in rdi and rsi; overwrites rcx and r11. */
  void syscall() {
    emit(0x0f, 0x05);
  }

  void ret() {
    emit(0xc3);
  }

  // Encodings.

  private void rex(int reg, int index, int base) {
    emit(0x48 | reg << 2 | index << 1 | base);
  }

  private void onMemory(int opcode, int reg, Address address) {
    rex(reg >>> 3, address.scale() == 0 ? 0 : address.index().high(), address.base().high());
    emit(opcode);
    memory(reg & 7, address, 1);
  }

  /** Registers only. */
  private void vector(Opcode opcode, int reg, int second, int rm) {
    evex(opcode, reg, second, rm >>> 4 & 1, rm >>> 3 & 1, false);
    emit(opcode.code(), 0xc0 | (reg & 7) << 3 | rm & 7);
  }

  /**
   * With one operand in memory.
   *
   * @param unit by which the instruction counts short displacements: the bytes that it reads
   */
  private void vector(
      Opcode opcode, int reg, int second, Address address, int unit, boolean broadcast) {
    int index = address.scale() == 0 ? 0 : address.index().high();
    evex(opcode, reg, second, index, address.base().high(), broadcast);
    emit(opcode.code());
    memory(reg & 7, address, unit);
  }

  private void evex(Opcode opcode, int reg, int second, int x, int b, boolean broadcast) {
    int inverted = (reg >>> 3 & 1) << 7 | x << 6 | b << 5 | (reg >>> 4 & 1) << 4;
    emit(0x62, inverted ^ 0xf0 | opcode.map().number);
    emit((opcode.wide() ? 0x80 : 0) | (second & 15 ^ 15) << 3 | 0x04 | (opcode.has66() ? 1 : 0));
    emit(0x40 | (broadcast ? 0x10 : 0) | (second >>> 4 ^ 1) << 3);
  }

  /** Before an instruction of map 0F38 with registers only. */
  private void vex(Prefix prefix, int second) {
    emit(0xc4, 0xe2, (second ^ 15) << 3 | prefix.number);
  }

  /** Before an instruction of map 0F38 with one operand in memory. */
  private void vex(Prefix prefix, int second, Address address) {
    int index = address.scale() == 0 ? 0 : address.index().high();
    emit(0xc4, 0xe2 ^ (index << 6 | address.base().high() << 5));
    emit((second ^ 15) << 3 | prefix.number);
  }

  /** The bytes that name a place in memory: ModRM, SIB and the displacement, always there. */
  private void memory(int reg, Address address, int unit) {
    int displacement = address.displacement();
    boolean isShort =
        displacement % unit == 0 && displacement / unit == (byte) (displacement / unit);
    int mod = isShort ? 0x40 : 0x80;
    if (address.scale() > 0) {
      Check.that(address.index() != Register.RSP, "rsp is no index");
      int scale = Integer.numberOfTrailingZeros(address.scale());
      emit(mod | reg << 3 | 4, scale << 6 | address.index().low() << 3 | address.base().low());
    } else if (address.base().low() == Register.RSP.ordinal()) {
      emit(mod | reg << 3 | 4, 0x24);
    } else {
      emit(mod | reg << 3 | address.base().low());
    }
    if (isShort) {
      emit(displacement / unit & 0xff);
    } else {
      emitLittleEndian(displacement, Integer.BYTES);
    }
  }

  private void emit(int... bytes) {
    for (int each : bytes) {
      append(new byte[] {(byte) each}, 1);
    }
  }

  private void emitLittleEndian(long value, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    append(bytes.putLong(value).array(), count);
  }

  private void append(byte[] bytes, int count) {
    if (size + count > code.length) {
      code = Arrays.copyOf(code, 2 * code.length + count);
    }
    System.arraycopy(bytes, 0, code, size, count);
    size += count;
  }
}
