package exacta.numerics.x86;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Function;

/** All functions on blocks of weights, on processors that have what they need. */
public record BlockCode(BlockProducts products, BlockPacking packing) {
  /**
   * Empty on other processors and systems, and where the JVM or the system forbids code of ours.
   * Only for where Java has vectors of 512 bits: they show that the system saves such registers.
   *
   * @param mayUseMatrixUnit if there is one
   */
  public static Optional<BlockCode> onThisMachine(boolean mayUseMatrixUnit) {
    return Processor.hasByteProducts()
        ? write(mayUseMatrixUnit && Processor.hasMatrixUnit())
        : Optional.empty();
  }

  private static Optional<BlockCode> write(boolean matrixUnit) {
    Assembler code = new Assembler();
    Function<MemorySegment, BlockProducts> products = BlockProducts.write(code, matrixUnit);
    Function<MemorySegment, BlockPacking> packing = BlockPacking.write(code);
    return ExecutableMemory.of(code.bytes())
        .map(memory -> new BlockCode(products.apply(memory), packing.apply(memory)));
  }
}
