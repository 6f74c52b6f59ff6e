package exacta.numerics.x86;

import exacta.primitives.Check;
import java.util.Arrays;

/**
 * The bytes of instructions: prefixes, opcodes and operands. Source: Intel 64 and IA-32
 * Architectures Software Developer's Manual, volume 2, sections 2.2 (REX), 2.3 (VEX) and 2.7
 * (EVEX).
 */
final class Encoder {
  /** The opcode maps, by their numbers in EVEX. */
  enum Map {
    OF(1),
    OF38(2);

    private final int number;

    Map(int number) {
      this.number = number;
    }
  }

  /** What says which vector instruction it is. */
  record Opcode(Map map, boolean has66, boolean wide, int code) {}

  /** The prefixes that VEX holds, by their numbers there. */
  enum Prefix {
    NONE(0),
    F3(2),
    F2(3);

    private final int number;

    Prefix(int number) {
      this.number = number;
    }
  }

  /** What an instruction does with its vectors, in the last byte of EVEX. */
  enum Form {
    WHOLE(0x40),
    /** Only the lower halves. */
    HALF(0x20),
    /** The operand in memory is one number for all lanes. */
    OF_ALL(0x50),
    /** Lanes that mask k1 chooses. */
    MASKED(0x41);

    private final int bits;

    Form(int bits) {
      this.bits = bits;
    }
  }

  private byte[] code = new byte[1024];
  private int size;

  byte[] bytes() {
    return Arrays.copyOf(code, size);
  }

  int size() {
    return size;
  }

  void rex(int reg, int index, int base) {
    emit(0x48 | reg << 2 | index << 1 | base);
  }

  void onMemory(int opcode, int reg, Address address) {
    rex(reg >>> 3, address.scale() == 0 ? 0 : address.index().high(), address.base().high());
    emit(opcode);
    memory(reg & 7, address, 1);
  }

  /** Registers only. */
  void vector(Opcode opcode, int reg, int second, int rm) {
    evex(opcode, reg, second, rm >>> 4 & 1, rm >>> 3 & 1, Form.WHOLE);
    emit(opcode.code(), 0xc0 | (reg & 7) << 3 | rm & 7);
  }

  /**
   * With one operand in memory.
   *
   * @param unit by which the instruction counts short displacements: the bytes that it reads
   */
  void vector(Opcode opcode, int reg, int second, Address address, int unit, Form form) {
    int index = address.scale() == 0 ? 0 : address.index().high();
    evex(opcode, reg, second, index, address.base().high(), form);
    emit(opcode.code());
    memory(reg & 7, address, unit);
  }

  /** With an operand that is one number of memory for each lane, where mask k1 has the lane. */
  void gather(Opcode opcode, int reg, Register base, int offsets, int displacement) {
    evex(opcode, reg, offsets & 16, offsets >>> 3 & 1, base.high(), Form.MASKED);
    emit(opcode.code(), 0x80 | (reg & 7) << 3 | 4, (offsets & 7) << 3 | base.low());
    emitLittleEndian(displacement, Integer.BYTES);
  }

  private void evex(Opcode opcode, int reg, int second, int x, int b, Form form) {
    int inverted = (reg >>> 3 & 1) << 7 | x << 6 | b << 5 | (reg >>> 4 & 1) << 4;
    emit(0x62, inverted ^ 0xf0 | opcode.map().number);
    emit((opcode.wide() ? 0x80 : 0) | (second & 15 ^ 15) << 3 | 0x04 | (opcode.has66() ? 1 : 0));
    emit(form.bits | (second >>> 4 ^ 1) << 3);
  }

  /** Before an instruction of map 0F38 with registers only. */
  void vex(Prefix prefix, int second) {
    emit(0xc4, 0xe2, (second ^ 15) << 3 | prefix.number);
  }

  /** Before an instruction of map 0F38 with one operand in memory. */
  void vex(Prefix prefix, int second, Address address) {
    int index = address.scale() == 0 ? 0 : address.index().high();
    emit(0xc4, 0xe2 ^ (index << 6 | address.base().high() << 5));
    emit((second ^ 15) << 3 | prefix.number);
  }

  /** The bytes that name a place in memory: ModRM, SIB and the displacement, always there. */
  void memory(int reg, Address address, int unit) {
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

  void emit(int... bytes) {
    reserve(bytes.length);
    for (int each : bytes) {
      code[size++] = (byte) each;
    }
  }

  /** Overwrites an int. */
  void setInt(int at, int value) {
    int end = size;
    size = at;
    emitLittleEndian(value, Integer.BYTES);
    size = end;
  }

  void emitLittleEndian(long value, int count) {
    reserve(count);
    for (int i = 0; i < count; i++) {
      code[size++] = (byte) (value >>> Byte.SIZE * i);
    }
  }

  void data(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, code, size, bytes.length);
    size += bytes.length;
  }

  private void reserve(int count) {
    if (size + count > code.length) {
      code = Arrays.copyOf(code, 2 * code.length + count);
    }
  }
}
