package exacta.numerics.x86;

import java.lang.foreign.MemorySegment;

/** What this machine's processor can do, asked with the instruction that is there for it. */
final class Processor {
  /** Of CPUID, leaf 7, ecx. */
  private static final int AVX512_VBMI = 1 << 1;

  private static final int AVX512_VNNI = 1 << 11;

  /** Of CPUID, leaf 7, edx. */
  private static final int AMX_TILE = 1 << 24;

  private static final int AMX_INT8 = 1 << 25;

  private static final int FEATURES_LEAF = 7;

  // Of Linux: what asks for a part of the processor's state that a process does not have at first.
  private static final int ARCH_PRCTL = 158;
  private static final int ARCH_REQ_XCOMP_PERM = 0x1023;
  private static final int XTILEDATA = 18;
  private static final int SUCCESS = 0;

  private Processor() {}

  /**
   * Whether {@link BlockProductCode} and {@link PackingCode} run here, provided that the JVM gives
   * vectors of 512 bits: it does so only with AVX512BW and VL, which they need as well.
   */
  static boolean hasByteProducts() {
    return isKnown() && has(Register.RCX, AVX512_VBMI | AVX512_VNNI);
  }

  /**
   * Whether {@link TileProductCode} runs here, too, where {@link #hasByteProducts} is known to be
   * true; asks the system to let this process use it.
   */
  static boolean hasMatrixUnit() {
    return has(Register.RDX, AMX_TILE | AMX_INT8) && mayUseTiles();
  }

  private static boolean isKnown() {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  private static boolean has(Register register, int wanted) {
    Assembler code = new Assembler();
    code.push(Register.RBX);
    code.mov(Register.RAX, FEATURES_LEAF);
    code.mov(Register.RCX, 0);
    code.cpuid();
    code.mov(Address.of(Call.JOB, 0), register);
    code.pop(Register.RBX);
    code.ret();
    return (run(code, 0) & wanted) == wanted;
  }

  private static boolean mayUseTiles() {
    Assembler code = new Assembler();
    code.mov(Register.RAX, ARCH_PRCTL);
    code.mov(Register.RDI, ARCH_REQ_XCOMP_PERM);
    code.mov(Register.RSI, XTILEDATA);
    code.syscall();
    code.mov(Address.of(Call.JOB, 0), Register.RAX);
    code.ret();
    return run(code, -1) == SUCCESS;
  }

  /** What a function writes to its job, or else where the system runs no code of ours. */
  private static long run(Assembler code, long otherwise) {
    long[] job = {otherwise};
    MemorySegment none = MemorySegment.NULL;
    ExecutableMemory.of(code.bytes())
        .ifPresent(function -> Call.run(function, none, none, none, none, job));
    return job[0];
  }
}
