package exacta.numerics.x86;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import exacta.numerics.x86.Assembler.Register;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What this machine's processor can do, asked with the instruction that is there for it. */
final class Processor {
  /** Of CPUID, leaf 7, ecx. */
  private static final int AVX512_VBMI = 1 << 1;

  private static final int AVX512_VNNI = 1 << 11;

  private static final int FEATURES_LEAF = 7;

  private Processor() {}

  /**
   * Whether {@link BlockProducts} runs here, provided that the system gives Java vectors of 512
   * bits.
   */
  static boolean hasByteProducts() {
    boolean known =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    int wanted = AVX512_VBMI | AVX512_VNNI;
    return known && (features() & wanted) == wanted;
  }

  /** ecx of leaf 7; none where the system runs no code of ours. */
  private static int features() {
    Optional<MemorySegment> function = ExecutableMemory.of(code());
    return function.map(Processor::call).orElse(0);
  }

  @SuppressWarnings("restricted")
  private static int call(MemorySegment function) {
    MethodHandle call =
        Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT));
    try {
      return (int) call.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("machine code throws nothing", e);
    }
  }

  /** Returns ecx. */
  private static byte[] code() {
    Assembler code = new Assembler();
    code.push(Register.RBX);
    code.mov(Register.RAX, FEATURES_LEAF);
    code.mov(Register.RCX, 0);
    code.cpuid();
    code.mov(Register.RAX, Register.RCX);
    code.pop(Register.RBX);
    code.ret();
    return code.bytes();
  }
}
