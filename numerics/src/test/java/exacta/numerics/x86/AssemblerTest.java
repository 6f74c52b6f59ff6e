package exacta.numerics.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.numerics.x86.Assembler.Jump;
import exacta.numerics.x86.Assembler.Label;
import exacta.numerics.x86.Assembler.Tile;
import exacta.numerics.x86.Assembler.Zmm;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The bytes of instructions, as the GNU disassembler reads them. */
class AssemblerTest {
  private static final Address BLOCK = Address.of(Register.R13, 0x20);
  private static final Address INDEXED = new Address(Register.R12, Register.R15, 1, 0x20);

  private static Zmm zmm(int number) {
    return new Zmm(number);
  }

  private static void assertBytes(String expected, Consumer<Assembler> instruction) {
    Assembler code = new Assembler();
    instruction.accept(code);
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(code.bytes()));
  }

  @Test
  void encodesVectorsInRegisters() {
    assertBytes("62 a1 7d 40 db c4", code -> code.vpandd(zmm(16), zmm(16), zmm(20)));
    assertBytes("62 a1 7d 40 ef c0", code -> code.vpxord(zmm(16), zmm(16), zmm(16)));
    assertBytes("62 81 6d 40 f8 d6", code -> code.vpsubb(zmm(18), zmm(18), zmm(30)));
    assertBytes("62 f1 7c 48 5b c9", code -> code.vcvtdq2ps(zmm(1), zmm(1)));
    assertBytes("62 22 55 40 b8 c6", code -> code.vfmadd231ps(zmm(24), zmm(21), zmm(22)));
    assertBytes("62 e2 7d 48 7c e8", code -> code.vpbroadcastd(zmm(21), Register.RAX));
    assertBytes("62 e2 fd 48 7c d0", code -> code.vpbroadcastq(zmm(18), Register.RAX));
    assertBytes("62 e1 7c 48 10 cb", code -> code.vmovups(zmm(17), zmm(3)));
    assertBytes("62 91 65 48 72 d1 04", code -> code.vpsrld(zmm(3), zmm(25), 4));
    assertBytes("62 e2 75 40 3e cb", code -> code.vpmaxuw(zmm(17), zmm(17), zmm(3)));
    assertBytes("62 92 65 48 04 d9", code -> code.vpmaddubsw(zmm(3), zmm(3), zmm(25)));
    assertBytes("62 b2 35 40 7d d9", code -> code.vpermt2b(zmm(3), zmm(25), zmm(17)));
    assertBytes("62 b2 b5 40 7d d9", code -> code.vpermt2w(zmm(3), zmm(25), zmm(17)));
    assertBytes("62 b2 35 40 8d d9", code -> code.vpermb(zmm(3), zmm(25), zmm(17)));
  }

  @Test
  void encodesVectorsInMemory() {
    Address top = Address.of(Register.RSP, 0x40);
    assertBytes("62 61 7c 48 11 5c 24 01", code -> code.vmovups(top, zmm(27)));
    assertBytes("62 e1 7c 48 10 44 24 01", code -> code.vmovups(zmm(16), top));
    Address line = Address.of(Register.RCX, 0x40);
    assertBytes("62 f1 7c 48 2b 59 01", code -> code.vmovntps(line, zmm(3)));
    assertBytes("62 62 75 48 a8 5c 24 01", code -> code.vfmadd213ps(zmm(27), zmm(1), top));
    assertBytes("62 02 7d 48 13 4c 3c 01", code -> code.vcvtph2ps(zmm(25), INDEXED));
    Address seventh = Address.of(Register.R12, 0x1c0);
    assertBytes("62 c1 7c 48 5b 7c 24 07", code -> code.vcvtdq2ps(zmm(23), seventh));
    Address odd = Address.of(Register.RSP, 0x41);
    assertBytes("62 e1 7c 48 10 84 24 41 00 00 00", code -> code.vmovups(zmm(16), odd));
    Address weights = Address.of(Register.RAX, 0x1c0);
    assertBytes("62 e2 ed 40 83 40 07", code -> code.vpmultishiftqb(zmm(16), zmm(18), weights));
    assertBytes("62 e2 6d 40 8d 40 07", code -> code.vpermb(zmm(16), zmm(18), weights));
  }

  /** The first instruction, kxnorw, chooses all lanes. */
  @Test
  void encodesGatheringAndHalves() {
    assertBytes(
        "c5 f4 46 c9 62 f2 7d 41 90 84 0f 06 00 00 00",
        code -> code.vpgatherdd(zmm(0), Register.RDI, zmm(17), 6));
    assertBytes(
        "c5 f4 46 c9 62 02 7d 49 90 8c 0d 34 12 00 00",
        code -> code.vpgatherdd(zmm(25), Register.R13, zmm(9), 0x1234));
    Address half = Address.of(Register.RDX, 0x20);
    assertBytes("62 e1 7c 28 11 4a 01", code -> code.vmovupsHalf(half, zmm(17)));
    Address ninth = new Address(Register.RDX, Register.R9, 1, 0);
    assertBytes("62 b1 7c 28 11 5c 0a 00", code -> code.vmovupsHalf(ninth, zmm(3)));
  }

  @Test
  void encodesWhatIsTheSameInAllLanes() {
    assertBytes("62 d2 7d 48 58 4d 08", code -> code.vpbroadcastd(zmm(1), BLOCK));
    assertBytes("62 d2 75 50 50 4d 08", code -> code.vpdpbusd(zmm(1), zmm(17), BLOCK));
    assertBytes("62 41 44 50 59 5d 08", code -> code.vmulps(zmm(27), zmm(23), BLOCK));
    assertBytes("62 42 35 50 b8 5d 08", code -> code.vfmadd231ps(zmm(27), zmm(25), BLOCK));
    Address third = new Address(Register.R13, Register.RBX, 2, 4);
    assertBytes("62 d2 7d 50 50 44 5d 01", code -> code.vpdpbusd(zmm(0), zmm(16), third));
  }

  @Test
  void encodesTiles() {
    Address tokens = new Address(Register.R13, Register.R11, 1, 0x30);
    Address weights = new Address(Register.RAX, Register.R8, 1, 0x30);
    Address sums = new Address(Register.R12, Register.R8, 1, 0);
    assertBytes("c4 e2 78 49 40 00", code -> code.ldtilecfg(Address.of(Register.RAX, 0)));
    assertBytes("c4 e2 7b 49 c0", code -> code.tilezero(new Tile(0)));
    assertBytes("c4 82 7b 4b 4c 1d 30", code -> code.tileloadd(new Tile(1), tokens));
    assertBytes("c4 a2 7b 4b 54 00 30", code -> code.tileloadd(new Tile(2), weights));
    assertBytes("c4 e2 6b 5e d9", code -> code.tdpbssd(new Tile(3), new Tile(1), new Tile(2)));
    assertBytes("c4 82 7a 4b 64 04 00", code -> code.tilestored(sums, new Tile(4)));
    assertBytes("c4 e2 78 49 c0", Assembler::tilerelease);
  }

  @Test
  void encodesTheRest() {
    assertBytes("55 41 54 5b 41 5f c3", AssemblerTest::stack);
    assertBytes("48 89 f8", code -> code.mov(Register.RAX, Register.RDI));
    assertBytes("49 89 f4", code -> code.mov(Register.R12, Register.RSI));
    assertBytes("4d 8b 58 20", code -> code.mov(Register.R11, Address.of(Register.R8, 0x20)));
    assertBytes("4c 89 6c 24 40", code -> code.mov(Address.of(Register.RSP, 0x40), Register.R13));
    assertBytes("4d 39 ee 4d 0f 4f f5", code -> code.min(Register.R14, Register.R13));
    assertBytes("49 81 f4 00 04 00 00", code -> code.xor(Register.R12, 0x400));
    assertBytes("48 81 e4 c0 ff ff ff", code -> code.and(Register.RSP, -64));
    assertBytes("49 81 c4 40 00 00 00", code -> code.add(Register.R12, 64));
    assertBytes("4c 01 da", code -> code.add(Register.RDX, Register.R11));
    assertBytes("49 03 48 30", code -> code.add(Register.RCX, Address.of(Register.R8, 0x30)));
    assertBytes("49 ff ce", code -> code.dec(Register.R14));
    assertBytes("49 ff 48 40", code -> code.dec(Address.of(Register.R8, 0x40)));
    assertBytes("4e 8d 4c 5b 00", code -> code.lea(Register.R9, twice()));
    assertBytes("40 0f 18 88 00 08 00 00", code -> code.prefetcht0(Address.of(Register.RAX, 2048)));
    assertBytes("42 0f 18 4c 3b 00", code -> code.prefetcht0(indexed()));
    assertBytes("40 0f 18 52 00", code -> code.prefetcht1(Address.of(Register.RDX, 0)));
    assertBytes("48 b8 0f 0f 0f 0f 00 00 00 00", code -> code.mov(Register.RAX, 0x0f0f0f0fL));
    assertBytes("0f a2 0f 05 c5 f8 77", AssemblerTest::withoutOperands);
    assertBytes("c3 0f 8f f9 ff ff ff 0f 84 01 00 00 00 c3 c3", AssemblerTest::conditional);
    assertBytes("0f 8f 06 00 00 00 e9 01 00 00 00 c3 0f ae f8", AssemblerTest::ahead);
    assertBytes("c3 0f 85 f9 ff ff ff 48 8d 05 f2 ff ff ff", AssemblerTest::back);
  }

  private static void stack(Assembler code) {
    code.push(Register.RBP);
    code.push(Register.R12);
    code.pop(Register.RBX);
    code.pop(Register.R15);
    code.ret();
  }

  private static Address twice() {
    return new Address(Register.RBX, Register.R11, 2, 0);
  }

  private static Address indexed() {
    return new Address(Register.RBX, Register.R15, 1, 0);
  }

  private static void withoutOperands(Assembler code) {
    code.cpuid();
    code.syscall();
    code.vzeroupper();
  }

  private static void conditional(Assembler code) {
    Label start = code.here();
    code.ret();
    code.jg(start);
    Jump ahead = code.jz();
    code.ret();
    code.land(ahead);
    code.ret();
  }

  private static void ahead(Assembler code) {
    Jump above = code.jg();
    Jump always = code.jmp();
    code.ret();
    code.land(above);
    code.land(always);
    code.sfence();
  }

  private static void back(Assembler code) {
    Label start = code.here();
    code.ret();
    code.jnz(start);
    code.lea(Register.RAX, start);
  }
}
