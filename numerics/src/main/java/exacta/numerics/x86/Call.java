package exacta.numerics.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls of functions that were written here: all take five addresses and return nothing. */
final class Call {
  /** The register with the fifth address: a function's numbers. */
  static final Register JOB = Register.R8;

  /** Without a safepoint: a call takes from microseconds to a millisecond. */
  @SuppressWarnings("restricted")
  private static final MethodHandle HANDLE =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
              Linker.Option.critical(true));

  private Call() {}

  /** The function finds the segments in rdi, rsi, rdx and rcx, and the job in {@link #JOB}. */
  static void run(
      MemorySegment function,
      MemorySegment first,
      MemorySegment second,
      MemorySegment third,
      MemorySegment fourth,
      long[] job) {
    try {
      HANDLE.invokeExact(function, first, second, third, fourth, MemorySegment.ofArray(job));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("machine code throws nothing", e);
    }
  }
}
