package exacta.numerics.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Memory whose bytes the processor runs; POSIX. It stays for as long as the process. */
final class ExecutableMemory {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int PROT_EXEC = 4;

  /** Of Linux: MAP_PRIVATE and MAP_ANONYMOUS. */
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private static final int SUCCESS = 0;

  private ExecutableMemory() {}

  /**
   * A copy of some code that may be called. At no time is it both writable and executable.
   *
   * @return empty where the system allows no such memory; what was asked for is not given back then
   */
  @SuppressWarnings("restricted")
  static Optional<MemorySegment> of(byte[] code) {
    Linker linker = Linker.nativeLinker();
    MethodHandle mmap =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(
                JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    MethodHandle mprotect =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mprotect"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    try {
      long address =
          (long)
              mmap.invokeExact(
                  MemorySegment.NULL,
                  (long) code.length,
                  PROT_READ | PROT_WRITE,
                  PRIVATE_ANONYMOUS,
                  -1,
                  0L);
      if (address == -1) {
        return Optional.empty();
      }
      MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(code.length);
      memory.copyFrom(MemorySegment.ofArray(code));
      int outcome = (int) mprotect.invokeExact(memory, (long) code.length, PROT_READ | PROT_EXEC);
      return outcome == SUCCESS ? Optional.of(memory) : Optional.empty();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("these functions throw nothing", e);
    }
  }
}
