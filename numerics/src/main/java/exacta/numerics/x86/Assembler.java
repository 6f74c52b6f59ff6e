package exacta.numerics.x86;

import exacta.numerics.x86.Encoder.Form;
import exacta.numerics.x86.Encoder.Map;
import exacta.numerics.x86.Encoder.Opcode;
import exacta.numerics.x86.Encoder.Prefix;
import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.function.IntUnaryOperator;

/**
 * Writes the few x86-64 instructions that {@link BlockProductCode}, {@link TileProductCode} and
 * {@link PackingCode} are made of, those on vectors with 512 bits. Operands are in the order of
 * Intel's manuals, the destination first. Source: Intel 64 and IA-32 Architectures Software
 * Developer's Manual, volume 2, the pages of the instructions; {@link Encoder} has the rest.
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

  /** A place in the code; backward jumps go to one. */
  record Label(int at) {
    /** The place in the memory that the code was copied to. */
    MemorySegment in(MemorySegment memory) {
      return memory.asSlice(at);
    }
  }

  /** A forward jump that does not yet know where it goes. */
  record Jump(int end) {}

  private final Encoder out = new Encoder();

  /** The code so far. */
  byte[] bytes() {
    return out.bytes();
  }

  Label here() {
    return new Label(out.size());
  }

  // Vector instructions.

  void vmovups(Zmm to, Address from) {
    out.vector(
        new Opcode(Map.OF, false, false, 0x10), to.number, 0, from, VECTOR_BYTES, Form.WHOLE);
  }

  void vmovups(Address to, Zmm from) {
    out.vector(
        new Opcode(Map.OF, false, false, 0x11), from.number, 0, to, VECTOR_BYTES, Form.WHOLE);
  }

  /** A vector that was written before this instruction; a register holds its address. */
  void vmovups(Zmm to, Label back, Register address) {
    lea(address, back);
    vmovups(to, Address.of(address, 0));
  }

  void vmovups(Zmm to, Zmm from) {
    out.vector(new Opcode(Map.OF, false, false, 0x10), to.number, 0, from.number);
  }

  /** The lower half. */
  void vmovupsHalf(Address to, Zmm from) {
    Opcode opcode = new Opcode(Map.OF, false, false, 0x11);
    out.vector(opcode, from.number, 0, to, VECTOR_BYTES / 2, Form.HALF);
  }

  /** Four bytes for each lane, from a place in bytes behind the base. Overwrites mask k1. */
  void vpgatherdd(Zmm to, Register base, Zmm offsets, int displacement) {
    out.emit(0xc5, 0xf4, 0x46, 0xc9); // kxnorw k1, k1, k1: all lanes
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x90);
    out.gather(opcode, to.number, base, offsets.number, displacement);
  }

  /** Past the caches; the address is a multiple of 64. */
  void vmovntps(Address to, Zmm from) {
    out.vector(
        new Opcode(Map.OF, false, false, 0x2b), from.number, 0, to, VECTOR_BYTES, Form.WHOLE);
  }

  /** All lanes are the four bytes at an address. */
  void vpbroadcastd(Zmm to, Address from) {
    out.vector(
        new Opcode(Map.OF38, true, false, 0x58), to.number, 0, from, Integer.BYTES, Form.WHOLE);
  }

  /** All lanes are a register's lower half. */
  void vpbroadcastd(Zmm to, Register from) {
    out.vector(new Opcode(Map.OF38, true, false, 0x7c), to.number, 0, from.ordinal());
  }

  /** All lanes are a number, which comes by way of a register. */
  void vpbroadcastd(Zmm to, int number, Register way) {
    mov(way, number);
    vpbroadcastd(to, way);
  }

  /** All lanes are a register. */
  void vpbroadcastq(Zmm to, Register from) {
    out.vector(new Opcode(Map.OF38, true, true, 0x7c), to.number, 0, from.ordinal());
  }

  void vpandd(Zmm to, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF, true, false, 0xdb), to.number, a.number, b.number);
  }

  /** to = a - b, byte by byte. */
  void vpsubb(Zmm to, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF, true, false, 0xf8), to.number, a.number, b.number);
  }

  void vpxord(Zmm to, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF, true, false, 0xef), to.number, a.number, b.number);
  }

  /** Each int without its lowest bits, whose places the others take. */
  void vpsrld(Zmm to, Zmm from, int count) {
    out.vector(new Opcode(Map.OF, true, false, 0x72), 2, to.number, from.number);
    out.emit(count);
  }

  /** The greater of two words without a sign. */
  void vpmaxuw(Zmm to, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF38, true, false, 0x3e), to.number, a.number, b.number);
  }

  /** Each word is the sum of two products of bytes; those of a have no sign. */
  void vpmaddubsw(Zmm to, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF38, true, false, 0x04), to.number, a.number, b.number);
  }

  /** Bytes from anywhere in the 128 of first and second, to first. Needs VBMI. */
  void vpermt2b(Zmm first, Zmm indices, Zmm second) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x7d);
    out.vector(opcode, first.number, indices.number, second.number);
  }

  /** Words from anywhere in the 64 of first and second, to first. */
  void vpermt2w(Zmm first, Zmm indices, Zmm second) {
    Opcode opcode = new Opcode(Map.OF38, true, true, 0x7d);
    out.vector(opcode, first.number, indices.number, second.number);
  }

  /** Bytes from anywhere in the 64. Needs VBMI. */
  void vpermb(Zmm to, Zmm indices, Zmm from) {
    out.vector(new Opcode(Map.OF38, true, false, 0x8d), to.number, indices.number, from.number);
  }

  /** Bytes from anywhere in the 64 that are at an address. Needs VBMI. */
  void vpermb(Zmm to, Zmm indices, Address from) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x8d);
    out.vector(opcode, to.number, indices.number, from, VECTOR_BYTES, Form.WHOLE);
  }

  /** Each byte is eight bits of the same 64, from the bit on that the shift names. Needs VBMI. */
  void vpmultishiftqb(Zmm to, Zmm shifts, Address from) {
    Opcode opcode = new Opcode(Map.OF38, true, true, 0x83);
    out.vector(opcode, to.number, shifts.number, from, VECTOR_BYTES, Form.WHOLE);
  }

  /**
   * Adds to each int the products of four bytes without a sign with four that have one, the same in
   * all lanes. Needs VNNI.
   */
  void vpdpbusd(Zmm sum, Zmm unsigned, Address signedOfAll) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0x50);
    out.vector(opcode, sum.number, unsigned.number, signedOfAll, Integer.BYTES, Form.OF_ALL);
  }

  /** Sixteen f16 as floats. */
  void vcvtph2ps(Zmm to, Address from) {
    out.vector(
        new Opcode(Map.OF38, true, false, 0x13), to.number, 0, from, VECTOR_BYTES / 2, Form.WHOLE);
  }

  /** Ints as floats. */
  void vcvtdq2ps(Zmm to, Zmm from) {
    out.vector(new Opcode(Map.OF, false, false, 0x5b), to.number, 0, from.number);
  }

  /** Ints as floats. */
  void vcvtdq2ps(Zmm to, Address from) {
    out.vector(
        new Opcode(Map.OF, false, false, 0x5b), to.number, 0, from, VECTOR_BYTES, Form.WHOLE);
  }

  /** to = a * b, where b is one float for all lanes. */
  void vmulps(Zmm to, Zmm a, Address ofAll) {
    Opcode opcode = new Opcode(Map.OF, false, false, 0x59);
    out.vector(opcode, to.number, a.number, ofAll, Float.BYTES, Form.OF_ALL);
  }

  /** factor = factor * other + summand, rounded once. */
  void vfmadd213ps(Zmm factor, Zmm other, Address summand) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0xa8);
    out.vector(opcode, factor.number, other.number, summand, VECTOR_BYTES, Form.WHOLE);
  }

  /** sum = a * b + sum, rounded once; b is one float for all lanes. */
  void vfmadd231ps(Zmm sum, Zmm a, Address ofAll) {
    Opcode opcode = new Opcode(Map.OF38, true, false, 0xb8);
    out.vector(opcode, sum.number, a.number, ofAll, Float.BYTES, Form.OF_ALL);
  }

  /** sum = a * b + sum, rounded once. */
  void vfmadd231ps(Zmm sum, Zmm a, Zmm b) {
    out.vector(new Opcode(Map.OF38, true, false, 0xb8), sum.number, a.number, b.number);
  }

  /** Before code without vectors of 512 bits goes on. */
  void vzeroupper() {
    out.emit(0xc5, 0xf8, 0x77);
  }

  // Instructions on tiles. Those with memory take its index as the bytes from row to row.

  /** Says how large tiles are, by 64 bytes at an address. */
  void ldtilecfg(Address shapes) {
    out.vex(Prefix.NONE, 0, shapes);
    out.emit(0x49);
    out.memory(0, shapes, 1);
  }

  void tilerelease() {
    out.vex(Prefix.NONE, 0);
    out.emit(0x49, 0xc0);
  }

  void tilezero(Tile tile) {
    out.vex(Prefix.F2, 0);
    out.emit(0x49, 0xc0 | tile.number << 3);
  }

  void tileloadd(Tile to, Address from) {
    out.vex(Prefix.F2, 0, from);
    out.emit(0x4b);
    out.memory(to.number, from, 1);
  }

  void tilestored(Address to, Tile from) {
    out.vex(Prefix.F3, 0, to);
    out.emit(0x4b);
    out.memory(from.number, to, 1);
  }

  /**
   * Adds to each int the products of four bytes of a row of a with four of a column of b, all with
   * signs. Needs AMX-INT8.
   */
  void tdpbssd(Tile sums, Tile a, Tile b) {
    out.vex(Prefix.F2, b.number);
    out.emit(0x5e, 0xc0 | sums.number << 3 | a.number);
  }

  // Other instructions, on 64 bits unless their names say something else.

  void mov(Register to, Register from) {
    out.rex(from.high(), 0, to.high());
    out.emit(0x89, 0xc0 | from.low() << 3 | to.low());
  }

  void mov(Register to, long constant) {
    out.rex(0, 0, to.high());
    out.emit(0xb8 | to.low());
    out.emitLittleEndian(constant, Long.BYTES);
  }

  void mov(Register to, Address from) {
    out.onMemory(0x8b, to.ordinal(), from);
  }

  void mov(Address to, Register from) {
    out.onMemory(0x89, from.ordinal(), to);
  }

  /** The smaller one of two numbers with signs, by cmp and cmovg. */
  void min(Register value, Register limit) {
    out.rex(limit.high(), 0, value.high());
    out.emit(0x39, 0xc0 | limit.low() << 3 | value.low()); // cmp
    out.rex(value.high(), 0, limit.high());
    out.emit(0x0f, 0x4f, 0xc0 | value.low() << 3 | limit.low()); // cmovg
  }

  void add(Register to, Register summand) {
    out.rex(summand.high(), 0, to.high());
    out.emit(0x01, 0xc0 | summand.low() << 3 | to.low());
  }

  void add(Register to, Address summand) {
    out.onMemory(0x03, to.ordinal(), summand);
  }

  void add(Register to, int constant) {
    out.rex(0, 0, to.high());
    out.emit(0x81, 0xc0 | to.low());
    out.emitLittleEndian(constant, Integer.BYTES);
  }

  void and(Register to, int constant) {
    out.rex(0, 0, to.high());
    out.emit(0x81, 0xe0 | to.low());
    out.emitLittleEndian(constant, Integer.BYTES);
  }

  void xor(Register to, int constant) {
    out.rex(0, 0, to.high());
    out.emit(0x81, 0xf0 | to.low());
    out.emitLittleEndian(constant, Integer.BYTES);
  }

  void lea(Register to, Address place) {
    out.onMemory(0x8d, to.ordinal(), place);
  }

  /** The address of something before this instruction. */
  void lea(Register to, Label back) {
    out.rex(to.high(), 0, 0);
    out.emit(0x8d, to.low() << 3 | 5);
    out.emitLittleEndian(back.at() - (out.size() + Integer.BYTES), Integer.BYTES);
  }

  void dec(Register register) {
    out.rex(0, 0, register.high());
    out.emit(0xff, 0xc8 | register.low());
  }

  void dec(Address place) {
    out.onMemory(0xff, 1, place);
  }

  /** A vector of bytes that are no instructions, by their indices; returns where it is. */
  Label vector(IntUnaryOperator bytes) {
    Label start = here();
    byte[] vector = new byte[VECTOR_BYTES];
    for (int i = 0; i < VECTOR_BYTES; i++) {
      vector[i] = (byte) bytes.applyAsInt(i);
    }
    data(vector);
    return start;
  }

  /** Bytes that are no instructions. */
  void data(byte[] bytes) {
    out.data(bytes);
  }

  /** Jumps if the last result was not zero. */
  void jnz(Label back) {
    out.emit(0x0f, 0x85);
    out.emitLittleEndian(back.at() - (out.size() + Integer.BYTES), Integer.BYTES);
  }

  /** Jumps if the last sum was above zero. */
  void jg(Label back) {
    out.emit(0x0f, 0x8f);
    out.emitLittleEndian(back.at() - (out.size() + Integer.BYTES), Integer.BYTES);
  }

  /** Jumps ahead if the last result was zero. */
  Jump jz() {
    out.emit(0x0f, 0x84);
    return ahead();
  }

  /** Jumps ahead if the last sum was above zero. */
  Jump jg() {
    out.emit(0x0f, 0x8f);
    return ahead();
  }

  /** Jumps ahead. */
  Jump jmp() {
    out.emit(0xe9);
    return ahead();
  }

  private Jump ahead() {
    out.emitLittleEndian(0, Integer.BYTES);
    return new Jump(out.size());
  }

  /** A jump goes here. */
  void land(Jump jump) {
    int from = jump.end() - Integer.BYTES;
    out.setInt(from, out.size() - jump.end());
  }

  void push(Register register) {
    if (register.high() > 0) {
      out.emit(0x41);
    }
    out.emit(0x50 | register.low());
  }

  void pop(Register register) {
    if (register.high() > 0) {
      out.emit(0x41);
    }
    out.emit(0x58 | register.low());
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
    out.emit(0x40 | (place.scale() == 0 ? 0 : place.index().high()) << 1 | place.base().high());
    out.emit(0x0f, 0x18);
    out.memory(level, place, 1);
  }

  /** Others see what went past the caches before they see anything that follows. */
  void sfence() {
    out.emit(0x0f, 0xae, 0xf8);
  }

  /** What the processor can do, by eax and ecx; overwrites eax, ebx, ecx and edx. */
  void cpuid() {
    out.emit(0x0f, 0xa2);
  }

  /** Calls the system: number in rax, arguments in rdi and rsi; overwrites rcx and r11. */
  void syscall() {
    out.emit(0x0f, 0x05);
  }

  void ret() {
    out.emit(0xc3);
  }
}
